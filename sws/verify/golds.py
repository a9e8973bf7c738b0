r"""A gold answer as data sets have it: text, a number, a list, or a whole worked solution.

What cannot be checked is no gold: each kind has its reason, so that a table says what was lost.
"""

import json
import math
import re
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sws.sources.escapes import repair
from sws.sources.paths import structure
from sws.verify.reading import extract_answer

Several = Literal["one", "all", "any"]


class Gold(NamedTuple):
    """The gold answer as text, or '' and the reason why it is missing."""

    text: str
    reason: str = ""


EMPTY = Gold("", "no answer")
UNIT_TESTS = Gold("", "answer is unit tests")
SEVERAL = Gold("", "several answers")
OBJECT = Gold("", "answer is an object")
BYTES = Gold("", "answer is the repr of bytes")
EMPTY_BOX = Gold("", "no answer: empty or open box")
PROSE = Gold("", "no answer: solution without a final answer")
NOT_FINITE = Gold("", "no answer: not a finite number")
INEXACT = Gold("", "integer over 2^53 read as a float")

#: What to do about a reason, for its row's evidence.
ADVICE = {
    UNIT_TESTS.reason: "set `verifier: code`, which runs solutions against them",
    SEVERAL.reason: "set `answers: all` (all of them are the answer) or `any` (spellings of one)",
    OBJECT.reason: "name the part that is the answer by its path, such as answer.value",
    BYTES.reason: "write the column as text, not as str(bytes)",
    INEXACT.reason: "write the number as text",
}

_NOTHING = {
    "proof": "proof", "notfound": "not found", "not found": "not found", "nan": "nan",
    "none": "none", "null": "none", "n/a": "n/a", "not applicable": "n/a",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"[-–—?.…_*/]+")
_ELSEWHERE = re.compile(
    r"(?:see|refer to|as in)\s+(?:the\s+)?(?:solutions?|above|below|explanation|proof|figure)\.?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[-+]?[\d][\d,./]*")
_BYTES = re.compile(r"b(['\"]).*\1", re.DOTALL)
_ASSERT = re.compile(r"\s*(?:assert\b|def test_|self\.assert|import unittest)")
_TEST_KEYS = {"inputs", "outputs", "fn_name", "test", "tests", "functional", "assert_case"}
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


def read_gold(value: Any, several: Several = "one") -> Gold:
    """The gold answer in a value.

    Of a worked solution (with a box, `####` as in GSM8K, `<answer>`, or "the answer is") it is the
    final answer. A list of one is its item; of more, by `several`: refused, all joined by commas,
    or any of them, the first that is an answer.
    """
    if isinstance(value, str):
        return _text(value, several)
    if isinstance(value, bytes):
        return _text(value.decode("utf-8", "replace"), several)
    if isinstance(value, bool):
        return Gold(str(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, list):
        return _list(value, several)
    if isinstance(value, dict):
        return UNIT_TESTS if _TEST_KEYS & value.keys() else OBJECT
    return EMPTY if value is None else Gold(str(value))


def spellings(value: Any) -> tuple[str, ...]:
    """The further answers of a list, each of which `answers: any` takes for the first again."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        value = structure(value)
    if not isinstance(value, list):
        return ()
    return tuple(gold.text for gold in map(read_gold, value) if gold.text)[1:]


def is_plain(value: Any) -> bool:
    """Whether a value is text that is a number and nothing else: its own gold answer."""
    return isinstance(value, str) and _PLAIN.fullmatch(value) is not None


def gold_as_is(value: Any) -> Gold:
    """The gold answer in a value, unread: for verifiers that read it themselves.

    Lists and objects, such as the tests of code, become JSON.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return EMPTY
    return Gold(value if isinstance(value, str) else json.dumps(value, default=str))


def _float(value: float) -> Gold:
    if math.isnan(value):
        return Gold("", "no answer: nan")
    if math.isinf(value):
        return NOT_FINITE
    if abs(value) > 2**53:
        return INEXACT
    return Gold(str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}")


def _list(values: list[Any], several: Several) -> Gold:
    if values and all(isinstance(item, str) and _ASSERT.match(item) for item in values):
        return UNIT_TESTS
    if len(values) == 1:
        return read_gold(values[0], several)
    golds = [read_gold(item, several) for item in values]
    if not golds or not any(gold.text for gold in golds):
        return golds[0] if golds else EMPTY
    if several == "any":
        return next(gold for gold in golds if gold.text)
    if several == "all" and not any(isinstance(item, list | dict) for item in values):
        return next((gold for gold in golds if not gold.text), None) or Gold(
            ", ".join(gold.text for gold in golds)
        )
    return SEVERAL


def _text(text: str, several: Several) -> Gold:
    if _PLAIN.fullmatch(text):
        return Gold(text)
    text = repair(text, maths=True).strip()
    if not text:
        return EMPTY
    if nothing := _nothing(text):
        return nothing
    if text[0] in "[{" and (inside := structure(text)) is not None:
        if isinstance(inside, dict):
            return read_gold(inside, several)
        if all(isinstance(item, str) for item in inside):  # [1, 2] is an answer by itself
            return read_gold(inside, several)
    if _ASSERT.match(text):
        return UNIT_TESTS
    return BYTES if _BYTES.fullmatch(text) else _solution(text)


def _nothing(text: str) -> Gold | None:
    """Why a word that stands for no answer is none."""
    if len(text) > 30:
        return None
    if known := _NOTHING.get(text.casefold().rstrip(".")):
        return Gold("", f"no answer: {known}")
    if text == "NA":
        return Gold("", "no answer: n/a")
    if _PLACEHOLDER.fullmatch(text):
        return Gold("", "no answer: placeholder")
    return Gold("", "no answer: see solution") if _ELSEWHERE.fullmatch(text) else None


def _solution(text: str) -> Gold:
    """The answer at the end of a worked solution, or the text where it is an answer itself."""
    text = text.rpartition("</think>")[2].strip()
    if tags := _TAG.findall(text):
        return Gold(tags[-1].strip()) if tags[-1].strip() else EMPTY
    if "\\boxed" in text or "\\fbox" in text:
        text = _BARE_BOX.sub(r"\\boxed{\1}", _NAMED_BOX.sub(r"\1\2", text))
        found = (extract_answer(text) or "").strip()
        return _nothing(found) or Gold(found) if found else EMPTY_BOX
    if _CALCULATED.search(text) and not _LAST_LINE.search(text):
        return PROSE
    if _ANNOUNCED.search(text):
        found = (extract_answer(text) or "").strip()
        return Gold(found) if found else EMPTY
    words = len(_WORDS.findall(text))
    sentence = text.rstrip().endswith((".", "!", "?")) or "\n" in text or ". " in text
    lines = "\n" in text and "\\begin" not in text and (words >= _LINES or "=" in text)
    if lines or words >= _PARAGRAPH or (words >= _SENTENCE and sentence):
        return PROSE
    return Gold(text)
