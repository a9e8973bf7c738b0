"""Values as others that are compared more simply: one unit, rows, a number, minutes."""

from __future__ import annotations

from sws.verify.units import measure
from sws.verify.values import Base, Clock, Matrix, Ordered, Quantity, Several, Value


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
