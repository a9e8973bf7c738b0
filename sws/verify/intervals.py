"""Inequalities of one name, written as the interval or the union that they describe."""

from __future__ import annotations

import re
from collections.abc import Iterable

INEQUALITY = re.compile(r"\\(?:leq?|geq?|lt|gt)(?![A-Za-z])|<=?|>=?")
OR = re.compile(r"\\text\s*\{\s*,?\s*or\s*\}|\bor\b|\\(?:lor|vee|cup)(?![A-Za-z])")
_NAME = re.compile(r"[A-Za-z]|\\(?!pi)[a-z]+")


def union(parts: Iterable[str]) -> str | None:
    r"""The union of intervals that tidied inequalities describe; None if one of them is none.

    "x < -1", "x \\ge 3" give "(-\\infty,-1)\\cup [3,\\infty)".
    """
    intervals = [_interval(part) for part in parts]
    known = [interval for interval in intervals if interval]
    return r"\cup ".join(known) if known and len(known) == len(intervals) else None


def _interval(text: str) -> str | None:
    sides = [side.strip() for side in INEQUALITY.split(text)]
    signs = [sign.lstrip("\\") for sign in INEQUALITY.findall(text)]
    upward = {sign[0] in "<l" for sign in signs}
    if len(upward) != 1 or len(sides) > 3 or not all(sides):
        return None
    if upward == {False}:  # read from the smaller side
        sides.reverse()
        signs.reverse()
    if len(sides) == 2:  # one bound
        below = _NAME.fullmatch(sides[1]) is None
        sides = [r"-\infty", *sides] if below else [*sides, r"\infty"]
        signs = ["<", *signs] if below else [*signs, "<"]
    low, name, high = sides
    inside = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])")
    if not _NAME.fullmatch(name) or inside.search(low) or inside.search(high) or "," in low + high:
        return None
    opening, closing = (sign[1:] and sign[1:] != "t" for sign in signs)  # with its bound
    return f"{'[' if opening else '('}{low},{high}{']' if closing else ')'}"
