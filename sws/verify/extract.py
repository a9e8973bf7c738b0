r"""Where a completion states its answer: the last ``\boxed{...}``, else a conventional ending.

Every function is total and linear in the length of the text: a model may write megabytes of
``\boxed{`` and must not slow the reader down.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# An escaped brace belongs to the mathematics; ``\\boxed`` (escaped twice) still opens a box.
_TOKEN = re.compile(r"\\(?:boxed|fbox)\s*\{|\\\\(?!boxed|fbox)|\\[{}]|[{}]")
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
# What may stand between boxes that state one answer together: "\boxed{1} and \boxed{2}".
_JOINT = re.compile(r"(?:[\s$,;~]|\\[,;:! ()\[\]]|\\q?quad|and|or|\\text\s*\{\s*(?:and|or)\s*\})*")
_JOINT_LIMIT = 60

_HASHES = re.compile(r"^[ \t]*####[ \t]*(.+)$", re.MULTILINE)
_ENDING = re.compile(
    r"\banswers?\b\**(?:[ \t]*\b(?:is|are)\b[ \t]*:?|[ \t]*[:=]"
    r"|[^\n.:=]{1,60}?(?:\b(?:is|are)\b[ \t]*:?|:))",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"\b(?:therefore|thus|hence|so)\b[^.\n]{1,200}?\b(?:is|are)\b[ \t]*:?", re.IGNORECASE
)
_MATHS = re.compile(
    r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|(?<!\\)\$((?:\\\$|[^$])+?)(?<!\\)\$|\\\((.+?)\\\)", re.DOTALL
)
_WORD = re.compile(r"[A-Za-z]{2,}")
_NUMBER = re.compile(
    r"[-$€£]*(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?:/[0-9]+)?%?(?![0-9])"
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|\*|$)|\n|\*\*")
_IS = re.compile(r"\b(?:is|are)\b:?")

TAIL = 4000  # characters at the end of a completion where a conventional ending is looked for
ENDING_LIMIT = 400  # characters read after "the answer is"
BARE_LIMIT = 300  # characters of a text that may be an answer by itself
SENTENCE_WORDS = 5  # words from which such a text is a sentence


def extract_answer(completion: str) -> str | None:
    r"""The answer that a completion states, or None.

    The last ``\boxed`` (or ``\fbox``) decides; boxes joined only by commas, "and" or "or" are one
    answer, their contents joined by commas. A completion whose last box is never closed was cut
    off: it states no answer, and an earlier box is not taken for one. Without any box the usual
    endings are read: ``#### X`` (GSM8K), else "the answer is X" or "Answer: X", else "therefore ...
    is X"; the last one decides.
    """
    if _BOX.search(completion):
        return _last_box(completion)
    return _last_ending(completion)


def answer_in(text: str | None) -> str | None:
    """The answer that a completion states, or a short text that is itself an answer."""
    if not text:
        return None
    announced = _BOX.search(text) or _ENDING.search(text)
    return extract_answer(text) or (None if announced else bare_answer(text))


def bare_answer(text: str) -> str | None:
    """A short text read as an answer in itself: its last mathematics, else the whole of it.

    Of a sentence without mathematics the last number counts. For fields that hold an answer rather
    than a completion.
    """
    text = text.strip()
    if len(text) > BARE_LIMIT:
        return None
    spans = list(_MATHS.finditer(text))
    if not spans:
        sentence = len(_WORD.findall(text)) >= SENTENCE_WORDS and "\\" not in text
        number = _last(_NUMBER, text) if sentence else None
        return (number.group() if number else text) or None
    run = [spans[-1]]  # from the last to the first
    for span in reversed(spans[:-1]):
        if not _joined(text, span.end(), run[-1].start()):
            break
        run.append(span)
    return ", ".join(_content(span) for span in reversed(run)) or None


def _content(maths: re.Match[str]) -> str:
    return next(group for group in maths.groups() if group).strip()


class _Box(NamedTuple):
    opened: int  # where the command starts
    start: int  # where the content starts
    end: int  # where it ends; -1 for a box that is never closed


def _boxes(text: str) -> list[_Box]:
    """All boxes of a text in the order in which they open."""
    open_braces: list[int] = []  # index into boxes, or -1 for any other brace
    boxes: list[_Box] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "{":
            open_braces.append(-1)
        elif token == "}":
            if open_braces and (index := open_braces.pop()) >= 0:
                boxes[index] = boxes[index]._replace(end=match.start())
        elif token[-1] == "{" and len(token) > 2:
            open_braces.append(len(boxes))
            boxes.append(_Box(match.start(), match.end(), -1))
    return boxes


def _last_box(text: str) -> str | None:
    """Content of the last box; None when it is empty or never closed."""
    *earlier, last = _boxes(text)
    if last.end < 0:
        return None
    run = [last]  # from the last to the first
    for box in reversed(earlier):
        if box.end > run[-1].end:  # it encloses the boxes found so far
            run = [box]
        elif 0 <= box.end < run[-1].opened:
            if not _joined(text, box.end + 1, run[-1].opened):
                break
            run.append(box)
    contents = (text[box.start : box.end].strip() for box in reversed(run))
    return ", ".join(contents).strip(", ") or None


def _joined(text: str, start: int, end: int) -> bool:
    """Whether only commas, spaces, "and" or "or" stand between two places."""
    between = text[start:end]
    return 0 < len(between) <= _JOINT_LIMIT and bool(_JOINT.fullmatch(between))


def _last_ending(text: str) -> str | None:
    """What follows the last conventional announcement of an answer."""
    text = text[-TAIL:]
    if hashes := _last(_HASHES, text):
        return hashes.group(1).strip() or None
    announcement = _last(_ENDING, text) or _last(_CONCLUSION, text)
    if announcement is None:
        return None
    rest = text[announcement.end() :][:ENDING_LIMIT].lstrip("* \t\n")
    if maths := _MATHS.match(rest):
        return _content(maths) or None
    return bare_answer(_IS.split(_SENTENCE_END.split(rest, maxsplit=1)[0])[-1])


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for match in pattern.finditer(text):
        last = match
    return last
