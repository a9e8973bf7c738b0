"""Equality of two answers, each read once as a typed value.

Three-valued: None where only algebra can decide, which the caller then asks. Conventions widen
exact equality, and each is named where it is applied: a unit that one side leaves out, a name that
one side leaves out ("x = 5" and "5"), a percentage and its value, and a decimal that rounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from sws.verify import numeric
from sws.verify.exact import exact
from sws.verify.names import is_name
from sws.verify.notation import LIMIT, tidy
from sws.verify.read import read
from sws.verify.same_quantities import Quantities
from sws.verify.same_relations import Relations
from sws.verify.same_words import Words
from sws.verify.values import (
    Base,
    Choice,
    Clock,
    Matrix,
    Ordered,
    Phrase,
    Quantity,
    Ratio,
    Relation,
    Residue,
    Several,
    Union,
    Value,
    Without,
)
from sws.verify.verdicts import Same
from sws.verify.words import MOST_WORDS

LARGEST = 10**60  # of a number that is a key by itself
CACHE_SIZE = 16_384  # models give the same few answers again and again
_TEXT = re.compile(r"\\text\s*\{([^{}]*)\}|(?<=[\^_])\{([A-Za-z0-9])\}")
_SPACE = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")


def decide(gold: str, answer: str) -> bool | None:
    """Whether an answer equals the gold answer; None when only algebra can tell."""
    if gold.isascii() and gold.isdecimal() and answer.isascii() and answer.isdecimal():
        return gold.lstrip("0") == answer.lstrip("0")
    return _decide(gold, answer)


@lru_cache(CACHE_SIZE)
def _decide(gold: str, answer: str) -> bool | None:
    return decide_by(gold, answer, numeric.same)


def decide_by(gold: str, answer: str, same: Same) -> bool | None:
    """The same, with a test of two expressions."""
    first, second = tidy(gold), tidy(answer)
    if not first or not second:
        return False
    if first == second or _bare(first) == _bare(second):
        return True
    if max(len(first), len(second)) > LIMIT:
        return False
    left, right = read(gold), read(answer)
    return left is not None and right is not None and Comparison(same).equal(left, right)


def _bare(text: str) -> str:
    r"""Without the spaces, fonts and braces that change nothing: x^{2} is x^2."""
    return _SPACE.sub("", _TEXT.sub(lambda found: found[1] or found[2] or "", text)).strip()


def readable(answer: str) -> bool:
    """Whether an answer is read as more than unknown notation."""
    value = read(answer)
    return value is not None and _known(value)


def _known(value: object) -> bool:
    if isinstance(value, Phrase):
        count = sum(len(segment) for segment in value.segments)
        known = bool(value.segments) and all(segment[0] != "\\" for segment in value.segments)
        return known and count <= MOST_WORDS
    if isinstance(value, Several | Ordered | Union | Without):
        return all(map(_known, value.members))
    if isinstance(value, Relation):
        return (
            any(map(_known, value.sides)) if "=" in value.signs else all(map(_known, value.sides))
        )
    return True


@lru_cache(CACHE_SIZE)
def canonical(answer: str) -> str | None:
    """A form that equal answers of the simple kinds share; None for the others."""
    value = read(answer)
    return None if value is None else _form(value)


def _form(value: Value) -> str | None:
    if isinstance(value, Quantity):
        number = exact(value.tree)
        if number is None or value.claims or max(map(abs, number.as_integer_ratio())) > LARGEST:
            return None
        unit = value.unit.name if value.unit else ""
        return f"{number}{'%' * value.percent} {unit}".strip()
    if isinstance(value, Choice):
        return value.letter if value.value is None else None
    if isinstance(value, Relation):  # m + n = 127, but x = 5 is not y = 5
        named = any(map(is_name, value.sides)) or set(value.signs) != {"="}
        stated = None if named else Comparison(numeric.same).stated(value, strictly=False)
        return _form(stated) if isinstance(stated, Quantity) else None
    if isinstance(value, Phrase):
        plain = [word for segment in value.segments for word in segment if isinstance(word, str)]
        wordy = len(value.segments) == 1 and len(plain) == len(value.segments[0])
        return " ".join(plain) if wordy and plain[0] not in ("\\", "symbol") else None
    if isinstance(value, Ordered | Several):
        forms = [_form(member) for member in value.members]
        known = [form for form in forms if form is not None]
        if len(known) < len(forms) or not forms:
            return None
        if isinstance(value, Several):
            return "{" + ", ".join(sorted(set(known) if value.joint == "{}" else known)) + "}"
        return value.brackets[0] + ", ".join(known) + value.brackets[1]
    return f"{value.digits}_{value.base}" if isinstance(value, Base) else None


class Comparison(Quantities, Words, Relations):
    """Equality of values of every kind."""

    def equal(self, gold: Value, answer: Value) -> bool | None:
        """Whether two values are equal, gold first."""
        if gold == answer and not isinstance(gold, Relation):
            return True
        for kinds, compare in self._rules():
            if isinstance(gold, kinds) or isinstance(answer, kinds):
                return compare(gold, answer)
        return self._alike(gold, answer)

    def _rules(self) -> tuple[tuple[type | tuple[type, ...], Callable[..., bool | None]], ...]:
        """The comparisons, by the kind that either side has; the first one decides."""
        return (
            (Choice, self._choices),
            (Phrase, self._phrases),
            (Residue, self._residues),
            (Relation, self._relations),
            (Several, self._several),
            ((Union, Without), self._sets),
            (Ordered, self._ordered),
            (Matrix, self._matrices),
            (Base, self._bases),
            (Clock, self._clocks),
            (Ratio, self._ratios),
        )

    def _alike(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Quantity) and isinstance(answer, Quantity):
            return self._quantities(gold, answer)
        return False
