"""The value of an expression at a point, to as many digits as asked, within bounds."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import Any

import mpmath

from sws.verify.exact import Beyond, exact, folded
from sws.verify.functions import LARGEST, Functions
from sws.verify.grammar import Tree

_local = threading.local()


class Evaluation(Functions):
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
        """Whether the value has no imaginary part but for rounding errors."""
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

    def _sum(self, tree: Tree) -> Any:
        self.scale = max(self.scale, 1)
        return folded(tree, self._at, lambda k: ("number", Fraction(k), -1))

    _prod = _sum

    def _call(self, tree: Tree) -> Any:
        name, arguments = tree[1], [self._at(part) for part in tree[2:]]
        if name not in _OF_ANY_SIZE and any(abs(argument) > 10**30 for argument in arguments):
            raise Beyond
        function = getattr(self, f"_call_{name}", None)
        if function is not None:
            return function(*arguments)
        if name in _DIRECT and len(arguments) == 1:
            self.scale = max(self.scale, 1)
            return getattr(self.mp, _DIRECT[name])(*arguments)
        raise Beyond


_OF_ANY_SIZE = frozenset({"sqrt", "root", "abs", "ln", "log", "lg", "log2"})
_DIRECT = {
    **{
        name: name
        for name in ["sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot"]
    },
    **{name: name for name in ["sinh", "cosh", "tanh", "coth", "asinh", "acosh", "atanh"]},
    **{"Re": "re", "Im": "im", "arg": "arg", "sgn": "sign"},
}
