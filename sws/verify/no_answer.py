"""What cannot be checked is no gold answer: each kind has its reason, and what to do about it."""

import re
from typing import NamedTuple


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

#: What to do about a reason.
ADVICE = {
    UNIT_TESTS.reason: "set `verifier: code`, which runs solutions against them",
    SEVERAL.reason: "set `answers: all` (together they are the answer) or `any` (each is "
    "right); where lists are within a list, name one by its path",
    OBJECT.reason: "name the part that is the answer by its path, such as answer.value",
    BYTES.reason: "write the column as text, not as str(bytes)",
    PROSE.reason: "name the column of the final answer",
    INEXACT.reason: "write the number as text",
    EMPTY_BOX.reason: "fix the box, or name another column",
}

_WORDS = {
    "proof": "proof", "notfound": "not found", "not found": "not found", "nan": "nan",
    "none": "none", "null": "none", "n/a": "n/a", "not applicable": "n/a",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"[-–—?.…_*/]+")
_ELSEWHERE = re.compile(
    r"(?:see|refer to|as in)\s+(?:the\s+)?(?:solutions?|above|below|explanation|proof|figure)\.?",
    re.IGNORECASE,
)


def nothing(text: str) -> Gold | None:
    """Why a word that stands for no answer is none; None for anything else."""
    if len(text) > 30:
        return None
    if known := _WORDS.get(text.casefold().rstrip(".")):
        return Gold("", f"no answer: {known}")
    if text == "NA":
        return Gold("", "no answer: n/a")
    if _PLACEHOLDER.fullmatch(text):
        return Gold("", "no answer: placeholder")
    return Gold("", "no answer: see solution") if _ELSEWHERE.fullmatch(text) else None
