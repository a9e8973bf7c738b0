"""Whether two expressions have the same value: exactly for fractions, else to sixty digits.

Letters take several values of either sign. Two expressions that differ at one point are different;
two that agree to more than forty digits at all of them are equal, which no two different answers
of mathematics do by chance. Every number is bounded, so that no answer can occupy the process; what
is beyond the bounds, or needs an infinite sum, an integral or a limit, is left to algebra (None).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath

from sws.verify.evaluation import Evaluation
from sws.verify.exact import Beyond, exact
from sws.verify.functions import LOST
from sws.verify.grammar import Tree, symbols_in
from sws.verify.points import DIGITS, points, real
from sws.verify.rounding import rounds

Values = dict[str, Any]


def same(gold: Tree, answer: Tree) -> bool | None:
    """Whether two expressions are equal; None when only algebra can decide."""
    if gold == answer:
        return True
    try:
        left, right = exact(gold), exact(answer)
        if left is not None and right is not None:
            return left == right or rounds(gold, answer, left, right)
        verdict = _same_at_points(gold, answer)
        return rounds(gold, answer, left, right) if verdict is False else verdict
    except Beyond:
        return None


def _same_at_points(gold: Tree, answer: Tree) -> bool | None:
    usable = False
    for point in points(gold, answer):
        pair = _pair_at(gold, answer, point)
        if pair is None:
            continue
        usable = True
        if not pair:
            return False
    return True if usable else None


def _pair_at(gold: Tree, answer: Tree, point: dict[str, float]) -> bool | None:
    """Equality at a point; None where one is not defined there, or is not real as the other is."""
    digits = DIGITS
    for _ in range(2):
        left, right = (Evaluation(point, digits).of(side) for side in (gold, answer))
        size = max(_bits(left.value), _bits(right.value), _bits(left.scale), _bits(right.scale))
        if size * 0.302 <= digits - 40:
            break
        digits = DIGITS + int(size * 0.302)  # so that one more or less is seen in a huge number
    if (left.value is None) or (right.value is None):
        if point:
            return None
        raise Beyond
    if point and left.is_real != right.is_real:
        return None
    tolerance = mpmath.mpf(10) ** (LOST - digits)
    distance = abs(left.value - right.value)
    largest = max(abs(left.value), abs(right.value), left.scale, right.scale)
    return bool(distance <= tolerance * largest)


def _bits(value: Any) -> int:
    if value is None or not value:
        return 0
    return int(mpmath.mag(value))


def near(claim: Tree, value: Tree) -> bool:
    """Whether an approximation agrees with a value, up to one in its last digit."""
    number = claim[1] if claim[0] == "neg" else claim
    if number[0] != "number":
        return same(claim, value) is True
    last = Fraction(1, 10 ** max(number[2], 0))
    try:
        found, stated = (real(Evaluation({}, DIGITS).of(side)) for side in (value, claim))
    except Beyond:
        return False
    return bool(abs(found - stated) < mpmath.mpf(last.numerator) / last.denominator)


def proportional(gold: Tree, answer: Tree, positive: bool) -> bool | None:
    """Whether two expressions differ by a constant factor that is not zero (or is positive)."""
    if not symbols_in(gold) or symbols_in(gold) != symbols_in(answer):
        return False
    ratios = []
    try:
        for point in points(gold, answer):
            left, right = (Evaluation(point, DIGITS).of(side).value for side in (gold, answer))
            if left is None or right is None or not left or not right:
                continue
            ratios.append(left / right)
    except Beyond:
        return None
    if len(ratios) < 2:
        return None
    first = ratios[0]
    constant = all(abs(ratio - first) <= abs(first) * mpmath.mpf(10) ** -30 for ratio in ratios)
    return constant and (not positive or (not first.imag and first.real > 0))


def real_value(tree: Tree) -> Any:
    """The value of a closed real expression, infinities included; None for anything else."""
    if tree == ("symbol", "oo") or tree == ("neg", ("symbol", "oo")):
        return mpmath.inf if tree[0] == "symbol" else -mpmath.inf
    try:
        return real(Evaluation({}, DIGITS).of(tree))
    except Beyond:
        return None
