r"""Angles in degrees and minutes, and temperatures: 47^\circ 15', 25^\circ C."""

from __future__ import annotations

from fractions import Fraction

from sws.verify.grammar import parse
from sws.verify.tokens import Tokens
from sws.verify.unit_names import TEMPERATURES
from sws.verify.units import Unit
from sws.verify.values import Quantity, whole

_DEGREE = (["^", "\\circ"], ["^", "{", "\\circ", "}"], ["^", "{", "o", "}"], ["^", "o"], ["°"])


def angle_of(tokens: Tokens) -> Quantity | None:
    r"""47^\\circ, 47^\\circ 15', 25^\\circ C."""
    texts = [token.text for token in tokens]
    for sign in _DEGREE:
        for place in range(1, len(texts) - len(sign) + 1):
            if texts[place : place + len(sign)] != sign:
                continue
            tree, tail = parse(tokens[:place]), tokens[place + len(sign) :]
            if tree is None:
                return None
            rest = [token.text for token in tail]
            if not rest:
                return Quantity(tree, Unit("degree"))
            if len(rest) == 1 and rest[0] in TEMPERATURES:
                return Quantity(tree, Unit(TEMPERATURES[rest[0]]))
            if len(rest) in (2, 3) and tail[0].kind == "number" and set(rest[1:]) == {"'"}:
                size = 60 if len(rest) == 2 else 3600
                minutes = ("div", ("number", Fraction(rest[0]), -1), whole(size).tree)
                return Quantity(("add", tree, minutes), Unit("degree"))
            return None
    return None
