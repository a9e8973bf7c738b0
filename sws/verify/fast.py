r"""Exact comparison without algebra: numbers, tuples and lists of numbers, and plain words.

It decides most answers of school mathematics in microseconds and leaves the rest (None) to
algebra; closed forms with radicals are decided by their digits. It never calls two different values
equal; two conventions widen exact equality:

* a decimal that gives at least six significant digits of a fraction which does not terminate is
  that fraction (0.333333 for 1/3);
* a percentage is equal to its value (28% and 0.28), and above one percent also to the number
  without its sign (28% and 28), since problems that ask "what percent" are answered both ways.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sws.verify.closed import compare, values
from sws.verify.notation import comparable, stated_value, tidy
from sws.verify.units import BOUNDS, read_unit
from sws.verify.values import Value, read

_PROSE = re.compile(r"(?!sin|cos|tan|arc|log|sqrt)[A-Za-z]{4,}")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SPACE = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")
_SINGLE = re.compile(r"(?<=[\^_])\{([A-Za-z0-9])\}")
SIGNIFICANT_DIGITS = 6
_LONE_LETTER = re.compile(r"(.*[0-9}])\s*([A-Za-z])")
_WORDS_AT_THE_END = re.compile(r"\\(?:text|mathrm|mbox)\s*\{([^{}]*)\}(\s*\^\s*\{?[23]\}?)?$")
CACHE_SIZE = 16_384  # models give the same few answers again and again


@lru_cache(CACHE_SIZE)
def canonical(answer: str) -> str | None:
    """The canonical form of an answer: equal forms, equal answers. None: it needs algebra."""
    value = read(stated_value(tidy(answer)))
    return None if value is None else str(value)


def readable(answer: str) -> bool:
    """Whether an answer is a number, a list of numbers, words or a closed form."""
    return canonical(answer) is not None or values(stated_value(tidy(answer))) is not None


def decide(gold: str, answer: str) -> bool | None:
    """Whether an answer equals the gold answer; None when only algebra can tell."""
    if gold.isascii() and gold.isdecimal() and answer.isascii() and answer.isdecimal():
        return gold.lstrip("0") == answer.lstrip("0")
    return _decide(gold, answer)


@lru_cache(CACHE_SIZE)
def _decide(gold: str, answer: str) -> bool | None:
    gold, answer = comparable(gold, answer)
    if not gold or not answer:
        return False
    if gold == answer or _bare(gold) == _bare(answer):
        return True
    if "," in gold and {_brackets(gold), _brackets(answer)} == {"set", "ordered"}:
        return False
    left, right = read(gold), read(answer)
    if left is not None and right is not None:
        return _compare(left, right)
    if (same := compare(gold, answer)) is not None:
        return same
    if _says_words(gold, left, answer) or _says_words(answer, right, gold):
        return False
    # Math-Verify drops words and letters as if they were units: "25 or more" would pass for 25.
    return None if _bounds(gold) == _bounds(answer) and not _units_differ(gold, answer) else False


def _says_words(text: str, value: Value | None, other: str) -> bool:
    """Whether a text is words or starts with one, and the other has none: it is a value."""
    starts = (value is not None and value.kind == "words") or _PROSE.match(text)
    return bool(starts) and not _PROSE.search(_COMMAND.sub("", other))


def _bare(text: str) -> str:
    r"""Without the spaces and braces that TeX does not need: x^{2} \cup (a) is x^2\cup(a)."""
    return _SINGLE.sub(r"\1", _SPACE.sub("", text))


def _bounds(text: str) -> frozenset[str]:
    return BOUNDS.intersection(re.findall(r"(?<![\\a-z])[a-z]+", text.lower()))


def _brackets(text: str) -> str:
    """Whether one pair of brackets around several members makes a set, or something ordered."""
    opening = "\\{" if text.startswith("\\{") else text[:1]
    inner = text[len(opening) : -1].removesuffix("\\")
    if opening not in ("\\{", "(", "[") or text[-1:] not in "})]" or "," not in inner:
        return ""
    depth = 0
    for character in inner:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return ""
    return "set" if opening == "\\{" else "ordered"


def _units_differ(gold: str, answer: str) -> bool:
    """Whether both end in a unit, or in a letter that may be one, and these differ."""
    units = {_last_unit(gold), _last_unit(answer)}
    return len(units) == 2 and "" not in units


def _last_unit(text: str) -> str:
    if value := read(text):
        return value.unit
    if match := _LONE_LETTER.fullmatch(text):
        value = read(match[1])
        return (read_unit(match[2], True) or match[2]) if value and not value.unit else ""
    match = _WORDS_AT_THE_END.search(text)
    return (read_unit(f"{match[1]}{match[2] or ''}", True) or "") if match else ""


def _compare(gold: Value, answer: Value) -> bool | None:
    """Equality of two values; None where their kinds leave it to algebra."""
    kinds = {gold.kind, answer.kind}
    if kinds == {"base", "number"}:
        return _compare_bases(gold, answer)
    if kinds <= {"number", "percent"}:
        return _compare_quantities(gold, answer)
    if gold.kind == answer.kind:
        same = (gold.text, gold.parts) == (answer.text, answer.parts)
        commute = gold.kind == "symbols" and len(gold.text) > 1  # ab = ba, and x is not X
        return same or (None if commute else False)
    if "number" in kinds and len(gold.parts) + len(answer.parts) > 1:
        return None if _may_be_thousands(gold) or _may_be_thousands(answer) else False
    if kinds == {"words", "symbols"}:
        return gold.text.lower() == answer.text.lower()
    return False if "words" in kinds else None


def _may_be_thousands(value: Value) -> bool:
    """Whether a list of two may be one number: (1,234)."""
    return len(value.parts) == 2 and len(value.parts[1]) == 3


def _compare_bases(gold: Value, answer: Value) -> bool | None:
    """A gold answer in a base is answered by its digits alone; else the values decide."""
    digits, base = (gold if gold.kind == "base" else answer).text.split("_")
    if gold.kind == "base":
        return answer.number == int(digits)
    if not 2 <= int(base) <= 10 or any(int(digit) >= int(base) for digit in digits):
        return None
    return gold.number == int(digits, int(base))


def _compare_quantities(gold: Value, answer: Value) -> bool:
    if gold.unit and answer.unit and gold.unit != answer.unit:
        return False
    if gold.kind == answer.kind:
        return gold.number == answer.number or _rounds_to(gold, answer) or _rounds_to(answer, gold)
    percent, plain = (gold, answer) if gold.kind == "percent" else (answer, gold)
    if plain.unit:
        return False
    if plain.number * 100 == percent.number:
        return True
    return plain.number == percent.number and abs(percent.number) > 1


def _rounds_to(exact: Value, decimal: Value) -> bool:
    """Whether a decimal gives enough digits of a fraction that no decimal can write out."""
    if exact.decimals >= 0 or decimal.decimals < SIGNIFICANT_DIGITS - 3 or not decimal.number:
        return False
    scaled = decimal.number * 10**decimal.decimals
    if len(str(abs(int(scaled)))) < SIGNIFICANT_DIGITS or _terminates(exact.number.denominator):
        return False
    shifted = exact.number * 10**decimal.decimals
    return scaled in (round(shifted), int(shifted))  # rounded, or cut off


def _terminates(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
