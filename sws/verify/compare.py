"""Equality of two answers, each read once as a typed value.

Three-valued: None where only algebra can decide, which the caller then asks. Conventions widen
exact equality, and each is named where it is applied: a unit that one side leaves out, a name that
one side leaves out ("x = 5" and "5"), a percentage and its value, and a decimal that rounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from sws.verify import numeric
from sws.verify.grammar import Tree, decimals_in, renamed, symbols_in
from sws.verify.notation import LIMIT, tidy
from sws.verify.read import (
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
    read,
)
from sws.verify.sets import as_set, name_of
from sws.verify.units import Unit, measure, nouns_agree
from sws.verify.words import MOST_WORDS, agree

Same = Callable[[Tree, Tree], bool | None]
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
    if left is None or right is None:
        return False
    try:
        return Comparison(same).equal(left, right)
    except RecursionError:
        return False


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
        return all(map(_known, value.sides))
    return True


@lru_cache(CACHE_SIZE)
def canonical(answer: str) -> str | None:
    """A form that equal answers of the simple kinds share; None for the others."""
    value = read(answer)
    return None if value is None else _form(value)


def _form(value: Value) -> str | None:
    if isinstance(value, Quantity):
        number = numeric.exact(value.tree)
        if number is None or value.claims:
            return None
        unit = value.unit.name if value.unit else ""
        return f"{number}{'%' * value.percent} {unit}".strip()
    if isinstance(value, Choice):
        return value.letter if value.value is None else None
    if isinstance(value, Phrase):
        plain = [word for segment in value.segments for word in segment if isinstance(word, str)]
        known = len(value.segments) == 1 and len(plain) == len(value.segments[0])
        return " ".join(plain) if known and plain[0] not in ("\\", "symbol") else None
    if isinstance(value, Ordered | Several):
        forms = [_form(member) for member in value.members]
        known = [form for form in forms if form is not None]
        if len(known) < len(forms) or not forms:
            return None
        if isinstance(value, Several):
            return "{" + ", ".join(sorted(set(known) if value.joint == "{}" else known)) + "}"
        return value.brackets[0] + ", ".join(known) + value.brackets[1]
    return f"{value.digits}_{value.base}" if isinstance(value, Base) else None


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all are true: False as soon as one is, None where one is not known."""
    unknown = False
    for verdict in verdicts:
        if verdict is False:
            return False
        unknown = unknown or verdict is None
    return None if unknown else True


def _any(verdicts: Iterable[bool | None]) -> bool | None:
    unknown = False
    for verdict in verdicts:
        if verdict:
            return True
        unknown = unknown or verdict is None
    return None if unknown else False


