"""Decimals that round, or cut off, an exact value."""

from __future__ import annotations

from fractions import Fraction

import mpmath

from sws.verify.evaluation import Evaluation
from sws.verify.exact import terminates
from sws.verify.grammar import Tree, decimals_in, symbols_in
from sws.verify.points import DIGITS, points, real

ROUNDED_DIGITS = 6  # significant digits from which a decimal stands for the number it rounds
GOLD_DIGITS = 3  # the same of a gold answer, which was rounded by whoever wrote it


def rounds(gold: Tree, answer: Tree, left: Fraction | None, right: Fraction | None) -> bool:
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
    point = points(decimal, other)[0]
    low, high = sorted(real(Evaluation(point, DIGITS).of(end)) for end in ends)
    margin = (high - low) * mpmath.mpf(10) ** -20  # the ends are other decimals
    return bool(low + margin < real(Evaluation(point, DIGITS).of(other)) < high - margin)


def _with_decimal(tree: Tree, decimal: Tree, step: Fraction) -> Tree:
    """The tree with its one decimal moved."""
    if tree is decimal or tree == decimal:
        return ("number", tree[1] + step, tree[2])
    return tuple(_with_decimal(p, decimal, step) if isinstance(p, tuple) else p for p in tree)
