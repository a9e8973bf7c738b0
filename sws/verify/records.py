"""Assignments to names: x = 3, (p, q) = (2, 5), x_1 = 2 or x_2 = 5."""

from __future__ import annotations

from sws.verify.grammar import symbols_in
from sws.verify.values import Choice, Ordered, Phrase, Quantity, Relation, Several, Value

Record = dict[str, Value]


def records_of(value: Value) -> list[Record] | None:
    """Assignments to names, solution by solution; None for anything else."""
    if isinstance(value, Relation):
        record = assignment_of(value)
        return [record] if record else None
    if not isinstance(value, Several) or value.joint in ("{}", "cases"):
        return None
    records: list[Record] = [{}]
    for member in value.members:
        record = assignment_of(member) if isinstance(member, Relation) else None
        if record is None:
            return None
        if records[-1].keys() & record.keys():
            records.append({})
        records[-1] |= record
    if any(set(record) != set(records[0]) for record in records):
        return None
    if value.joint == "or" and len(records) == 1 and len(records[0]) > 1:
        return None if not one_letter(records[0]) else records
    return records


def assignment_of(relation: Relation) -> Record | None:
    """x = 3, x = y = 3, (p, q) = (2, 5)."""
    if set(relation.signs) != {"="}:
        return None
    *names, value = relation.sides
    if len(names) == 1 and isinstance(names[0], Ordered):
        found = [symbol_of(member) for member in names[0].members]
        if isinstance(value, Ordered) and len(found) == len(value.members) and all(found):
            return dict(zip((name or "" for name in found), value.members, strict=True))
        return None
    known = [symbol_of(name) for name in names]
    if not all(known) or isinstance(value, Relation) or (symbol_of(value) and len(known) > 1):
        return None
    return {name or "": value for name in known}


def symbol_of(value: Value) -> str | None:
    """The name that a side is: a letter, or capitals that name a segment."""
    if isinstance(value, Choice) and value.value is None:
        return value.letter
    if isinstance(value, Phrase):
        return value.text if len(value.segments) == 1 else None
    if isinstance(value, Quantity) and value.tree[0] == "symbol" and not value.unit:
        return str(value.tree[1]) if symbols_in(value.tree) else None
    return None


def one_letter(record: Record) -> bool:
    """Whether the names are one letter with several indices."""
    letters = {name.partition("_")[0] for name in record}
    return len(letters) == 1 and all("_" in name for name in record)


def by_name(record: Record) -> list[Value]:
    """Values in the order of their names; as written if a name is longer than a letter."""
    if all(len(name) == 1 or name[1:2] == "_" for name in record):
        return [record[name] for name in sorted(record)]
    return list(record.values())


def solutions_of(records: list[Record]) -> tuple[str, list[Value]] | None:
    """The letter and its values of x = 2, x = 5 and of x_1 = 2, x_2 = 5."""
    if len(records) == 1 and one_letter(records[0]):
        return next(iter(records[0])).partition("_")[0], list(records[0].values())
    if all(len(record) == 1 for record in records):
        return next(iter(records[0])), [value for record in records for value in record.values()]
    return None
