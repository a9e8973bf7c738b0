"""Inequalities of one name as the intervals that they describe."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from sws.verify.exact import exact
from sws.verify.grammar import Tree, symbols_in
from sws.verify.numeric import real_value
from sws.verify.values import Ordered, Quantity, Relation, Several, Union, Value, Without

_INFINITE = Quantity(("symbol", "oo"))
_MINUS_INFINITE = Quantity(("neg", ("symbol", "oo")))


def as_set(value: Value) -> Value | None:
    """The set that inequalities describe, or a set as it is; None for anything else."""
    if isinstance(value, Ordered | Union):
        return value
    if isinstance(value, Without):
        return _around(value.members)
    if isinstance(value, Relation):
        return _of_relation(value)
    if isinstance(value, Several) and value.members:
        return _joined(value)
    return None


def name_of(value: Value) -> str | None:
    """The name whose values inequalities describe."""
    if isinstance(value, Several):
        names = {name_of(member) for member in value.members}
        return names.pop() if len(names) == 1 else None
    if not isinstance(value, Relation):
        return None
    names = {_name(side) for side in value.sides} - {None}
    return names.pop() if len(names) == 1 else None


def _name(side: Value) -> str | None:
    if not isinstance(side, Quantity):
        return None
    tree = side.tree
    if tree[0] == "call" and tree[1] == "abs" and len(symbols_in(tree)) == 1:
        return next(iter(symbols_in(tree)))
    if tree[0] == "mul" and tree[1] in (("symbol", "f"), ("symbol", "g")):  # f(x)
        return "f"
    return tree[1] if tree[0] == "symbol" and tree[1] not in ("pi", "e", "i", "oo") else None


def _of_relation(relation: Relation) -> Value | None:
    sides, signs = relation.sides, relation.signs
    if signs == ("in",) and _name(sides[0]):
        return sides[1] if isinstance(sides[1], Ordered | Union | Without | Several) else None
    if signs == ("!=",) and _name(sides[0]):
        return _around((sides[1],))
    if not set(signs) <= {"<", "<="} or len(sides) > 3:
        return None
    if len(sides) == 2 and (absolute := _of_absolute(relation)):
        return absolute
    if len(sides) == 3 and (ring := _ring(relation)):
        return ring
    name = name_of(relation)
    place = next((i for i, side in enumerate(sides) if _is_symbol(side, name)), -1)
    bounds = [side for i, side in enumerate(sides) if i != place]
    if place < 0 or any(not _free_of(bound, name) for bound in bounds):
        return None
    if len(sides) == 3:
        return (
            _interval(sides[0], sides[2], *(sign == "<=" for sign in signs)) if place == 1 else None
        )
    closed = signs[0] == "<="
    if place == 0:
        return _interval(_MINUS_INFINITE, sides[1], False, closed)
    return _interval(sides[0], _INFINITE, closed, False)


def _is_symbol(side: Value, name: str | None) -> bool:
    return isinstance(side, Quantity) and _name(side) == name and side.tree[0] != "call"


def _free_of(side: Value, name: str | None) -> bool:
    return isinstance(side, Quantity) and name not in symbols_in(side.tree)


def _of_absolute(relation: Relation) -> Value | None:
    """|x - a| < c and |x| > c."""
    left, right = relation.sides
    inside = left if isinstance(left, Quantity) and left.tree[:2] == ("call", "abs") else right
    bound = right if inside is left else left
    if not isinstance(inside, Quantity) or not isinstance(bound, Quantity):
        return None
    if inside.tree[:2] != ("call", "abs") or symbols_in(bound.tree):
        return None
    centre = _centre(inside.tree[2])
    value = real_value(bound.tree)
    if centre is None or value is None or value < 0:
        return None
    low = Quantity(("add", centre, ("neg", bound.tree)))
    high = Quantity(("add", centre, bound.tree))
    closed = relation.signs[0] == "<="
    if inside is left:
        return _interval(low, high, closed, closed)
    below = _interval(_MINUS_INFINITE, low, False, closed)
    return Union((below, _interval(high, _INFINITE, closed, False)))


def _ring(relation: Relation) -> Value | None:
    """a < |x| < b."""
    low, inside, high = relation.sides
    if not isinstance(inside, Quantity) or inside.tree[:2] != ("call", "abs"):
        return None
    pairs = ((low, inside), (inside, high))
    signs = relation.signs
    parts = [_of_absolute(Relation(p, (s,))) for p, s in zip(pairs, signs, strict=True)]
    outer, inner = parts
    if not isinstance(outer, Union) or not isinstance(inner, Ordered):
        return None
    left, right = (part for part in outer.members if isinstance(part, Ordered))
    return Union((
        Ordered(inner.brackets[0] + left.brackets[1], (inner.members[0], left.members[1])),
        Ordered(right.brackets[0] + inner.brackets[1], (right.members[0], inner.members[1])),
    ))  # fmt: skip


def _centre(tree: Tree) -> Tree | None:
    """a of x - a."""
    if tree[0] == "symbol":
        return _ZERO
    if (
        tree[0] == "add"
        and len(tree) == 3
        and tree[1][0] == "symbol"
        and exact(tree[2]) is not None
    ):
        return ("neg", tree[2])
    return None


_ZERO: Tree = ("number", Fraction(0), -1)


def _interval(low: Value, high: Value, closed_low: bool, closed_high: bool) -> Ordered:
    brackets = ("[" if closed_low else "(") + ("]" if closed_high else ")")
    return Ordered(brackets, (low, high))


def _around(removed: tuple[Value, ...]) -> Value | None:
    """The real line without some points."""
    if not all(isinstance(point, Quantity) for point in removed):
        return None
    points = list(removed)
    if len(points) > 1:
        places = [real_value(point.tree) for point in points if isinstance(point, Quantity)]
        if any(place is None for place in places):
            return None
        points = [
            point for _, point in sorted(zip(places, points, strict=True), key=lambda p: p[0])
        ]
    ends = [_MINUS_INFINITE, *points, _INFINITE]
    pieces = pairwise(ends)
    return Union(tuple(_interval(low, high, False, False) for low, high in pieces))


def _joined(several: Several) -> Value | None:
    """Inequalities of one name joined: by "and" their common part, else their union."""
    members = [as_set(member) for member in several.members]
    if not name_of(several) or not all(isinstance(member, Ordered | Union) for member in members):
        return None
    parts = [part for member in members for part in (
        member.members if isinstance(member, Union) else (member,)
    )]  # fmt: skip
    intervals = [part for part in parts if isinstance(part, Ordered)]
    if len(intervals) == 2 and len(members) == 2 and several.joint != "or":
        common = _common(*intervals)
        if several.joint == "and" or (several.joint == "," and common is not None):
            return common
    if several.joint == "and":
        return None
    return Union(tuple(intervals))


def _common(one: Ordered, other: Ordered) -> Ordered | None:
    """What (a, oo) and (-oo, b) have in common, if anything."""
    for low, high in ((one, other), (other, one)):
        if low.members[1] == _INFINITE and high.members[0] == _MINUS_INFINITE:
            ends = [
                end.tree for end in (low.members[0], high.members[1]) if isinstance(end, Quantity)
            ]
            values = [real_value(end) for end in ends]
            if None in values or len(values) < 2 or values[0] >= values[1]:
                return None
            return Ordered(low.brackets[0] + high.brackets[1], (low.members[0], high.members[1]))
    return None
