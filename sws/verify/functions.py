"""Functions of an expression at a point: roots, logarithms, steps and counts."""

from __future__ import annotations

from typing import Any

import mpmath

from sws.verify.exact import Beyond

LOST = 18  # digits that rounding errors may take
LARGEST = 4000  # bits before the point of a value


class Functions:
    """A method `_call_NAME` for each function that needs more than mpmath's own."""

    mp: mpmath.MPContext
    scale: Any

    def _not_zero(self, value: Any) -> Any:
        """A divisor; one that is zero but for rounding errors is zero."""
        if abs(value) <= self.scale * self.mp.mpf(10) ** (LOST - self.mp.dps):
            raise ZeroDivisionError
        return value

    def _real_negative(self, value: Any) -> bool:
        return not getattr(value, "imag", 0) and self.mp.re(value) < 0

    def _exp(self, exponent: Any) -> Any:
        if abs(exponent) > LARGEST / 2:
            raise Beyond
        return self.mp.exp(exponent)

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
