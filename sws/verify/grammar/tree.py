r"""Trees of expressions: a tuple of a node's name and its parts.

("number", Fraction, decimals)   decimals: digits after the point, -1 for an integer
("symbol", name)                 a letter with its index; "pi", "e", "i" and "oo" are constants
("add", ...) ("mul", ...) ("neg", x) ("div", x, y) ("pow", x, y)
("call", function, arguments...)
("sum" | "prod" | "int", body, variable, low, high), ("lim", body, variable, point)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sws.verify.tokens import Token

Tree = tuple[Any, ...]
ONE: Tree = ("number", Fraction(1), -1)
_LARGEST_EXPONENT = 5000  # of ten in 3.2e5


class Unreadable(Exception):
    """The tokens are no expression."""


def number(token: Token) -> Tree:
    """The number that a token is."""
    if token.kind != "number":
        raise Unreadable
    mantissa, _, exponent = token.text.lower().partition("e")
    if exponent and abs(int(exponent[:8])) > _LARGEST_EXPONENT:
        raise Unreadable
    decimals = len(mantissa.partition(".")[2]) if "." in mantissa else -1
    value = Fraction(mantissa) * Fraction(10) ** int(exponent or 0)
    return ("number", value, -1 if exponent else decimals)


def is_whole(tree: Tree) -> bool:
    """Whether a tree is an integer."""
    return bool(tree[0] == "number" and tree[2] < 0)


def mixed(whole: Tree, fraction: Tree) -> Tree:
    """A mixed number; Unreadable if the fraction is not a proper one."""
    if whole[2] >= 0 or not 0 < fraction[1][1] < fraction[2][1]:
        raise Unreadable
    return ("add", whole, fraction)


def symbols_in(tree: Tree) -> frozenset[str]:
    """The free letters of an expression, without constants and bound variables."""
    if tree[0] == "number":
        return frozenset()
    if tree[0] == "symbol":
        return frozenset() if tree[1] in ("pi", "e", "i", "oo") else frozenset({tree[1]})
    found: frozenset[str] = frozenset()
    for part in tree[1:]:
        if isinstance(part, tuple):
            found |= symbols_in(part)
    return found - {tree[2]} if tree[0] in ("sum", "prod", "int", "lim") else found


def renamed(tree: Tree, names: dict[str, str]) -> Tree:
    """The tree with letters exchanged for others."""
    if tree[0] == "symbol":
        return ("symbol", names.get(tree[1], tree[1]))
    return tuple(renamed(part, names) if isinstance(part, tuple) else part for part in tree)


def decimals_in(tree: Tree) -> list[Tree]:
    """The numbers written with a decimal point."""
    if tree[0] == "number":
        return [tree] if tree[2] >= 0 else []
    return [found for part in tree[1:] if isinstance(part, tuple) for found in decimals_in(part)]
