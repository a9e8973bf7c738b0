"""Whether two expressions have the same value: exactly for fractions, else to sixty digits.

Letters take several values of either sign. Two expressions that differ at one point are different;
two that agree to more than forty digits at all of them are equal, which no two different answers
of mathematics do by chance. Every number is bounded, so that no answer can occupy the process; what
is beyond the bounds, or needs an infinite sum, an integral or a limit, is left to algebra (None).
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import mpmath

from sws.verify.evaluation import LOST, Evaluation
from sws.verify.exact import Beyond, exact, terminates
from sws.verify.grammar import Tree, decimals_in, symbols_in

DIGITS = 60
ROUNDED_DIGITS = 6  # significant digits from which a decimal stands for the number it rounds
GOLD_DIGITS = 3  # the same of a gold answer, which was rounded by whoever wrote it
_STEPS = frozenset({"floor", "ceil", "abs", "max", "min", "mod", "sgn", "sqrt", "root", "gcd"})

Values = dict[str, Any]


def same(gold: Tree, answer: Tree) -> bool | None:
    """Whether two expressions are equal; None when only algebra can decide."""
    if gold == answer:
        return True
    try:
        left, right = exact(gold), exact(answer)
        if left is not None and right is not None:
            return left == right or _rounds(gold, answer, left, right)
        verdict = _same_at_points(gold, answer)
        return _rounds(gold, answer, left, right) if verdict is False else verdict
    except Beyond:
        return None


# Exact fractions


# Values at points


def _same_at_points(gold: Tree, answer: Tree) -> bool | None:
    usable = False
    for point in _points(gold, answer):
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
        if point and (left.value is None) != (right.value is None):
            return None
        raise Beyond
    if point and left.is_real != right.is_real:
        return None
    tolerance = mpmath.mpf(10) ** (LOST - digits)
    distance = abs(left.value - right.value)
    largest = max(abs(left.value), abs(right.value), left.scale, right.scale)
    return bool(distance <= tolerance * largest)


def _points(gold: Tree, answer: Tree) -> list[dict[str, float]]:
    """Values for the letters: positive, negative and mixed; whole where the letters must be."""
    names = sorted(symbols_in(gold) | symbols_in(answer))
    if not names:
        return [{}]
    whole = _bounds_of(gold) | _bounds_of(answer)
    steps = _has_steps(gold) or _has_steps(answer)
    draw = random.Random(len(names))
    points = []
    for kind in range(14 if steps else 4):
        point = {}
        for name in names:
            size = draw.uniform(0.3, 2.9) if kind % 7 < 4 else float(draw.randint(1, 9))
            sign = -1 if kind % 4 == 2 or (kind % 4 == 3 and draw.random() < 0.5) else 1
            point[name] = float(draw.randint(2, 9)) if name in whole else sign * size
        points.append(point)
    return points


def _bounds_of(tree: Tree) -> frozenset[str]:
    """Letters in the bounds of sums and products, and in factorials: whole numbers."""
    if tree[0] in ("number", "symbol"):
        return frozenset()
    found: frozenset[str] = frozenset()
    if tree[0] in ("sum", "prod"):
        found = symbols_in(tree[3]) | symbols_in(tree[4])
    elif tree[0] == "call" and tree[1] in ("factorial2", "gcd", "lcm"):
        found = symbols_in(tree)
    for part in tree[1:]:
        if isinstance(part, tuple):
            found |= _bounds_of(part)
    return found


def _has_steps(tree: Tree) -> bool:
    if tree[0] == "call" and tree[1] in _STEPS:
        return True
    return any(_has_steps(part) for part in tree[1:] if isinstance(part, tuple))


def _bits(value: Any) -> int:
    if value is None or not value:
        return 0
    return int(mpmath.mag(value))


# Rounded decimals


def _rounds(gold: Tree, answer: Tree, left: Fraction | None, right: Fraction | None) -> bool:
    """Whether one side is a decimal that rounds, or cuts off, the exact value of the other."""
    return _stands_for(gold, answer, right, GOLD_DIGITS) or _stands_for(
        answer, gold, left, ROUNDED_DIGITS
    )


def _stands_for(decimal: Tree, other: Tree, value: Fraction | None, lone_digits: int) -> bool:
    written = decimals_in(decimal)
    if len(written) != 1 or decimals_in(other) or symbols_in(decimal) != symbols_in(other):
        return False
    lone = decimal[0] == "number" or (decimal[0] == "neg" and decimal[1][0] == "number")
    digits = len(str(abs(int(written[0][1] * 10 ** written[0][2]))))
    if digits < (lone_digits if lone else ROUNDED_DIGITS):
        return False
    if value is not None and (terminates(value) or digits < ROUNDED_DIGITS < value.denominator):
        return False
    last = Fraction(1, 10 ** written[0][2])
    cut = last if digits >= ROUNDED_DIGITS else last / 2
    ends = [_with_decimal(decimal, written[0], step) for step in (-last / 2, cut)]
    point = _points(decimal, other)[0]
    low, high = sorted(_real(Evaluation(point, DIGITS).of(end)) for end in ends)
    margin = (high - low) * mpmath.mpf(10) ** -20  # the ends are other decimals
    return bool(low + margin < _real(Evaluation(point, DIGITS).of(other)) < high - margin)


def _real(found: Evaluation) -> Any:
    if found.value is None or not found.is_real:
        raise Beyond
    return found.mp.re(found.value)


def _with_decimal(tree: Tree, decimal: Tree, step: Fraction) -> Tree:
    """The tree with its one decimal moved."""
    if tree is decimal or tree == decimal:
        return ("number", tree[1] + step, tree[2])
    return tuple(_with_decimal(p, decimal, step) if isinstance(p, tuple) else p for p in tree)


# What is known of an expression


def near(claim: Tree, value: Tree) -> bool:
    """Whether an approximation agrees with a value, up to one in its last digit."""
    number = claim[1] if claim[0] == "neg" else claim
    if number[0] != "number":
        return same(claim, value) is True
    last = Fraction(1, 10 ** max(number[2], 0))
    try:
        found, stated = (_real(Evaluation({}, DIGITS).of(side)) for side in (value, claim))
    except Beyond:
        return False
    return bool(abs(found - stated) < mpmath.mpf(last.numerator) / last.denominator)


def proportional(gold: Tree, answer: Tree, positive: bool) -> bool | None:
    """Whether two expressions differ by a constant factor that is not zero (or is positive)."""
    if not symbols_in(gold) or symbols_in(gold) != symbols_in(answer):
        return False
    ratios = []
    try:
        for point in _points(gold, answer):
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
        return _real(Evaluation({}, DIGITS).of(tree))
    except Beyond:
        return None
