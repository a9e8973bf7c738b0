"""Rules over pass rates: `p1 == 0 and 0 < p7 < 1`, read by Python's grammar and never executed."""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache

Rates = Mapping[str, float | None]
Holds = Callable[[Rates], bool | None]

_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_EXPECTED = "comparisons of scorers with numbers, joined by and, or, not: 0 < p1 < 1 and p7 == 0"
_LONGEST = 1000  # characters


@cache
def parse(rule: str) -> Holds:
    """A function of pass rates that says whether a rule holds for them.

    It returns None where a rate that decides is missing (None), as in SQL. Raises ValueError for a
    text that is no rule.
    """
    return _holds(_tree(rule), rule)


def names_in(rule: str) -> set[str]:
    """The scorers that a rule compares."""
    return {node.id for node in ast.walk(_tree(rule)) if isinstance(node, ast.Name)}


def _tree(rule: str) -> ast.expr:
    try:
        return ast.parse(rule if len(rule) <= _LONGEST else "", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refused(rule) from None


def _refused(rule: str) -> ValueError:
    return ValueError(f"{rule[:80]!r} is no rule (expected {_EXPECTED})")


def _holds(node: ast.expr, rule: str) -> Holds:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _all([_holds(value, rule) for value in values])
        case ast.BoolOp(values=values):
            return _not(_all([_not(_holds(value, rule)) for value in values]))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _not(_holds(operand, rule))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _all(list(_compared([left, *others], ops, rule)))
        case _:
            raise _refused(rule)


def _all(parts: list[Holds]) -> Holds:
    """Conjunction of three values: false where one is, else unknown where one is."""

    def holds(rates: Rates) -> bool | None:
        found = [part(rates) for part in parts]
        return False if False in found else None if None in found else True

    return holds


def _not(part: Holds) -> Holds:
    def holds(rates: Rates) -> bool | None:
        found = part(rates)
        return None if found is None else not found

    return holds


def _compared(values: list[ast.expr], ops: list[ast.cmpop], rule: str) -> Iterator[Holds]:
    for left, op, right in zip(values, ops, values[1:], strict=False):
        if type(op) not in _COMPARE:
            raise _refused(rule)
        yield _one(_value(left, rule), _COMPARE[type(op)], _value(right, rule))


def _one(
    left: Callable[[Rates], float | None],
    compare: Callable[[float, float], bool],
    right: Callable[[Rates], float | None],
) -> Holds:
    def holds(rates: Rates) -> bool | None:
        a, b = left(rates), right(rates)
        return None if a is None or b is None else compare(a, b)

    return holds


def _value(node: ast.expr, rule: str) -> Callable[[Rates], float | None]:
    match node:
        case ast.Name(id=name):
            return lambda rates: rates.get(name)
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return lambda _: number
        case _:
            raise _refused(rule)
