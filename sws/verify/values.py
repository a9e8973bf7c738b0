"""What an answer may be: a quantity, a list, an interval, a relation, words, ..."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sws.verify.grammar import Tree
from sws.verify.units import Unit

MOST_MEMBERS = 64


@dataclass(frozen=True)
class Quantity:
    """An expression, with its unit (None: none was written) or as a percentage.

    `loose`: number and unit where letters beside a number may be one ("7m").
    """

    tree: Tree
    unit: Unit | None = None
    percent: bool = False
    loose: tuple[Tree, Unit] | None = None
    claims: tuple[Tree, ...] = ()  # approximations of it that were stated beside it


@dataclass(frozen=True)
class Base:
    """A numeral in a base."""

    digits: str
    base: int


@dataclass(frozen=True)
class Clock:
    """A time of day in minutes; `half` is "am", "pm" or "" where it was not said."""

    minutes: int
    half: str = ""


@dataclass(frozen=True)
class Ratio:
    """a : b, a : b : c, ..."""

    parts: tuple[Value, ...]


@dataclass(frozen=True)
class Ordered:
    """Members in brackets: a point, a vector, an interval, a list. `brackets`: "()", "[)", ..."""

    brackets: str
    members: tuple[Value, ...]


@dataclass(frozen=True)
class Several:
    """Members without an order: a set in braces, or answers beside one another.

    `joint`: "{}" for a set, "or", "and", "," for answers; `compound`: parts of one quantity.
    """

    members: tuple[Value, ...]
    joint: str = ","


@dataclass(frozen=True)
class Union:
    """A union of sets."""

    members: tuple[Value, ...]


@dataclass(frozen=True)
class Without:
    """The real numbers without some."""

    members: tuple[Value, ...]


@dataclass(frozen=True)
class Relation:
    r"""Sides with the signs between them; all signs point upward (< and \\le) where they can."""

    sides: tuple[Value, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Rows of entries; `bars`: a determinant."""

    rows: tuple[tuple[Value, ...], ...]
    factor: Tree | None = None
    bars: bool = False


@dataclass(frozen=True)
class Residue:
    """A remainder."""

    tree: Tree
    modulus: Tree
    congruence: bool = False


@dataclass(frozen=True)
class Choice:
    """A letter of multiple choice, with the text of its option where that was given."""

    letter: str
    value: Value | None = None


Segment = tuple[str, ...] | Tree


@dataclass(frozen=True)
class Phrase:
    """Words, with expressions between them: a tuple of words, or one tree, per segment."""

    segments: tuple[Segment, ...]
    text: str


Value = (
    Quantity | Base | Clock | Ratio | Ordered | Several | Union | Without | Relation | Matrix
    | Residue | Choice | Phrase
)  # fmt: skip


REALS = Ordered("()", (
    Quantity(("neg", ("symbol", "oo"))), Quantity(("symbol", "oo"))
))  # fmt: skip


def whole(number: int) -> Quantity:
    """A whole number as a quantity."""
    return Quantity(("number", Fraction(number), -1))
