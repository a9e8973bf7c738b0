r"""Equality of lists, sets, intervals and matrices."""

from __future__ import annotations

from collections.abc import Sequence

from sws.verify.conversions import compound_of, entries_of, scaled_rows
from sws.verify.names import has_inequality
from sws.verify.same_records import Records
from sws.verify.sets import as_set, name_of
from sws.verify.values import (
    Matrix,
    Ordered,
    Quantity,
    Relation,
    Several,
    Union,
    Value,
)
from sws.verify.verdicts import all_of


class Members(Records):
    """Comparisons of values that have members."""

    def _several(self, gold: Value, answer: Value) -> bool | None:
        if (records := self._with_records(gold, answer)) is not NotImplemented:
            return records  # type: ignore[return-value]
        if isinstance(gold, Several) and isinstance(answer, Several):
            if gold.joint == answer.joint == "compound" or "cases" in (gold.joint, answer.joint):
                return self._in_order(gold.members, answer.members)
            if (sets := self._as_sets(gold, answer)) is not NotImplemented:
                return sets  # type: ignore[return-value]
            left, right = list(gold.members), list(answer.members)
            if "{}" in (gold.joint, answer.joint) or isinstance(left[0], Ordered):
                left, right = self._distinct(left), self._distinct(right)
            return self._matched(left, right, self.equal)
        several, other = (gold, answer) if isinstance(gold, Several) else (answer, gold)
        assert isinstance(several, Several)
        if (
            (
                isinstance(other, Ordered)
                and several.joint in (",", "and")
                and len(several.members) > 1
            )
            and other.brackets in ("()", "[]")
            and not isinstance(several.members[0], Ordered | Relation)
        ):
            pair = (several.members, other.members)
            return self._in_order(*(pair if several is gold else pair[::-1]))
        if (total := compound_of(several)) is not None and isinstance(other, Quantity):
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
            return all_of(exact)
        if several.joint == "or" and True in exact:
            return all_of(
                verdict or self.equal(member, other)
                for verdict, member in zip(exact, several.members, strict=True)
            )
        return all_of(exact)

    def _as_sets(self, gold: Value, answer: Value) -> object:
        """Equality of what inequalities describe, where a side has inequalities."""
        if not (has_inequality(gold) or has_inequality(answer)):
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
            entries = entries_of(other)
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
        pairs = zip(scaled_rows(gold), scaled_rows(answer), strict=True)
        return all_of(self._in_order(*pair) for pair in pairs)
