r"""Equality of assignments: x = 1, y = 2 and (1, 2)."""

from __future__ import annotations

from sws.verify.names import has_inequality
from sws.verify.records import Record, by_name, one_letter, records_of, solutions_of
from sws.verify.values import (
    Ordered,
    Several,
    Value,
)
from sws.verify.verdicts import Comparing, all_of


class Records(Comparing):
    """Comparisons in which values are assigned to names."""

    def _with_records(self, gold: Value, answer: Value) -> object:
        left, right = records_of(gold), records_of(answer)
        if left is None and right is None:
            return NotImplemented
        if left is not None and right is not None:
            return self._two_records(left, right)
        records, other = (left, answer) if left is not None else (right, gold)
        assert records is not None
        if has_inequality(other):
            return False
        first = records[0]
        if len(first) == 1:
            members = tuple(value for record in records for value in record.values())
            bare: Value = Several(members) if len(members) > 1 else members[0]
        elif len(records) == 1:
            if one_letter(first) and isinstance(other, Several):
                bare = Several(tuple(first.values()), other.joint)
            else:
                bare = Ordered("()", tuple(by_name(first)))
                if isinstance(other, Several) and len(other.members) == 1:
                    other = other.members[0]
                if isinstance(other, Several) and other.joint == "{}":
                    return False
                if isinstance(other, Several | Ordered):
                    pair = (bare.members, other.members)
                    return self._in_order(*(pair if records is left else pair[::-1]))
        else:
            bare = Several(tuple(Ordered("()", tuple(by_name(record))) for record in records))
        return self.equal(bare, other) if records is left else self.equal(other, bare)

    def _two_records(self, left: list[Record], right: list[Record]) -> bool | None:
        def alike(one: Record, two: Record) -> bool | None:
            if set(one) != set(two):
                return False
            return all_of(self.equal(value, two[name]) for name, value in one.items())

        if len(left[0]) == len(right[0]) or len(left) == len(right) == 1:
            verdict = self._matched(left, right, alike)
            if verdict is not False or set(left[0]) == set(right[0]):
                return verdict
        one, other = solutions_of(left), solutions_of(right)
        if one is None or other is None or one[0] != other[0]:
            return False
        return self._matched(one[1], other[1], self.equal)
