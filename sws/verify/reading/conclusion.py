"""Conclusions: the last "therefore ... is X" near the end, or a computation that ends a text."""

from __future__ import annotations

import re

from sws.verify.reading import phrases
from sws.verify.reading.counting import NUMBER, counted
from sws.verify.reading.statement import MATHS, content_of, is_currency, stated

TAIL = 600  # characters at the end in which a conclusion is looked for

_SENTENCE = re.compile(r"[^\n。！？]+?(?:[.!?](?=[\s*]|$)|[。！？]|\n|$)")
_OPERATION = re.compile(
    r"[0-9A-Za-z)%]\s*(?:[-+*/×÷−–x]|\\times|\\cdot)\s*[$0-9A-Za-z(][^=]*=[^=]*\Z"
)
_CHECK = re.compile(r"\W*(?:check|verif|indeed|note|to check|proof|test)", re.IGNORECASE)
_BOUNDED = re.compile(
    r"[<>≤≥≠]|\b(?:exceeds?|below|above|under|over|at (?:most|least)|less|more|fewer|greater|up to"
    r"|between|about|nearly|almost|within)\b",
    re.IGNORECASE,
)
_COPULA = re.compile(r"\b(?:is|are|equals)\b[ \t]*:?|(?<=[\u4e00-\u9fff])(?:是|为|為|等于|有|共)")


def concluded(text: str) -> str | None:
    """What the last concluding sentence near the end says that something is.

    The last sentence needs no "therefore" where it is a computation.
    """
    last = True
    for sentence in reversed(list(_SENTENCE.finditer(text[-TAIL:]))):
        if not sentence[0].strip():
            continue
        found = phrases.CONCLUSION.search(sentence[0])
        if found:
            return _value_of(sentence[0][found.end() :].strip(" ,，：:*"))
        if _CHECK.match(sentence[0]):
            continue
        if last and sentence.start() and not phrases.DENIAL.search(sentence[0]):
            computed = computation(sentence[0])
            if computed:
                return computed
        last = False
    return None


def computation(line: str) -> str | None:
    """The result of a computation that ends a line: 17 of "51 / 3 = 17 apples"."""
    return _right_side(line) if _OPERATION.search(line) else None


def _right_side(line: str) -> str | None:
    left, _, right = line.rstrip(" .!*\n").rpartition("=")
    right = right.strip()
    number = NUMBER.match(right) if left and len(right) < 100 else None
    return counted(right, number) if number else None


def _value_of(rest: str) -> str | None:
    """What a conclusion computes, or says that something is; else its only value."""
    if phrases.DOUBT.search(rest) or rest.endswith(("?", "？")):
        return None
    spans = [span for span in MATHS.finditer(rest) if not is_currency(span)]
    if not spans and (computed := _right_side(rest)):
        return computed
    if copulas := list(_COPULA.finditer(rest)):
        return stated(rest[copulas[-1].end() :])
    if spans:
        return content_of(spans[0]) if len(spans) == 1 else None
    if _BOUNDED.search(rest):
        return None
    numbers = {number[0]: number for number in NUMBER.finditer(rest)}
    if len(numbers) != 1:
        return None
    (number,) = numbers.values()
    return counted(rest.rstrip(" .!"), number)
