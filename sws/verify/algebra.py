"""Equality of two answers by algebra. Imported by the worker process only: it may hang."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any

from math_verify import LatexExtractionConfig, parse, verify
from sympy import Derivative, Expr, Float, I, Integral, Limit, Product, Rational, Sum, Symbol, prime

from sws.verify import grammar
from sws.verify.closed import EXACT, ROUNDED

grammar.install()

logging.getLogger("math_verify").setLevel(logging.CRITICAL)
# LaTeX only: the reader of plain expressions would pick one number out of an unreadable answer.
_READERS = (LatexExtractionConfig(boxed_match_priority=-1),)
# Math-Verify takes a lone i for the imaginary unit, and 3i for a variable: set every one apart.
_IMAGINARY_UNIT = re.compile(r"(?<![A-Za-z\\])i(?![A-Za-z])")
_UNEVALUATED = (Derivative, Integral, Limit, Product, Sum)


@lru_cache(maxsize=4096)
def read(answer: str) -> list[Any]:
    """SymPy readings of an answer, best first, and its text; empty when there is nothing."""
    answer = _IMAGINARY_UNIT.sub(" i ", answer.replace("$", ""))
    readings: list[Any] = parse(f"${answer}$", _READERS, parsing_timeout=None)
    return [_with_imaginary_unit(reading) for reading in readings]


def _with_imaginary_unit(reading: Any) -> Any:
    """The reading with the letter i as the imaginary unit, unless it is an index."""
    if not isinstance(reading, Expr):
        return reading
    return reading.subs({letter: I for letter in reading.free_symbols if str(letter) == "i"})


def parses(answer: str) -> bool:
    """Whether an answer can be read as mathematics."""
    try:
        return any(not isinstance(reading, str) for reading in read(answer))
    except MemoryError:  # the process ends, and its parent counts it as undecided
        raise
    except Exception:
        return False


def equal(gold: str, answer: str) -> bool:
    """Whether the answer is mathematically equal to the gold answer (gold first)."""
    try:
        golds, answers = read(gold), read(answer)
        if not golds or not answers or _differ(golds[0], answers[0]):
            return False
        return bool(verify(golds, answers, timeout_seconds=None))
    except MemoryError:
        raise
    except Exception:
        return False


def _differ(gold: Any, answer: Any) -> bool:
    """Whether two expressions have different values at a point, which refutes their equality.

    Much cheaper than simplification; and exact where Math-Verify rounds to six decimals, so that
    every tiny number would be zero.
    """
    for side in (gold, answer):
        if not isinstance(side, Expr) or isinstance(side, Symbol) or side.has(*_UNEVALUATED):
            return False
    symbols = sorted(gold.free_symbols | answer.free_symbols, key=str)
    point = {symbol: Rational(prime(5 + i), 7) for i, symbol in enumerate(symbols)}
    left, right = (side.evalf(30, subs=point) for side in (gold, answer))
    if not (left.is_number and left.is_finite and right.is_number and right.is_finite):
        return False
    tolerance = ROUNDED if gold.has(Float) or answer.has(Float) else EXACT
    return bool(abs(left - right) > tolerance * max(abs(left), abs(right)))
