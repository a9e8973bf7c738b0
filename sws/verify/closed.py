r"""Closed forms - numbers, fractions, radicals, powers and \pi - to fifty digits, without algebra.

Two whose values differ, or agree to some forty digits, are decided in microseconds; what lies
between is left to algebra. What can be read in two ways, such as a number right before a fraction,
is not read.
"""

from __future__ import annotations

import decimal
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

EXACT, ROUNDED = 1e-12, 5e-6  # relative tolerance of exact values; of decimals: six digits
SAME = Decimal("1e-35")  # relative; a value is right to some forty digits
LIMIT = 200  # characters
CACHE_SIZE = 16_384
LARGEST, SMALLEST = Decimal(10) ** 12, Decimal(10) ** -6  # so that no digit that matters is lost
MOST_NESTED = 20
_DIGITS = decimal.Context(prec=50, Emax=999, Emin=-999)
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<word>\\(?:frac|sqrt|pi|cdot|times|div)(?![A-Za-z]))"
    r"|(?P<mark>[-+*/^(){}]))"
)
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}(?![0-9])")
_TIMES, _OVER = ("*", r"\cdot", r"\times"), ("/", r"\div")


def compare(gold: str, answer: str) -> bool | None:
    """Whether two closed forms, or two lists of them, are equal; None when that is not known."""
    left = values(gold)
    right = values(answer) if left is not None else None
    if left is None or right is None or left.brackets != right.brackets:
        return None
    if len(left.numbers) != len(right.numbers):
        return False
    tolerance = Decimal(ROUNDED if "." in gold + answer else EXACT)
    off = [_distance(*pair) for pair in zip(left.numbers, right.numbers, strict=True)]
    if any(distance > tolerance for distance in off):
        return False
    return True if all(distance < SAME for distance in off) else None


def _distance(a: Decimal, b: Decimal) -> Decimal:
    """Relative; 0 of two zeros."""
    return abs(a - b) / max(abs(a), abs(b)) if a != b else Decimal(0)


@dataclass(frozen=True)
class Values:
    """Numbers in round brackets, in order; or a set of them, sorted (brackets "")."""

    brackets: str
    numbers: tuple[Decimal, ...]


@lru_cache(CACHE_SIZE)
def values(text: str) -> Values | None:
    r"""The values of closed forms between commas; a \pm stands for two of them."""
    brackets = ""
    if "," in text and text.startswith("(") and text.endswith(")"):
        brackets, text = "()", text[1:-1]
    elif text.startswith("\\{") and text.endswith("\\}"):
        text = text[2:-2]
    if _THOUSANDS.search(text):  # or a list of numbers; it can be read in two ways
        return None
    numbers: list[Decimal] = []
    for piece in re.split("[,;]", text):
        signs = ("+", "-") if "\\pm" in piece and not brackets else ("",)
        for found in (value(piece.replace("\\pm", sign, 1).strip()) for sign in signs):
            if found is None:
                return None
            numbers.append(found)
    return Values(brackets, tuple(numbers) if brackets else _as_set(numbers))


def _as_set(numbers: list[Decimal]) -> tuple[Decimal, ...]:
    """Sorted, without those that are equal to the one before."""
    ordered = sorted(numbers)
    pairs = zip([None, *ordered], ordered, strict=False)
    return tuple(b for a, b in pairs if a is None or _distance(a, b) >= SAME)


@lru_cache(CACHE_SIZE)
def value(text: str) -> Decimal | None:
    """The value of a closed form, right to more than thirty digits; None when it is not one."""
    tokens = _tokens(text) if len(text) <= LIMIT else None
    if not tokens:
        return None
    reader = _Reader(tokens)
    try:
        with decimal.localcontext(_DIGITS):
            found = reader.sum()
    except (_Unreadable, decimal.DecimalException):
        return None
    return found if reader.next is None else None


def _tokens(text: str) -> list[str] | None:
    tokens, position, text = [], 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        tokens.append(match[0].strip())
        position = match.end()
    return tokens


class _Unreadable(Exception):
    """The text is no closed form, or one that is not read."""


class _Reader:
    """Recursive descent: sums of products of powers of numbers, roots and groups."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, expected: str = "") -> str:
        token = self.next
        if token is None or (expected and token != expected):
            raise _Unreadable
        self.position += 1
        return token

    def sum(self) -> Decimal:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise _Unreadable
        total = self.product()
        while self.next in ("+", "-"):
            sign = self.take()
            if self.next in ("+", "-"):
                raise _Unreadable
            total = total + self.product() if sign == "+" else total - self.product()
        self.depth -= 1
        return _held(total)

    def product(self) -> Decimal:
        negative = self.next == "-"
        if self.next in ("+", "-"):
            self.take()
        last, total = self.next, self.power()
        while (token := self.next) is not None and token not in ("+", "-", ")", "}"):
            operator = self.take() if token in _TIMES + _OVER else ""
            if not operator and (_is_number(token) or (_is_number(last) and token == r"\frac")):
                raise _Unreadable  # 3 1/2 and 3\frac{1}{2} are sums
            if not operator and token in ("^", "{"):
                raise _Unreadable
            last, factor = self.next, self.power()
            total = _held(_divided(total, factor) if operator in _OVER else total * factor)
        return -total if negative else total

    def power(self) -> Decimal:
        base = self.atom()
        if self.next != "^":
            return base
        self.take()
        exponent = self.group()
        if exponent != int(exponent) or abs(exponent) > 99 or self.next == "^":
            raise _Unreadable
        return _held(base**exponent if exponent >= 0 else _divided(Decimal(1), base**-exponent))

    def atom(self) -> Decimal:
        token = self.take()
        if _is_number(token):
            return _held(Decimal(token))
        if token == r"\pi":
            return _PI
        if token == r"\frac":
            return _divided(self.group(), self.group())
        if token == r"\sqrt":
            return self.group().sqrt()  # of a negative number: an InvalidOperation
        if token == "(":
            return self.inside(")")
        raise _Unreadable

    def group(self) -> Decimal:
        r"""What stands in braces, or the one digit or \pi that stands for a group."""
        if self.next == "{":
            self.take()
            return self.inside("}")
        token = self.take()
        if token == r"\pi":
            return _PI
        if len(token) > 1 or not token.isdigit():  # of 2^10 TeX raises the first digit only
            raise _Unreadable
        return Decimal(token)

    def inside(self, closing: str) -> Decimal:
        found = self.sum()
        self.take(closing)
        return found


def _is_number(token: str | None) -> bool:
    return token is not None and (token[0].isdigit() or token[0] == ".")


def _divided(numerator: Decimal, denominator: Decimal) -> Decimal:
    if abs(denominator) < SMALLEST:
        raise _Unreadable
    return numerator / denominator


def _held(number: Decimal) -> Decimal:
    if abs(number) > LARGEST:
        raise _Unreadable
    return number
