"""Whether two expressions have the same value: exactly for fractions, else to sixty digits.

Letters take several values of either sign. Two expressions that differ at one point are different;
two that agree to more than forty digits at all of them are equal, which no two different answers
of mathematics do by chance. Every number is bounded, so that no answer can occupy the process; what
is beyond the bounds, or needs an infinite sum, an integral or a limit, is left to algebra (None).
"""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath

from sws.verify.grammar import Tree, decimals_in, symbols_in

DIGITS = 60
LOST = 18  # digits that rounding errors may take
MOST_BITS = 60_000  # of an exact fraction
LARGEST = 4000  # bits before the point of a value
MOST_TERMS = 400
ROUNDED_DIGITS = 6  # significant digits from which a decimal stands for the number it rounds
GOLD_DIGITS = 3  # the same of a gold answer, which was rounded by whoever wrote it
_STEPS = frozenset({"floor", "ceil", "abs", "max", "min", "mod", "sgn", "sqrt", "root", "gcd"})
_local = threading.local()

Values = dict[str, Any]


class Beyond(Exception):
    """A value out of bounds, or an operation that is left to algebra."""


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


@lru_cache(16_384)
def exact(tree: Tree) -> Fraction | None:
    """The value of an expression of fractions; None when it has none, or none within bounds."""
    try:
        return _fraction(tree)
    except (Beyond, ZeroDivisionError, ValueError, OverflowError):
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
        return _folded(tree, _fraction, lambda k: ("number", Fraction(k), -1))
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


def _folded(tree: Tree, value: Callable[[Tree], Any], number: Callable[[int], Tree]) -> Any:
    """A sum or a product, term by term."""
    _, body, variable, low, high = tree
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


def _substituted(tree: Tree, name: str, value: Tree) -> Tree:
    if tree[0] == "number":
        return tree
    if tree[0] == "symbol":
        return value if tree[1] == name else tree
    return tuple(_substituted(p, name, value) if isinstance(p, tuple) else p for p in tree)


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


