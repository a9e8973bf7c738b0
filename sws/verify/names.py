"""What a side of a relation is: a name, a label, a value; and assignments to names."""

from __future__ import annotations

from fractions import Fraction

from sws.verify.exact import exact
from sws.verify.grammar import Tree, decimals_in, symbols_in
from sws.verify.units import measure
from sws.verify.values import (
    Base,
    Choice,
    Clock,
    Matrix,
    Ordered,
    Phrase,
    Quantity,
    Relation,
    Several,
    Value,
)

Record = dict[str, Value]


_RENAMED_PARAMETERS = frozenset(["k", "n", "m", "l"])


def is_name(side: Value) -> bool:
    r"""Whether a side only names what follows: x, f(x), |AB|, [ABC], \\angle ABC, the area."""
    if isinstance(side, Phrase):
        return not any(
            segment[0] in ("number", "add", "mul", "neg", "div") for segment in side.segments
        )
    if isinstance(side, Choice):
        return side.value is None
    if isinstance(side, Ordered):
        return all(map(is_name, side.members))
    if not isinstance(side, Quantity) or side.unit or side.percent:
        return False
    return bool(symbols_in(side.tree)) and only_letters(side.tree)


def only_letters(tree: Tree) -> bool:
    """A letter, f(x), f(x, y), |AB| or f^{-1}(x); not a number and no sum."""
    if tree[0] == "symbol":
        return True
    if tree[0] == "pow":
        return bool(tree[1][0] == "symbol") and tree[2] == ("neg", ("number", Fraction(1), -1))
    if tree[0] == "mul":
        return only_letters(tree[1]) and tree[2][0] in ("symbol", "number")
    return tree[0] == "call" and tree[1] == "abs" and only_letters(tree[2])


def is_label(side: Value, last: Value) -> bool:
    """An expression with letters that the last side has not: m + n of m + n = 127."""
    if not isinstance(side, Quantity) or not isinstance(last, Quantity) or side is last:
        return False
    return bool(symbols_in(side.tree)) and symbols_in(side.tree) > symbols_in(last.tree)


def is_zero(value: Value) -> bool:
    """Whether a value is the number zero."""
    return isinstance(value, Quantity) and exact(value.tree) == 0


def is_decimal(value: Value) -> bool:
    """Whether a decimal point is in a value."""
    return isinstance(value, Quantity) and bool(decimals_in(value.tree))


def claim_of(side: Value) -> Tree | None:
    """The expression that an approximation states; None when it states none."""
    if not isinstance(side, Quantity):
        return None
    return ("div", side.tree, ("number", Fraction(100), -1)) if side.percent else side.tree


def in_degrees(tree: Tree) -> Tree:
    """The tree with whole numbers from ten in trigonometric functions as degrees."""
    if tree[0] in ("number", "symbol"):
        return tree
    if tree[0] == "call" and tree[1] in ("sin", "cos", "tan", "cot", "sec", "csc"):
        argument = tree[2]
        if argument[0] == "number" and argument[1] >= 10:
            return ("call", tree[1], ("call", "deg", argument))
    return tuple(in_degrees(part) if isinstance(part, tuple) else part for part in tree)


def has_pi(tree: Tree) -> bool:
    """Whether the number pi is in an expression."""
    return tree == ("symbol", "pi") or any(has_pi(p) for p in tree[1:] if isinstance(p, tuple))


def has_unit_i(tree: Tree) -> bool:
    """Whether the imaginary unit is in an expression."""
    return tree == ("symbol", "i") or any(has_unit_i(p) for p in tree[1:] if isinstance(p, tuple))


def is_period(tree: Tree, names: frozenset[str]) -> bool:
    r"""Whether a letter counts the solutions of \frac{\pi}{3}+2k\pi."""
    return names <= _RENAMED_PARAMETERS and tree[0] == "add" and has_pi(tree)


def difference_of(relation: Relation) -> Tree | None:
    """Left side minus right side of a relation of two expressions."""
    sides = [side.tree for side in relation.sides if isinstance(side, Quantity)]
    return ("add", sides[0], ("neg", sides[1])) if len(sides) == len(relation.sides) == 2 else None


def pairs_of(relation: Relation) -> list[tuple[str, Tree]] | None:
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


def has_inequality(value: Value) -> bool:
    """Whether a value is or has an inequality or a membership."""
    if isinstance(value, Several):
        return any(map(has_inequality, value.members))
    return isinstance(value, Relation) and bool(set(value.signs) & {"<", "<=", "!=", "in"})


def rule_of(relation: Relation) -> tuple[str, str, Value] | None:
    """Name, argument and value of f(x) = ...; the argument of y = ... is empty."""
    if len(relation.sides) != 2 or not isinstance(relation.sides[0], Quantity):
        return None
    tree = relation.sides[0].tree
    if tree == ("symbol", "y"):
        return "y", "", relation.sides[1]
    if tree[0] == "mul" and tree[2][0] == "symbol" and only_letters(tree[1]):
        return repr(tree[1]), tree[2][1], relation.sides[1]
    return None


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
    """Values in the order of their names; of names of several letters, as written."""
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


def compound_of(several: Several) -> Quantity | None:
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


def entries_of(matrix: Matrix) -> tuple[Value, ...] | None:
    """The entries of one row or one column."""
    if matrix.bars or matrix.factor is not None:
        return None
    if len(matrix.rows) == 1:
        return matrix.rows[0]
    if all(len(row) == 1 for row in matrix.rows):
        return tuple(row[0] for row in matrix.rows)
    return tuple(Ordered("[]", row) for row in matrix.rows)


def scaled_rows(matrix: Matrix) -> list[tuple[Value, ...]]:
    """The rows of a matrix, times its factor."""
    if matrix.factor is None:
        return list(matrix.rows)
    return [
        tuple(
            Quantity(("mul", matrix.factor, cell.tree)) if isinstance(cell, Quantity) else cell
            for cell in row
        )
        for row in matrix.rows
    ]


def value_of(numeral: Base) -> int | None:
    """The number that a numeral stands for; None when a digit is not one of its base."""
    try:
        return int(numeral.digits, numeral.base)
    except ValueError:
        return None


def minutes_of(clock: Clock) -> int:
    """Minutes since midnight."""
    return clock.minutes % 720 + 720 * (clock.half == "pm") if clock.half else clock.minutes
