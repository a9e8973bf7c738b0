r"""Equality of equations, inequalities and of values that are named."""

from __future__ import annotations

from dataclasses import replace

from sws.verify import numeric
from sws.verify.conversions import value_of
from sws.verify.grammar import Tree, decimals_in, renamed, symbols_in
from sws.verify.names import (
    claim_of,
    difference_of,
    in_degrees,
    is_decimal,
    is_label,
    is_name,
    is_zero,
    pairs_of,
    rule_of,
)
from sws.verify.records import records_of
from sws.verify.same_members import Members
from sws.verify.sets import as_set, name_of
from sws.verify.values import (
    Base,
    Phrase,
    Quantity,
    Relation,
    Several,
    Value,
)
from sws.verify.verdicts import all_of, any_of


class Relations(Members):
    """Comparisons in which a relation takes part."""

    def _relations(self, gold: Value, answer: Value) -> bool | None:
        if isinstance(gold, Relation) and isinstance(answer, Relation):
            return self._two_relations(gold, answer)
        relation, other = (gold, answer) if isinstance(gold, Relation) else (answer, gold)
        assert isinstance(relation, Relation)
        if relation.signs == ("in",) and is_name(relation.sides[0]):
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
        stated = self.stated(relation, strictly=relation is gold)
        if stated is None or isinstance(stated, bool):
            return stated if stated is None else False
        return self.equal(stated, answer) if relation is gold else self.equal(gold, stated)

    def stated(self, relation: Relation, strictly: bool) -> Value | bool | None:
        r"""The value that "name = ... = value \\approx decimal" states.

        False where it states none or contradicts itself; None where that needs algebra.
        `strictly`: the first side is a name, not an expression with letters.
        """
        if not set(relation.signs) <= {"=", "~"}:
            return False
        cut = relation.signs.index("~") + 1 if "~" in relation.signs else len(relation.sides)
        equal, approximate = relation.sides[:cut], relation.sides[cut:]
        last = next((side for side in reversed(equal) if not is_name(side)), equal[-1])
        values = [side for side in equal if not is_name(side) and not is_label(side, last)]
        if values and not isinstance(values[-1], Phrase) and not strictly:
            values = [side for side in values if not isinstance(side, Phrase)]  # prose = 5
        labels = [side for side in equal if not is_name(side) and side not in values]
        if not values or (labels and (strictly or is_zero(values[-1]))):
            return False
        verdict = all_of(self._agree(values[-1], side) for side in values[:-1])
        if verdict is not True:
            return verdict
        value = values[0] if is_decimal(values[-1]) and not is_decimal(values[0]) else values[-1]
        if not approximate:
            return value
        if not isinstance(value, Quantity):
            return False
        claims = [claim_of(side) for side in approximate]
        if is_decimal(value) and claims[0] is not None and not decimals_in(claims[0]):
            value, claims[0] = replace(value, tree=claims[0]), value.tree  # 3.464 \\approx 2\\sqrt3
        if any(claim is None for claim in claims):
            return False
        return replace(value, claims=(*value.claims, *(c for c in claims if c is not None)))

    def _agree(self, last: Value, side: Value) -> bool | None:
        """Whether two sides of a chain are equal; sin 20 may have lost its degree sign."""
        if isinstance(last, Base) and isinstance(side, Base):
            return value_of(last) == value_of(side)
        verdict = self.equal(last, side)
        if verdict is not False or not isinstance(last, Quantity) or not isinstance(side, Quantity):
            return verdict
        degrees = in_degrees(side.tree)
        return degrees != side.tree and self.same(last.tree, degrees)

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
        verdict = all_of(self.equal(*pair) for pair in pairs)
        if verdict is not True and gold.signs[0] in ("||", "perp", "\\cong", "\\sim", "=="):
            turned = zip(gold.sides, reversed(answer.sides), strict=True)
            return any_of((verdict, all_of(self.equal(*pair) for pair in turned)))
        return verdict

    def _equations(self, gold: Relation, answer: Relation) -> bool | None:
        """Two assignments to one name, the rule of a function, or one equation twice."""
        left, right = (records_of(side) for side in (gold, answer))
        if left is not None and right is not None:
            verdict = self._two_records(left, right)
            if verdict is not False or set(left[0]) == set(right[0]):
                return verdict
        if (rule := self._rules_of_functions(gold, answer)) is not None:
            return rule
        if len(gold.sides) > 2 or len(answer.sides) > 2:
            one, other = self.stated(gold, True), self.stated(answer, True)
            if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
                return False if one is False or other is False else None
            names = [{repr(s) for s in r.sides if is_name(s)} for r in (gold, answer)]
            return self.equal(one, other) if names[0] & names[1] else False
        trees = [difference_of(relation) for relation in (gold, answer)]
        if trees[0] is not None and trees[1] is not None:
            verdict = numeric.proportional(trees[0], trees[1], positive=False)
            if verdict is not None:
                return verdict
            return self.same(trees[0], trees[1])
        pairs = list(zip(gold.sides, answer.sides, strict=True))
        return all_of(self.equal(*pair) for pair in pairs)

    def _rules_of_functions(self, gold: Relation, answer: Relation) -> bool | None:
        """f(x) = 3x, y = 3x and f(t) = 3t are one function."""
        one, other = rule_of(gold), rule_of(answer)
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
        r"""Chains of < and \\le, pair by pair, up to a positive factor."""
        left, right = pairs_of(gold), pairs_of(answer)
        if left is None or right is None:
            if gold.signs != answer.signs:
                return False
            return all_of(self.equal(a, b) for a, b in zip(gold.sides, answer.sides, strict=True))

        def alike(one: tuple[str, Tree], two: tuple[str, Tree]) -> bool | None:
            if one[0] != two[0]:
                return False
            return numeric.proportional(one[1], two[1], positive=one[0] != "!=")

        return self._matched(left, right, alike)
