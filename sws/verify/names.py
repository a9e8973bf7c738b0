"""What a side of a relation is: a name, a label, a value; and assignments to names."""

from __future__ import annotations

from fractions import Fraction

from sws.verify.exact import exact
from sws.verify.grammar import Tree, decimals_in, symbols_in
from sws.verify.values import (
    Choice,
    Ordered,
    Phrase,
    Quantity,
    Relation,
    Several,
    Value,
)

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
