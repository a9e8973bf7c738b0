r"""Equality of quantities, numerals in a base, times of day, ratios and remainders."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sws.verify import numeric
from sws.verify.conversions import minutes_of, value_of
from sws.verify.exact import exact
from sws.verify.grammar import Tree, renamed, symbols_in
from sws.verify.names import has_pi, has_unit_i, is_period
from sws.verify.units import Unit, measure, nouns_agree
from sws.verify.values import (
    Base,
    Clock,
    Quantity,
    Ratio,
    Residue,
    Value,
)
from sws.verify.verdicts import Comparing, all_of, any_of


class Quantities(Comparing):
    """Comparisons of numbers and of what is measured in them."""

    def _quantities(self, gold: Quantity, answer: Quantity) -> bool | None:
        for side in (gold, answer):
            if not all(numeric.near(claim, side.tree) for claim in side.claims):
                return False
        if answer.claims and not gold.claims:
            plain = replace(answer, claims=())
            stated = [replace(plain, tree=claim) for claim in answer.claims]
            return any_of(self._quantities(gold, one) for one in (plain, *stated))
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
        if len(left - right) == len(right - left) == 1 and is_period(gold.tree, left - right):
            names = dict(zip(right - left, left - right, strict=True))
            return self.same(gold.tree, renamed(answer.tree, names))
        if not left and len(right) == 1 and right <= {"j", "I"} and has_unit_i(gold.tree):
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
        return any_of((
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
        if marked.unit.name == "degree" and has_pi(plain.tree):
            converted: Tree = ("call", "deg", marked.tree)
            return self.same(
                *((converted, answer.tree) if marked is gold else (gold.tree, converted))
            )
        return self.same(gold.tree, answer.tree)

    def _bases(self, gold: Value, answer: Value) -> bool | None:
        """A gold answer in a base is answered by its digits alone; else the values decide."""
        if isinstance(gold, Base) and isinstance(answer, Base):
            return value_of(gold) == value_of(answer) and gold.base == answer.base
        base, other = (gold, answer) if isinstance(gold, Base) else (answer, gold)
        assert isinstance(base, Base)
        number = exact(other.tree) if isinstance(other, Quantity) and not other.unit else None
        if number is None:
            return False
        if base is gold:
            return base.digits.lstrip("-").isdigit() and number == int(base.digits)
        return number == value_of(base)

    def _clocks(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Clock) and isinstance(answer, Clock):
            if (gold.half and answer.half) or not (gold.half or answer.half):
                return minutes_of(gold) == minutes_of(answer)
            said, open_ = (gold, answer) if gold.half else (answer, gold)
            if open_.minutes >= 13 * 60:
                return minutes_of(said) == open_.minutes
            return open_ is gold and gold.minutes == answer.minutes
        clock = gold if isinstance(gold, Clock) else answer
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
        return all_of(
            self.same(("mul", terms[0], theirs), ("mul", others[0], mine))
            for mine, theirs in zip(terms[1:], others[1:], strict=True)
        )

    def _residues(self, gold: Value, answer: Value) -> bool | None:
        if not isinstance(gold, Residue) or not isinstance(answer, Residue):
            return False
        modulus = exact(gold.modulus)
        left, right = exact(gold.tree), exact(answer.tree)
        if modulus and left is not None and right is not None:
            return modulus == exact(answer.modulus) and (left - right) % modulus == 0
        return all_of((self.same(gold.modulus, answer.modulus), self.same(gold.tree, answer.tree)))
