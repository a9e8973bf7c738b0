"""Expressions of whole numbers, evaluated as exact fractions within bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sws.verify.grammar import Tree

MOST_BITS = 60_000  # of an exact fraction


MOST_TERMS = 200


class Beyond(Exception):
    """A value out of bounds, or an operation that is left to algebra."""


@lru_cache(16_384)
def exact(tree: Tree) -> Fraction | None:
    """The value of an expression of fractions; None when it has none, or none within bounds."""
    try:
        return _fraction(tree)
    except (Beyond, ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None


def _fraction(tree: Tree) -> Fraction:
    name = tree[0]
    if name == "number":
        return Fraction(tree[1])
    if name == "add":
        return _held(sum(map(_fraction, tree[1:]), Fraction(0)))
    if name == "neg":
        return -_fraction(tree[1])
    if name == "mul":
        return _held(_fraction(tree[1]) * _fraction(tree[2]))
    if name == "div":
        return _held(_fraction(tree[1]) / _fraction(tree[2]))
    if name == "pow":
        return _power(_fraction(tree[1]), _fraction(tree[2]))
    if name == "call" and tree[1] in _WHOLE:
        arguments = [_fraction(part) for part in tree[2:]]
        return Fraction(_WHOLE[tree[1]](*arguments))
    if name in ("sum", "prod") and tree[3][0] == "number":
        return Fraction(folded(tree, _fraction, lambda k: ("number", Fraction(k), -1)))
    raise Beyond


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator != 1 or abs(exponent) * bits > MOST_BITS:
        raise Beyond
    return base ** int(exponent)


def _held(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS:
        raise Beyond
    return number


def _natural(number: Fraction, most: int = 4000) -> int:
    if number.denominator != 1 or not 0 <= number <= most:
        raise Beyond
    return int(number)


def _double_factorial(number: Fraction) -> int:
    return math.prod(range(_natural(number), 0, -2))


_WHOLE: dict[str, Callable[..., Any]] = {
    "factorial": lambda n: math.factorial(_natural(n)),
    "factorial2": _double_factorial,
    "binomial": lambda n, k: math.comb(_natural(n), _natural(k)),
    "gcd": lambda *all_: math.gcd(*(_natural(n, 10**18) for n in all_)),
    "lcm": lambda *all_: math.lcm(*(_natural(n, 10**9) for n in all_[:9])),
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": abs,
    "max": max,
    "min": min,
    "mod": lambda a, n: a % n,
}


def folded(tree: Tree, value: Callable[[Tree], Any], number: Callable[[int], Tree]) -> Any:
    """A sum or a product, term by term."""
    _, body, variable, low, high = tree
    if _has_range(body):  # their terms would multiply: algebra, which can be killed
        raise Beyond
    start, end = value(low), value(high)
    if start != int(start) or end != int(end) or not -1 <= end - start <= MOST_TERMS:
        raise Beyond
    total = Fraction(tree[0] == "prod")
    for k in range(int(start), int(end) + 1):
        term = value(_substituted(body, variable, number(k)))
        total = total + term if tree[0] == "sum" else total * term
        if isinstance(total, Fraction):
            _held(total)
    return total


def _has_range(tree: Tree) -> bool:
    parts = [part for part in tree[1:] if isinstance(part, tuple)]
    return tree[0] in ("sum", "prod") or any(map(_has_range, parts))


def _substituted(tree: Tree, name: str, value: Tree) -> Tree:
    if tree[0] == "number":
        return tree
    if tree[0] == "symbol":
        return value if tree[1] == name else tree
    return tuple(_substituted(p, name, value) if isinstance(p, tuple) else p for p in tree)


def terminates(number: Fraction) -> bool:
    """Whether a decimal can write a fraction out."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
