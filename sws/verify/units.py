"""Units and nouns after a number. Which text is a unit is ours; what it measures is Pint's."""

from __future__ import annotations

import re
import threading
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from sws.verify.unit_names import SIGNS, unit_word
from sws.verify.vocabulary import words_of

_CHINESE_COUNTS = frozenset(words_of("个 只 本 人 名 种 条 张 次 岁 件 辆 棵 支 块 頁 页"))
_NAMELESS = frozenset({"unit", "units", "point", "points"})
# Nouns that are counted are plural; these are so without an s.
_PLURALS = frozenset(
    words_of(
        "people men women children feet mice teeth geese fish sheep deer oxen police staff "
        "cattle dice data series vertices matrices"
    )
)
# Words that no counted noun has beside it: they make another number or statement of it.
_NOT_NOUNS = frozenset(
    words_of(
        "and or not no nor but than then at to from by if when where while for with without "
        "of off is are was were be been isn't aren't wrong right correct incorrect false true "
        "less more greater fewer least most under over above below about around approximately "
        "roughly almost nearly exactly up down through until till between beyond times plus "
        "minus divided multiplied added base mod modulo squared cubed doubled tripled halved "
        "halves half third thirds quarter quarters fourth fourths fifth fifths sixth sixths "
        "seventh sevenths eighth eighths ninth ninths tenth tenths hundredth hundredths "
        "thousandth thousandths factorial root roots power powers percent percents pi "
        "negative positive imaginary odd even prime zero one two three four five six seven "
        "eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty sixty "
        "seventy eighty ninety hundred hundreds thousand thousands million millions billion "
        "billions trillion trillions lakh lakhs crore crores dozen dozens score scores gross "
        "k as so because however instead except other others another else also only just per "
        "maybe perhaps possibly probably cases either neither both unless does doesn't has "
        "this that these those its ones tens twos threes fives"
    )
)
_NOUN = re.compile(r"[A-Za-z][A-Za-z\-]+|a")
_MOST_WORDS = 4


class Unit(NamedTuple):
    """What follows a number: a unit that Pint knows by `name`, or a noun that is counted."""

    name: str
    noun: bool = False


_PIECE = re.compile(r"\s*(?:(?P<power>(?:\^|\*\*)\s*\{?\s*(?P<exponent>[-+]?[1-4])\s*\}?)"
                    r"|(?P<over>/|per\b|an?\b(?!\.))|(?P<times>\\cdot(?![A-Za-z])|\*|·|-)"
                    r"|(?P<word>[^\W\d_]+|[$€£¥₹]))")  # fmt: skip
_SQUARES = {"square": 2, "sq": 2, "cubic": 3}


@lru_cache(4096)
def read_unit(text: str, short: bool = True) -> Unit | None:
    """The unit or the counted noun that a text is; None when it is neither.

    `short`: also a symbol of one letter, which beside a number may be a variable.
    """
    text = text.strip(" .,;~()")
    if not text or len(text) > 60:
        return None
    return _product(text, short) or _noun(text)


def _product(text: str, short: bool) -> Unit | None:
    r"""Units multiplied, divided and raised: m/s^2, square feet, N \\cdot m, feet per second."""
    factors: list[tuple[str, int]] = []
    position, sign, pending, nameless = 0, 1, 1, False
    text = text.replace("\\", "") if "\\cdot" not in text else text
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match["power"]:
            if not factors:
                return Unit("") if nameless else None
            name, power = factors[-1]
            factors[-1] = (name, power * int(match["exponent"]))
        elif match["over"]:
            if not factors and not nameless:
                return None
            sign = -1
        elif word := match["word"]:
            if word.lower() in _SQUARES:
                pending = _SQUARES[word.lower()]
                continue
            if word.lower() in ("squared", "cubed") and factors:
                factors[-1] = (factors[-1][0], factors[-1][1] * (2 if word[0] in "sS" else 3))
                continue
            if word.lower() in _NAMELESS:
                nameless = True
                continue
            known = SIGNS.get(word) or unit_word(word, short or bool(factors))
            if known is None and word in _CHINESE_COUNTS:
                nameless = True
                continue
            if known in ("degC", "degF") and factors == [("degree", 1)]:
                factors.clear()
            if known is None:
                return None
            factors.append((known, sign * pending))
            sign = pending = 1
    if not factors:
        return Unit("") if nameless else None
    return Unit("*".join(f"({name})**{power}" if power != 1 else name
                         for name, power in sorted(factors)))  # fmt: skip


def _noun(text: str) -> Unit | None:
    """Words that are counted: "cookies", "different ways", "marbles left"."""
    words = text.lower().replace(",", " ").lstrip("-").split()
    if not 1 <= len(words) <= _MOST_WORDS or not all(map(_NOUN.fullmatch, words)):
        return None
    if _NOT_NOUNS.intersection(part for word in words for part in (word, *word.split("-"))):
        return None
    plural = any(w in _PLURALS or (w.endswith("s") and not w.endswith("ss") and len(w) > 3)
                 for w in words)  # fmt: skip
    return Unit(" ".join(words), noun=True) if plural else None


def nouns_agree(gold: str, answer: str) -> bool:
    """Whether two counted nouns share a word of four letters: "ways" and "different ways"."""
    left, right = ({word.rstrip("s") for word in text.split()} for text in (gold, answer))
    return bool(left & right)


_registry: Any = None
_registry_lock = threading.Lock()


@lru_cache(4096)
def measure(name: str) -> tuple[str, Fraction, Fraction] | None:
    """Dimension, factor and offset of a unit to base units; None when Pint has none."""
    global _registry
    with _registry_lock:
        try:
            if _registry is None:
                import pint  # half a second, and few answers have two different units

                _registry = pint.UnitRegistry(non_int_type=Fraction)
                for line in _CURRENCIES:
                    _registry.define(line)
            zero = _registry.Quantity(Fraction(0), name).to_base_units()
            one = _registry.Quantity(Fraction(1), name).to_base_units()
            factor = Fraction(one.magnitude) - Fraction(zero.magnitude)
            return (
                str(sorted((unit, float(power)) for unit, power in one.unit_items())),
                factor,
                Fraction(zero.magnitude),
            )
        except Exception:
            return None


_CURRENCIES = (
    "dollar = [dollar]", "us_cent = dollar / 100", "euro = [euro]", "gbp = [gbp]", "yen = [yen]",
    "rupee = [rupee]", "yuan = [yuan]",
)  # fmt: skip
