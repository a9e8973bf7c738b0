"""The final answer of a worked solution, as data sets have it in the place of the answer."""

import re

from sws.verify.no_answer import EMPTY, EMPTY_BOX, PROSE, Gold, nothing
from sws.verify.reading import extract_answer

_TAG = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)
_BARE_BOX = re.compile(r"\\boxed[ \t]+([^\s${}\\.,]+)")
# "x = \boxed{7} and x = \boxed{-7}": the name before the second box is no part of the answer.
_NAMED_BOX = re.compile(r"\b(and|or)(\s*\$?)\s*\w{1,3}\s*=\s*(?=\\boxed)")
_ANNOUNCED = re.compile(r"^[ \t]*####|\banswers?\b[*\s]*(?:is|are|[:=])", re.MULTILINE | re.I)
# GSM8K's marks of a calculator, `<<2*3=6>>`, and the line that a whole solution ends with.
_CALCULATED = re.compile(r"<<[^<>]*=[^<>]*>>")
_LAST_LINE = re.compile(r"^[ \t]*####", re.MULTILINE)
_WORDS = re.compile(r"[A-Za-z]{2,}")
#: Words from which a sentence, or any text, is a solution rather than an answer.
_SENTENCE, _PARAGRAPH = 12, 40
#: Words from which text over several lines is a solution.
_LINES = 3


def final_answer(text: str) -> Gold:
    """The answer at the end of a solution, or the text where it is an answer by itself."""
    text = text.rpartition("</think>")[2].strip()
    if tags := _TAG.findall(text):
        return Gold(tags[-1].strip()) if tags[-1].strip() else EMPTY
    if "\\boxed" in text or "\\fbox" in text:
        text = _BARE_BOX.sub(r"\\boxed{\1}", _NAMED_BOX.sub(r"\1\2", text))
        found = (extract_answer(text) or "").strip()
        return nothing(found) or Gold(found) if found else EMPTY_BOX
    if _CALCULATED.search(text) and not _LAST_LINE.search(text):
        return PROSE
    if _ANNOUNCED.search(text):
        found = (extract_answer(text) or "").strip()
        return Gold(found) if found else EMPTY
    return PROSE if _is_prose(text) else Gold(text)


def _is_prose(text: str) -> bool:
    words = len(_WORDS.findall(text))
    sentence = text.rstrip().endswith((".", "!", "?")) or "\n" in text or ". " in text
    lines = "\n" in text and "\\begin" not in text and (words >= _LINES or "=" in text)
    return lines or words >= _PARAGRAPH or (words >= _SENTENCE and sentence)