class Evaluation:
    """The value of an expression at a point, and the largest number that was cancelled in it."""

    def __init__(self, point: dict[str, float], digits: int) -> None:
        self.point = point
        if not hasattr(_local, "context"):
            _local.context = mpmath.MPContext()
        self.mp = _local.context
        self.mp.dps = digits
        self.scale: Any = self.mp.mpf(0)
        self.value: Any = None

    def of(self, tree: Tree) -> Evaluation:
        """Evaluate; `value` stays None where the expression is not defined."""
        try:
            self.value = self._at(tree)
        except (ZeroDivisionError, ValueError, OverflowError, mpmath.libmp.NoConvergence):
            self.value = None
        except (TypeError, AttributeError, NotImplementedError) as error:
            raise Beyond from error
        return self

    @property
    def is_real(self) -> bool:
        imaginary = abs(getattr(self.value, "imag", 0))
        return bool(imaginary <= abs(self.value) * self.mp.mpf(10) ** -40)

    def _at(self, tree: Tree) -> Any:
        return self._bounded(getattr(self, f"_{tree[0]}")(tree))

    def _bounded(self, value: Any) -> Any:
        if isinstance(value, int | Fraction | float):
            value = (
                self.mp.mpf(value.numerator) / value.denominator
                if isinstance(value, int | Fraction)
                else self.mp.mpf(value)
            )
        if not self.mp.isfinite(value):
            raise ValueError
        if value and self.mp.mag(value) > LARGEST:
            raise Beyond
        return value

    def _number(self, tree: Tree) -> Any:
        value = tree[1]
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > 4 * LARGEST:
            raise Beyond
        return self.mp.mpf(value.numerator) / value.denominator

    def _symbol(self, tree: Tree) -> Any:
        name = tree[1]
        if name in self.point:
            return self.mp.mpf(self.point[name])
        constants = {"pi": self.mp.pi, "e": self.mp.e, "i": self.mp.mpc(0, 1)}
        if name not in constants:
            raise Beyond
        return +constants[name]

    def _add(self, tree: Tree) -> Any:
        terms = [self._at(part) for part in tree[1:]]
        self.scale = max(self.scale, *map(abs, terms))
        return self.mp.fsum(terms)

    def _neg(self, tree: Tree) -> Any:
        return -self._at(tree[1])

    def _mul(self, tree: Tree) -> Any:
        return self._at(tree[1]) * self._at(tree[2])

    def _div(self, tree: Tree) -> Any:
        return self._at(tree[1]) / self._not_zero(self._at(tree[2]))

    def _not_zero(self, value: Any) -> Any:
        """A divisor; one that is zero but for rounding errors is zero."""
        if abs(value) <= self.scale * self.mp.mpf(10) ** (LOST - self.mp.dps):
            raise ZeroDivisionError
        return value

    def _pow(self, tree: Tree) -> Any:
        if tree[1] == ("symbol", "e"):
            return self._exp(self._at(tree[2]))
        base, exponent = self._at(tree[1]), self._at(tree[2])
        third = exact(tree[2])
        if third is not None and third.denominator in (3, 5, 7) and self._real_negative(base):
            root = self.mp.root(-base, third.denominator) ** third.numerator
            return -root if third.numerator % 2 else root  # the real root, as in x^{1/3}
        if base and abs(exponent) * max(abs(self.mp.mag(base)), 1) > LARGEST:
            raise Beyond
        if not base and self.mp.re(exponent) < 0:
            raise ZeroDivisionError
        return base**exponent

    def _real_negative(self, value: Any) -> bool:
        return not getattr(value, "imag", 0) and self.mp.re(value) < 0

    def _exp(self, exponent: Any) -> Any:
        if abs(exponent) > LARGEST / 2:
            raise Beyond
        return self.mp.exp(exponent)

    def _sum(self, tree: Tree) -> Any:
        self.scale = max(self.scale, 1)
        return _folded(tree, self._at, lambda k: ("number", Fraction(k), -1))

    _prod = _sum

    def _call(self, tree: Tree) -> Any:
        name, arguments = tree[1], [self._at(part) for part in tree[2:]]
        if any(abs(argument) > 10**30 for argument in arguments) and name not in ("sqrt", "abs"):
            if name not in ("ln", "log", "lg", "root", "log2"):
                raise Beyond
        function = getattr(self, f"_call_{name}", None)
        if function is not None:
            return function(*arguments)
        if name in _DIRECT and len(arguments) == 1:
            self.scale = max(self.scale, 1)
            return getattr(self.mp, _DIRECT[name])(*arguments)
        raise Beyond

    def _call_deg(self, x: Any) -> Any:
        return x * self.mp.pi / 180

    def _call_abs(self, x: Any) -> Any:
        return abs(x)

    def _call_sqrt(self, x: Any) -> Any:
        return self.mp.sqrt(x)

    def _call_cbrt(self, x: Any) -> Any:
        return self._call_root(x, self.mp.mpf(3))

    def _call_root(self, x: Any, n: Any) -> Any:
        if n != int(n.real) or not 1 <= n.real <= 1000:
            raise Beyond
        if self._real_negative(x) and int(n.real) % 2:
            return -self.mp.root(-x, int(n.real))
        return self.mp.root(x, int(n.real))

    def _call_exp(self, x: Any) -> Any:
        return self._exp(x)

    def _call_lg(self, x: Any) -> Any:
        return self._call_log(x, self.mp.mpf(10))

    def _call_log2(self, x: Any) -> Any:
        return self._call_log(x, self.mp.mpf(2))

    def _call_log(self, x: Any, base: Any = None) -> Any:
        self.scale = max(self.scale, 1)
        return self.mp.log(self._not_zero(x)) / (1 if base is None else self.mp.log(base))

    _call_ln = _call_log

    def _call_cis(self, x: Any) -> Any:
        return self.mp.cos(x) + self.mp.mpc(0, 1) * self.mp.sin(x)

    def _call_floor(self, x: Any) -> Any:
        return self.mp.floor(self._settled(x))

    def _call_ceil(self, x: Any) -> Any:
        return self.mp.ceil(self._settled(x))

    def _settled(self, x: Any) -> Any:
        """The whole number that a value is but for rounding errors."""
        near = self.mp.nint(x)
        return near if abs(near - x) < self.mp.mpf(10) ** (LOST - self.mp.dps) else x

    def _call_mod(self, a: Any, n: Any) -> Any:
        return a - n * self._call_floor(a / n)

    def _call_max(self, *all_: Any) -> Any:
        return max(all_)

    def _call_min(self, *all_: Any) -> Any:
        return min(all_)

    def _call_factorial(self, x: Any) -> Any:
        if abs(x) > 400:
            raise Beyond
        return self.mp.gamma(x + 1)

    def _call_factorial2(self, x: Any) -> Any:
        if abs(x) > 400:
            raise Beyond
        return self.mp.fac2(x)

    def _call_binomial(self, n: Any, k: Any) -> Any:
        if abs(n) > 400 or abs(k) > 400:
            raise Beyond
        return self.mp.binomial(n, k)


_DIRECT = {
    **{
        name: name
        for name in ["sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot"]
    },
    **{name: name for name in ["sinh", "cosh", "tanh", "coth", "asinh", "acosh", "atanh"]},
    **{"Re": "re", "Im": "im", "arg": "arg", "sgn": "sign"},
}


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
    if value is not None and (_terminates(value) or digits < ROUNDED_DIGITS < value.denominator):
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


def _terminates(number: Fraction) -> bool:
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


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