@dataclass(frozen=True)
class Comparison:
    """Equality of values, by a test of two expressions."""

    same: Same

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

    # Choices and words

    def _choices(self, gold: Value, answer: Value) -> bool | None:
        """Of "(B) 12" the letter, if the other side is a letter; else the value."""
        if isinstance(gold, Choice) and isinstance(answer, Choice):
            return gold.letter == answer.letter
        choice, other = (gold, answer) if isinstance(gold, Choice) else (answer, gold)
        assert isinstance(choice, Choice)
        if isinstance(other, Several) and len(other.members) > 1:
            return False
        if choice.value is None:
            letter = Quantity(("symbol", choice.letter))
            if isinstance(other, Phrase):
                return other.text == choice.letter
            return self.equal(letter, other) if other is answer else self.equal(other, letter)
        return self.equal(
            gold if other is gold else choice.value, answer if other is answer else choice.value
        )

    def _phrases(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Phrase) and isinstance(answer, Phrase):
            return self._segments(gold, answer)
        phrase, other = (gold, answer) if isinstance(gold, Phrase) else (answer, gold)
        assert isinstance(phrase, Phrase)
        if isinstance(other, Several) and other.joint in (",", "and") and self._letters(other):
            return sorted(phrase.text) == sorted(self._letters(other))  # AC and A, C
        if phrase.segments == (("infinitely", "many"),):
            return isinstance(other, Quantity) and other.tree == ("symbol", "oo")
        if isinstance(other, Relation) and other.signs == ("=",) and other is answer:
            return self._all_named(other) and self.equal(gold, other.sides[1])
        if isinstance(other, Several) and other.members and other.joint in ("or", ","):
            return _all(self._phrases_in_order(gold, answer, phrase, m) for m in other.members)
        return False

    def _phrases_in_order(
        self, gold: Value, answer: Value, phrase: Phrase, member: Value
    ) -> bool | None:
        return self.equal(phrase, member) if phrase is gold else self.equal(member, phrase)

    @staticmethod
    def _letters(several: Several) -> str:
        names = [_symbol(member) or "" for member in several.members]
        choices = [name for name in names if len(name) == 1 and name.isupper()]
        return "".join(choices) if len(choices) == len(several.members) > 1 else ""

    def _segments(self, gold: Phrase, answer: Phrase) -> bool | None:
        left, right = gold.segments, answer.segments
        if len(left) != len(right):
            return False
        if len(left) == 2 and left[0] != right[0] and left[1][0] == "symbol" == right[0][0]:
            right = right[::-1]  # n even, even n
        elif len(left) == 2 and left[0][0] == "symbol" == right[1][0] and right[0][0] != "symbol":
            right = right[::-1]
        return _all(self._segment(*pair) for pair in zip(left, right, strict=True))

    def _segment(self, gold: tuple, answer: tuple) -> bool | None:
        wordy = [
            all(isinstance(part, str) for part in s) and s[0] != "symbol" for s in (gold, answer)
        ]
        if wordy[0] != wordy[1]:
            return False
        if wordy[0]:
            return gold == answer if gold[0] == "\\" else agree(gold, answer)
        return self.same(gold, answer)

    # Quantities

    def _quantities(self, gold: Quantity, answer: Quantity) -> bool | None:
        for side in (gold, answer):
            if not all(numeric.near(claim, side.tree) for claim in side.claims):
                return False
        if answer.claims and not gold.claims:
            plain = replace(answer, claims=())
            stated = [replace(plain, tree=claim) for claim in answer.claims]
            return _any(self._quantities(gold, one) for one in (plain, *stated))
        if gold.percent or answer.percent:
            return self._percentages(gold, answer)
        left, right = gold.unit, answer.unit
        if left is not None and right is not None and left.name and right.name:
            return self._in_units(gold.tree, left, answer.tree, right)
        if (left or right) is not None:
            return self._one_unit(gold, answer)
        verdict = self.same(gold.tree, answer.tree)
        if verdict is False:
            return self._loosely(gold, answer)
        return verdict

    def _loosely(self, gold: Quantity, answer: Quantity) -> bool | None:
        """Letters beside a number as its unit (7m for 7), a period's parameter, j for i."""
        if gold.loose and answer.loose:
            return self._in_units(*gold.loose, *answer.loose)
        if answer.loose and not symbols_in(gold.tree):
            return self.same(gold.tree, answer.loose[0])
        left, right = symbols_in(gold.tree), symbols_in(answer.tree)
        if len(left - right) == len(right - left) == 1 and _is_period(gold.tree, left - right):
            names = dict(zip(right - left, left - right, strict=True))
            return self.same(gold.tree, renamed(answer.tree, names))
        if not left and len(right) == 1 and right <= {"j", "I"} and _has_unit_i(gold.tree):
            return self.same(gold.tree, renamed(answer.tree, dict.fromkeys(right, "i")))
        return False

    def _percentages(self, gold: Quantity, answer: Quantity) -> bool | None:
        """28% is 0.28; above one percent it is 28 too, as "what percent" is answered both ways."""
        if gold.percent and answer.percent:
            return self.same(gold.tree, answer.tree)
        percent, plain = (gold, answer) if gold.percent else (answer, gold)
        if plain.unit is not None and plain.unit.name:
            return False
        hundredfold = ("mul", plain.tree, ("number", Fraction(100), -1))
        value = numeric.real_value(percent.tree)
        return _any((
            self.same(percent.tree, hundredfold),
            value is not None and abs(value) > 1 and self.same(percent.tree, plain.tree),
        ))  # fmt: skip

    def _in_units(self, gold: Tree, left: Unit, answer: Tree, right: Unit) -> bool | None:
        if left == right:
            return self.same(gold, answer)
        if left.noun or right.noun:
            agreed = left.noun and right.noun and nouns_agree(left.name, right.name)
            return self.same(gold, answer) if agreed else False
        angles = {"degree", "radian"}
        if {left.name, right.name} == angles:
            gold, answer = (
                ("call", "deg", tree) if unit.name == "degree" else tree
                for tree, unit in ((gold, left), (answer, right))
            )
            return self.same(gold, answer)
        one, other = measure(left.name), measure(right.name)
        if one is None or other is None or one[0] != other[0]:
            return False
        trees = [
            ("add", ("mul", tree, ("number", factor, -1)), ("number", offset, -1))
            for tree, (_, factor, offset) in ((gold, one), (answer, other))
        ]
        return self.same(*trees)

    def _one_unit(self, gold: Quantity, answer: Quantity) -> bool | None:
        """A unit that one side leaves out; degrees against radians where the other has a pi."""
        marked, plain = (gold, answer) if gold.unit is not None else (answer, gold)
        assert marked.unit is not None
        if plain.unit is None and plain.loose and marked.unit.name and not marked.unit.noun:
            number, unit = plain.loose
            if plain is answer:
                return self._in_units(marked.tree, marked.unit, number, unit)
            return self._in_units(number, unit, marked.tree, marked.unit)
        if marked.unit.name == "degree" and _has_pi(plain.tree):
            converted: Tree = ("call", "deg", marked.tree)
            return self.same(
                *((converted, answer.tree) if marked is gold else (gold.tree, converted))
            )
        return self.same(gold.tree, answer.tree)

    # Names and relations

    def _relations(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Relation) and isinstance(answer, Relation):
            return self._two_relations(gold, answer)
        relation, other = (gold, answer) if isinstance(gold, Relation) else (answer, gold)
        assert isinstance(relation, Relation)
        if relation.signs == ("in",) and _is_name(relation.sides[0]):
            inside = relation.sides[1]
            if isinstance(inside, Quantity | Phrase):
                return False
            return self.equal(inside, answer) if relation is gold else self.equal(gold, inside)
        if isinstance(other, Several) or set(relation.signs) & {"<", "<=", "!=", "in"}:
            return (
                self._several(gold, answer)
                if isinstance(other, Several)
                else self._sets(gold, answer)
            )
        stated = self._stated(relation, strictly=relation is gold)
        if stated is None or isinstance(stated, bool):
            return stated if stated is None else False
        return self.equal(stated, answer) if relation is gold else self.equal(gold, stated)

    def _stated(self, relation: Relation, strictly: bool) -> Value | bool | None:
        """The value that "name = ... = value \\approx decimal" states.

        False where it states none or contradicts itself; None where that needs algebra.
        `strictly`: the first side is a name, not an expression with letters.
        """
        if not set(relation.signs) <= {"=", "~"}:
            return False
        cut = relation.signs.index("~") + 1 if "~" in relation.signs else len(relation.sides)
        equal, approximate = relation.sides[:cut], relation.sides[cut:]
        last = next((side for side in reversed(equal) if not _is_name(side)), equal[-1])
        values = [side for side in equal if not _is_name(side) and not _is_label(side, last)]
        if values and not isinstance(values[-1], Phrase) and not strictly:
            values = [side for side in values if not isinstance(side, Phrase)]  # prose = 5
        labels = [side for side in equal if not _is_name(side) and side not in values]
        if not values or (labels and (strictly or _is_zero(values[-1]))):
            return False
        verdict = _all(self._agree(values[-1], side) for side in values[:-1])
        if verdict is not True:
            return verdict
        value = values[0] if _is_decimal(values[-1]) and not _is_decimal(values[0]) else values[-1]
        if not approximate:
            return value
        if not isinstance(value, Quantity):
            return False
        claims = [_claim(side) for side in approximate]
        if _is_decimal(value) and claims[0] is not None and not decimals_in(claims[0]):
            value, claims[0] = replace(value, tree=claims[0]), value.tree  # 3.464 \\approx 2\\sqrt3
        if any(claim is None for claim in claims):
            return False
        return replace(value, claims=(*value.claims, *(c for c in claims if c is not None)))

    def _agree(self, last: Value, side: Value) -> bool | None:
        """Whether two sides of a chain are equal; sin 20 may have lost its degree sign."""
        if isinstance(last, Base) and isinstance(side, Base):
            return _value_of(last) == _value_of(side)
        verdict = self.equal(last, side)
        if verdict is False and isinstance(last, Quantity) and isinstance(side, Quantity):
            if (degrees := _in_degrees(side.tree)) != side.tree:
                return self.same(last.tree, degrees)
        return verdict

    def _two_relations(self, gold: Relation, answer: Relation) -> bool | None:
        if set(gold.signs) | set(answer.signs) <= {"=", "~"}:
            return self._equations(gold, answer)
        left, right = as_set(gold), as_set(answer)
        name = name_of(gold)
        if left is not None and right is not None and name and name == name_of(answer):
            return self._sets(left, right)
        if sorted(gold.signs) != sorted(answer.signs):
            return False
        if set(gold.signs) <= {"<", "<=", "!="}:
            return self._inequalities(gold, answer)
        if gold.signs != answer.signs:
            return False
        pairs = list(zip(gold.sides, answer.sides, strict=True))
        verdict = _all(self.equal(*pair) for pair in pairs)
        if verdict is not True and gold.signs[0] in ("||", "perp", "\\cong", "\\sim", "=="):
            turned = zip(gold.sides, reversed(answer.sides), strict=True)
            return _any((verdict, _all(self.equal(*pair) for pair in turned)))
        return verdict

    def _equations(self, gold: Relation, answer: Relation) -> bool | None:
        """Two assignments to one name, the rule of a function, or one equation twice."""
        left, right = (_records(side) for side in (gold, answer))
        if left is not None and right is not None:
            verdict = self._two_records(left, right)
            if verdict is not False or set(left[0]) == set(right[0]):
                return verdict
        if (rule := self._rules_of_functions(gold, answer)) is not None:
            return rule
        if len(gold.sides) > 2 or len(answer.sides) > 2:
            one, other = self._stated(gold, True), self._stated(answer, True)
            if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
                return False if one is False or other is False else None
            names = [{repr(s) for s in r.sides if _is_name(s)} for r in (gold, answer)]
            return self.equal(one, other) if names[0] & names[1] else False
        trees = [_difference(relation) for relation in (gold, answer)]
        if trees[0] is not None and trees[1] is not None:
            verdict = numeric.proportional(trees[0], trees[1], positive=False)
            if verdict is not None:
                return verdict
            return self.same(trees[0], trees[1])
        pairs = list(zip(gold.sides, answer.sides, strict=True))
        return _all(self.equal(*pair) for pair in pairs)

    def _rules_of_functions(self, gold: Relation, answer: Relation) -> bool | None:
        """f(x) = 3x, y = 3x and f(t) = 3t are one function."""
        one, other = _rule(gold), _rule(answer)
        if one is None or other is None or (one[1] == other[1] == ""):
            return None
        if one[0] != other[0] and "y" not in (one[0], other[0]):
            return False
        value, name = other[2], other[1] or one[1]
        if (
            isinstance(value, Quantity)
            and name != (one[1] or name)
            and one[1] not in symbols_in(value.tree)
        ):
            value = Quantity(renamed(value.tree, {name: one[1]}))
        return self.equal(one[2], value)

    def _inequalities(self, gold: Relation, answer: Relation) -> bool | None:
        """Chains of < and \\le, pair by pair, up to a positive factor."""
        left, right = _pairs(gold), _pairs(answer)
        if left is None or right is None:
            if gold.signs != answer.signs:
                return False
            return _all(self.equal(a, b) for a, b in zip(gold.sides, answer.sides, strict=True))

        def alike(one: tuple[str, Tree], two: tuple[str, Tree]) -> bool | None:
            if one[0] != two[0]:
                return False
            return numeric.proportional(one[1], two[1], positive=one[0] != "!=")

        return self._matched(left, right, alike)

    # Several members

    def _several(self, gold: Value, answer: Value) -> bool | None:
        if (records := self._with_records(gold, answer)) is not NotImplemented:
            return records  # type: ignore[return-value]
        if isinstance(gold, Several) and isinstance(answer, Several):
            if gold.joint == answer.joint == "compound" or "cases" in (gold.joint, answer.joint):
                return self._in_order(gold.members, answer.members)
            if (sets := self._as_sets(gold, answer)) is not NotImplemented:
                return sets  # type: ignore[return-value]
            left, right = gold.members, answer.members
            if "{}" in (gold.joint, answer.joint) or isinstance(left[0], Ordered):
                left, right = self._distinct(left), self._distinct(right)
            return self._matched(left, right, self.equal)
        several, other = (gold, answer) if isinstance(gold, Several) else (answer, gold)
        assert isinstance(several, Several)
        if (
            isinstance(other, Ordered)
            and several.joint in (",", "and")
            and len(several.members) > 1
        ):
            if other.brackets in ("()", "[]") and not isinstance(
                several.members[0], Ordered | Relation
            ):
                pair = (several.members, other.members)
                return self._in_order(*(pair if several is gold else pair[::-1]))
        if (total := _compound(several)) is not None and isinstance(other, Quantity):
            return self.equal(total, other) if several is gold else self.equal(other, total)
        if (sets := self._as_sets(gold, answer)) is not NotImplemented:
            return sets  # type: ignore[return-value]
        return self._one_value(several, gold, answer)

    def _one_value(self, several: Several, gold: Value, answer: Value) -> bool | None:
        """One value stated more than once: 17, 17 and "3/4 or 0.75"."""
        other = answer if several is gold else gold
        if not several.members or (
            isinstance(other, Ordered) and several.joint == "{}" and len(several.members) > 1
        ):
            return False
        exact = [self.equal(other, member) for member in several.members]
        if several is gold and len(several.members) > 1 and several.joint != "or":
            return _all(exact)
        if several.joint == "or" and True in exact:
            return _all(
                verdict or self.equal(member, other)
                for verdict, member in zip(exact, several.members, strict=True)
            )
        return _all(exact)

    def _as_sets(self, gold: Value, answer: Value) -> object:
        """Equality of what inequalities describe, where a side has inequalities."""
        if not (_has_inequality(gold) or _has_inequality(answer)):
            return NotImplemented
        left, right = as_set(gold), as_set(answer)
        if left is None or right is None:
            return NotImplemented
        names = {name_of(gold), name_of(answer)} - {None}
        return self._sets(left, right) if len(names) < 2 else False

    def _distinct(self, members: Sequence[Value]) -> list[Value]:
        found: list[Value] = []
        for member in members:
            if not any(self.equal(other, member) for other in found):
                found.append(member)
        return found

    def _matched(self, left: Sequence, right: Sequence, alike: Callable) -> bool | None:
        """Whether members can be paired off, in any order."""
        if len(left) != len(right):
            return False
        rest, unknown = list(right), False
        for member in left:
            verdicts = [alike(member, other) for other in rest]
            if True in verdicts:
                rest.pop(verdicts.index(True))
            elif None in verdicts:
                unknown = True
            else:
                return False
        return None if unknown else True

    def _in_order(self, left: Sequence[Value], right: Sequence[Value]) -> bool | None:
        if len(left) != len(right):
            return False
        return _all(self.equal(*pair) for pair in zip(left, right, strict=True))

    # Assignments

    def _with_records(self, gold: Value, answer: Value) -> object:
        left, right = _records(gold), _records(answer)
        if left is None and right is None:
            return NotImplemented
        if left is not None and right is not None:
            return self._two_records(left, right)
        records, other = (left, answer) if left is not None else (right, gold)
        assert records is not None
        if _has_inequality(other):
            return False
        first = records[0]
        if len(first) == 1:
            members = tuple(value for record in records for value in record.values())
            bare: Value = Several(members) if len(members) > 1 else members[0]
        elif len(records) == 1:
            if _one_letter(first) and isinstance(other, Several):
                bare = Several(tuple(first.values()), other.joint)
            else:
                bare = Ordered("()", tuple(_by_name(first)))
                if isinstance(other, Several) and len(other.members) == 1:
                    other = other.members[0]
                if isinstance(other, Several) and other.joint == "{}":
                    return False
                if isinstance(other, Several | Ordered):
                    pair = (bare.members, other.members)
                    return self._in_order(*(pair if records is left else pair[::-1]))
        else:
            bare = Several(tuple(Ordered("()", tuple(_by_name(record))) for record in records))
        return self.equal(bare, other) if records is left else self.equal(other, bare)

    def _two_records(self, left: list[Record], right: list[Record]) -> bool | None:
        def alike(one: Record, two: Record) -> bool | None:
            if set(one) != set(two):
                return False
            return _all(self.equal(value, two[name]) for name, value in one.items())

        if len(left[0]) == len(right[0]) or len(left) == len(right) == 1:
            verdict = self._matched(left, right, alike)
            if verdict is not False or set(left[0]) == set(right[0]):
                return verdict
        one, other = _solutions(left), _solutions(right)
        if one is None or other is None or one[0] != other[0]:
            return False
        return self._matched(one[1], other[1], self.equal)

    # Sets, lists, matrices

    def _sets(self, gold: Value, answer: Value) -> bool | None:
        left, right = as_set(gold), as_set(answer)
        if left is None or right is None:
            return False
        one, other = (
            side.members if isinstance(side, Union) else (side,) for side in (left, right)
        )
        return self._matched(one, other, self.equal)

    def _ordered(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Ordered) and isinstance(answer, Ordered):
            lists = gold.brackets in ("()", "[]") and answer.brackets in ("()", "[]")
            if gold.brackets != answer.brackets and (not lists or len(gold.members) == 2):
                return False
            return self._in_order(gold.members, answer.members)
        ordered, other = (gold, answer) if isinstance(gold, Ordered) else (answer, gold)
        assert isinstance(ordered, Ordered)
        if isinstance(other, Matrix):
            entries = _entries(other)
            if entries is None:
                return False
            if all(isinstance(member, Ordered) for member in ordered.members):
                rows = tuple(Ordered("[]", row) for row in other.rows)
                return self._in_order(rows, ordered.members)
            return self._in_order(entries, ordered.members)
        if ordered.brackets == "[]" and len(ordered.members) == 1:
            return (
                self.equal(ordered.members[0], answer)
                if ordered is gold
                else self.equal(gold, ordered.members[0])
            )
        return False

    def _matrices(self, gold: Value, answer: Value) -> bool | None:
        if not isinstance(gold, Matrix) or not isinstance(answer, Matrix):
            return False
        if gold.bars != answer.bars or len(gold.rows) != len(answer.rows):
            return False
        pairs = zip(_scaled(gold), _scaled(answer), strict=True)
        return _all(self._in_order(*pair) for pair in pairs)

    # Numerals, times, ratios, residues

    def _bases(self, gold: Value, answer: Value) -> bool | None:
        """A gold answer in a base is answered by its digits alone; else the values decide."""
        if isinstance(gold, Base) and isinstance(answer, Base):
            return _value_of(gold) == _value_of(answer) and gold.base == answer.base
        base, other = (gold, answer) if isinstance(gold, Base) else (answer, gold)
        assert isinstance(base, Base)
        number = (
            numeric.exact(other.tree) if isinstance(other, Quantity) and not other.unit else None
        )
        if number is None:
            return False
        if base is gold:
            return base.digits.lstrip("-").isdigit() and number == int(base.digits)
        return number == _value_of(base)

    def _clocks(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Clock) and isinstance(answer, Clock):
            if (gold.half and answer.half) or not (gold.half or answer.half):
                return _minutes(gold) == _minutes(answer)
            said, open_ = (gold, answer) if gold.half else (answer, gold)
            if open_.minutes >= 13 * 60:
                return _minutes(said) == open_.minutes
            return open_ is gold and gold.minutes == answer.minutes
        clock, other = (gold, answer) if isinstance(gold, Clock) else (answer, gold)
        assert isinstance(clock, Clock)
        if clock.half:
            return False
        parts = (Fraction(clock.minutes // 60), Fraction(clock.minutes % 60))
        ratio = Ratio(tuple(Quantity(("number", part, -1)) for part in parts))
        return self.equal(*((ratio, answer) if clock is gold else (gold, ratio)))

    def _ratios(self, gold: Value, answer: Value) -> bool | None:
        """Terms in proportion; of two terms also their quotient."""
        ratio, other = (gold, answer) if isinstance(gold, Ratio) else (answer, gold)
        assert isinstance(ratio, Ratio)
        terms = [part.tree for part in ratio.parts if isinstance(part, Quantity)]
        if isinstance(other, Quantity) and len(terms) == len(ratio.parts) == 2:
            quotient: Tree = ("div", *terms)
            return self.same(*((quotient, other.tree) if ratio is gold else (other.tree, quotient)))
        if not isinstance(other, Ratio) or len(other.parts) != len(ratio.parts):
            return False
        others = [part.tree for part in other.parts if isinstance(part, Quantity)]
        if len(others) < len(other.parts) or len(terms) < len(others):
            return self._in_order(ratio.parts, other.parts)
        return _all(
            self.same(("mul", terms[0], theirs), ("mul", others[0], mine))
            for mine, theirs in zip(terms[1:], others[1:], strict=True)
        )

    def _residues(self, gold: Value, answer: Value) -> bool | None:
        if not isinstance(gold, Residue) or not isinstance(answer, Residue):
            return False
        modulus = numeric.exact(gold.modulus)
        left, right = numeric.exact(gold.tree), numeric.exact(answer.tree)
        if modulus and left is not None and right is not None:
            return modulus == numeric.exact(answer.modulus) and (left - right) % modulus == 0
        return _all((self.same(gold.modulus, answer.modulus), self.same(gold.tree, answer.tree)))

    @staticmethod
    def _all_named(relation: Relation) -> bool:
        return _is_name(relation.sides[0])


# What a side is

Record = dict[str, Value]
_RENAMED_PARAMETERS = frozenset(["k", "n", "m", "l"])


def _is_name(side: Value) -> bool:
    """Whether a side only names what follows: x, f(x), |AB|, [ABC], \\angle ABC, the area."""
    if isinstance(side, Phrase):
        return not any(
            segment[0] in ("number", "add", "mul", "neg", "div") for segment in side.segments
        )
    if isinstance(side, Choice):
        return side.value is None
    if isinstance(side, Ordered):
        return all(map(_is_name, side.members))
    if not isinstance(side, Quantity) or side.unit or side.percent:
        return False
    return bool(symbols_in(side.tree)) and _only_letters(side.tree)


def _only_letters(tree: Tree) -> bool:
    """A letter, f(x), f(x, y), |AB| or f^{-1}(x); not a number and no sum."""
    if tree[0] == "symbol":
        return True
    if tree[0] == "pow":
        return tree[1][0] == "symbol" and tree[2] == ("neg", ("number", Fraction(1), -1))
    if tree[0] == "mul":
        return _only_letters(tree[1]) and tree[2][0] in ("symbol", "number")
    return tree[0] == "call" and tree[1] == "abs" and _only_letters(tree[2])


def _is_label(side: Value, last: Value) -> bool:
    """An expression with letters that the last side has not: m + n of m + n = 127."""
    if not isinstance(side, Quantity) or not isinstance(last, Quantity) or side is last:
        return False
    return bool(symbols_in(side.tree)) and symbols_in(side.tree) > symbols_in(last.tree)


def _is_zero(value: Value) -> bool:
    return isinstance(value, Quantity) and numeric.exact(value.tree) == 0


def _is_decimal(value: Value) -> bool:
    return isinstance(value, Quantity) and bool(decimals_in(value.tree))


def _claim(side: Value) -> Tree | None:
    if not isinstance(side, Quantity):
        return None
    return ("div", side.tree, ("number", Fraction(100), -1)) if side.percent else side.tree


def _in_degrees(tree: Tree) -> Tree:
    """The tree with whole numbers from ten in trigonometric functions as degrees."""
    if tree[0] in ("number", "symbol"):
        return tree
    if tree[0] == "call" and tree[1] in ("sin", "cos", "tan", "cot", "sec", "csc"):
        argument = tree[2]
        if argument[0] == "number" and argument[1] >= 10:
            return ("call", tree[1], ("call", "deg", argument))
    return tuple(_in_degrees(part) if isinstance(part, tuple) else part for part in tree)


def _has_pi(tree: Tree) -> bool:
    return tree == ("symbol", "pi") or any(_has_pi(p) for p in tree[1:] if isinstance(p, tuple))


def _has_unit_i(tree: Tree) -> bool:
    return tree == ("symbol", "i") or any(_has_unit_i(p) for p in tree[1:] if isinstance(p, tuple))


def _is_period(tree: Tree, names: frozenset[str]) -> bool:
    r"""Whether a letter counts the solutions of \frac{\pi}{3}+2k\pi."""
    return names <= _RENAMED_PARAMETERS and tree[0] == "add" and _has_pi(tree)


def _difference(relation: Relation) -> Tree | None:
    sides = [side.tree for side in relation.sides if isinstance(side, Quantity)]
    return ("add", sides[0], ("neg", sides[1])) if len(sides) == len(relation.sides) == 2 else None


def _pairs(relation: Relation) -> list[tuple[str, Tree]] | None:
    """Each sign of a chain with the difference of its sides."""
    sides = [side.tree for side in relation.sides if isinstance(side, Quantity)]
    sides += [("symbol", s.letter) for s in relation.sides if isinstance(s, Choice)]
    if len(sides) < len(relation.sides):
        return None
    if any(isinstance(side, Choice) for side in relation.sides):
        sides = [("symbol", s.letter) if isinstance(s, Choice) else s.tree  # type: ignore[union-attr]
                 for s in relation.sides]  # fmt: skip
    return [
        (sign, ("add", low, ("neg", high)))
        for sign, low, high in zip(relation.signs, sides, sides[1:], strict=False)
    ]


def _has_inequality(value: Value) -> bool:
    if isinstance(value, Several):
        return any(map(_has_inequality, value.members))
    return isinstance(value, Relation) and bool(set(value.signs) & {"<", "<=", "!=", "in"})


def _rule(relation: Relation) -> tuple[str, str, Value] | None:
    """Name, argument and value of f(x) = ...; the argument of y = ... is empty."""
    if len(relation.sides) != 2 or not isinstance(relation.sides[0], Quantity):
        return None
    tree = relation.sides[0].tree
    if tree == ("symbol", "y"):
        return "y", "", relation.sides[1]
    if tree[0] == "mul" and tree[2][0] == "symbol" and _only_letters(tree[1]):
        return repr(tree[1]), tree[2][1], relation.sides[1]
    return None


def _records(value: Value) -> list[Record] | None:
    """Assignments to names, solution by solution; None for anything else."""
    if isinstance(value, Relation):
        record = _assignment(value)
        return [record] if record else None
    if not isinstance(value, Several) or value.joint in ("{}", "cases"):
        return None
    records: list[Record] = [{}]
    for member in value.members:
        record = _assignment(member) if isinstance(member, Relation) else None
        if record is None:
            return None
        if records[-1].keys() & record.keys():
            records.append({})
        records[-1] |= record
    if any(set(record) != set(records[0]) for record in records):
        return None
    if value.joint == "or" and len(records) == 1 and len(records[0]) > 1:
        return None if not _one_letter(records[0]) else records
    return records


def _assignment(relation: Relation) -> Record | None:
    """x = 3, x = y = 3, (p, q) = (2, 5)."""
    if set(relation.signs) != {"="}:
        return None
    *names, value = relation.sides
    if len(names) == 1 and isinstance(names[0], Ordered):
        found = [_symbol(member) for member in names[0].members]
        if isinstance(value, Ordered) and len(found) == len(value.members) and all(found):
            return dict(zip((name or "" for name in found), value.members, strict=True))
        return None
    known = [_symbol(name) for name in names]
    if not all(known) or isinstance(value, Relation) or (_symbol(value) and len(known) > 1):
        return None
    return {name or "": value for name in known}


def _symbol(value: Value) -> str | None:
    """The name that a side is: a letter, or capitals that name a segment."""
    if isinstance(value, Choice) and value.value is None:
        return value.letter
    if isinstance(value, Phrase):
        return value.text if len(value.segments) == 1 else None
    if isinstance(value, Quantity) and value.tree[0] == "symbol" and not value.unit:
        return str(value.tree[1]) if symbols_in(value.tree) else None
    return None


def _one_letter(record: Record) -> bool:
    """Whether the names are one letter with several indices."""
    letters = {name.partition("_")[0] for name in record}
    return len(letters) == 1 and all("_" in name for name in record)


def _by_name(record: Record) -> list[Value]:
    """Values in the order of their names; of names of several letters, as written."""
    if all(len(name) == 1 or name[1:2] == "_" for name in record):
        return [record[name] for name in sorted(record)]
    return list(record.values())


def _solutions(records: list[Record]) -> tuple[str, list[Value]] | None:
    """The letter and its values of x = 2, x = 5 and of x_1 = 2, x_2 = 5."""
    if len(records) == 1 and _one_letter(records[0]):
        return next(iter(records[0])).partition("_")[0], list(records[0].values())
    if all(len(record) == 1 for record in records):
        return next(iter(records[0])), [value for record in records for value in record.values()]
    return None


def _compound(several: Several) -> Quantity | None:
    """2 hours 30 minutes, 4 dollars and 50 cents: one quantity in its largest unit."""
    parts = [m for m in several.members if isinstance(m, Quantity) and m.unit and not m.unit.noun]
    if (
        len(parts) < len(several.members)
        or len(parts) < 2
        or several.joint not in ("and", "compound")
    ):
        return None
    measures = [measure(part.unit.name) for part in parts if part.unit]
    known = [found for found in measures if found is not None]
    if len(known) < len(parts) or len({dimension for dimension, _, _ in known}) != 1:
        return None
    factors = [factor for _, factor, _ in known]
    if factors != sorted(set(factors), reverse=True):
        return None
    terms = [
        ("mul", part.tree, ("number", factor / factors[0], -1))
        for part, factor in zip(parts, factors, strict=True)
    ]
    return Quantity(("add", *terms), parts[0].unit)


def _entries(matrix: Matrix) -> tuple[Value, ...] | None:
    """The entries of one row or one column."""
    if matrix.bars or matrix.factor is not None:
        return None
    if len(matrix.rows) == 1:
        return matrix.rows[0]
    if all(len(row) == 1 for row in matrix.rows):
        return tuple(row[0] for row in matrix.rows)
    return tuple(Ordered("[]", row) for row in matrix.rows)


def _scaled(matrix: Matrix) -> list[tuple[Value, ...]]:
    if matrix.factor is None:
        return list(matrix.rows)
    return [
        tuple(
            Quantity(("mul", matrix.factor, cell.tree)) if isinstance(cell, Quantity) else cell
            for cell in row
        )
        for row in matrix.rows
    ]


def _value_of(numeral: Base) -> int | None:
    try:
        return int(numeral.digits, numeral.base)
    except ValueError:
        return None


def _minutes(clock: Clock) -> int:
    return clock.minutes % 720 + 720 * (clock.half == "pm") if clock.half else clock.minutes
