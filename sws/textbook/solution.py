"""How a solution is written: one elementary operation a step, every result in digits."""

from dataclasses import dataclass
from fractions import Fraction

Value = int | Fraction
Numbers = tuple[int, ...]


def latex(value: Value) -> str:
    r"""An answer as it is written in a box: `17`, `-3`, `\frac{2}{3}`."""
    if value == int(value):
        return str(int(value))
    sign = "-" if value < 0 else ""
    return f"{sign}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


class Work:
    """The lines of a solution: every operation writes its own equation and returns the result."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.largest = 0

    def _write(self, a: int, operator: str, b: int, result: int) -> int:
        right = f"({b})" if b < 0 else str(b)
        self.steps.append(f"{a}{operator}{right}={result}")
        self.largest = max(self.largest, abs(a), abs(b), abs(result))
        return result

    def add(self, a: int, b: int) -> int:
        """Write a + b; a negative `b` is subtracted."""
        return self._write(a, "+", b, a + b) if b >= 0 else self._write(a, "-", -b, a + b)

    def subtract(self, a: int, b: int) -> int:
        """Write a - b; a negative `b` is added."""
        return self.add(a, -b) if b < 0 else self._write(a, "-", b, a - b)

    def multiply(self, a: int, b: int) -> int:
        """Write a * b."""
        return self._write(a, "*", b, a * b)

    def divide(self, a: int, b: int) -> int:
        """Exact division; raises ValueError when `b` does not divide `a`."""
        if b == 0 or a % b:
            raise ValueError(f"{b} does not divide {a}")
        return self._write(a, "/", b, a // b)

    def sum(self, values: Numbers) -> int:
        """Add all values, from left to right."""
        total = values[0]
        for value in values[1:]:
            total = self.add(total, value)
        return total

    def product(self, values: Numbers) -> int:
        """Multiply all values, from left to right."""
        total = values[0]
        for value in values[1:]:
            total = self.multiply(total, value)
        return total

    def take_away(self, start: int, values: Numbers) -> int:
        """Subtract all values from `start`, from left to right."""
        for value in values:
            start = self.subtract(start, value)
        return start

    def remainder(self, a: int, modulus: int) -> int:
        """Subtract the modulus until less than it is left."""
        if modulus < 1:
            raise ValueError("a modulus must be positive")
        while a >= modulus:
            a = self.subtract(a, modulus)
        return a

    def boxed(self, value: Value) -> str:
        """The completion: the steps, then the answer in a box."""
        return ";".join((*self.steps, f"\\boxed{{{latex(value)}}}"))


@dataclass(frozen=True)
class Solution:
    """A worked solution: its steps, its answer in LaTeX, and the whole as a completion."""

    steps: tuple[str, ...]
    answer: str
    completion: str
    largest: int
