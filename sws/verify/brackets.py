"""Members in brackets: points, intervals, lists, sets and their conditions."""

from __future__ import annotations

from collections.abc import Callable

from sws.verify.grammar import parse
from sws.verify.tokens import Token, Tokens, matching, split, written
from sws.verify.values import MOST_MEMBERS, Ordered, Quantity, Several, Value, whole

One = Callable[[Tokens], Value]

_ENDS = {("(", ")"): "()", ("[", "]"): "[]", ("(", "]"): "(]", ("[", ")"): "[)",
         ("\\{", "\\}"): "{}", ("{", "}"): "{}", ("\\langle", "\\rangle"): "()",
         ("]", "["): "()", ("]", "]"): "(]", ("<", ">"): "()"}  # fmt: skip


def bracketed(tokens: Tokens, one: One, statement: One) -> Value | None:
    """Members in one pair of brackets."""
    kind = _ENDS.get((tokens[0].text, tokens[-1].text)) if len(tokens) > 1 else None
    if kind is None:
        return None
    french = tokens[0].text == "]"
    if not french and matching(tokens, 0) != len(tokens) - 1:
        return None
    inner = tokens[1:-1]
    if kind == "{}" and (built := _set_builder(inner, statement)) is not None:
        return built
    runs = split(inner, frozenset({",", ";"}))
    if kind == "{}" and tokens[0].text == "\\{" and not inner:
        return Several((), "{}")
    if not all(runs) or len(runs) > MOST_MEMBERS or not inner:
        return None
    if french and len(runs) != 2:
        return None
    if len(runs) == 1:
        if tokens[0].text in ("{", "("):
            inside = statement(inner) if tokens[0].text == "{" else one(inner)
            return inside if parse(tokens) is None else None
        if kind == "{}":
            both = one(inner)
            return Several(both.members if isinstance(both, Several) else (both,), "{}")
        if kind == "[]" and parse(inner) is None:
            return Ordered("[]", (one(inner),)) if tokens[0].text == "[" else None
        return None
    members: list[Value] = []
    for value in _filled(runs, one) if kind == "{}" else map(one, runs):
        spread = kind == "{}" and isinstance(value, Several) and value.joint == "or"
        members += value.members if spread and isinstance(value, Several) else (value,)
    return Several(tuple(members), "{}") if kind == "{}" else Ordered(kind, tuple(members))


def _filled(runs: list[Tokens], one: One) -> list[Value]:
    r"""The members of a set, with those that \dots stands for between whole numbers."""
    values: list[Value] = []
    dots = [i for i, run in enumerate(runs) if written(run) in ("\\dots", "...")]
    if len(dots) == 1 and 2 <= dots[0] == len(runs) - 2:
        ends = [_integer(runs[i]) for i in (*range(dots[0]), len(runs) - 1)]
        known = [end for end in ends if end is not None]
        if len(known) == len(ends):
            step = known[1] - known[0]
            if step and 0 < (known[-1] - known[0]) / step <= MOST_MEMBERS:
                return [
                    whole(n) for n in range(known[0], known[-1] + (1 if step > 0 else -1), step)
                ]
    values = [one(run) for run in runs]
    return values


def _integer(tokens: Tokens) -> int | None:
    tree = parse(tokens)
    sign = 1
    if tree and tree[0] == "neg":
        sign, tree = -1, tree[1]
    return sign * int(tree[1]) if tree and tree[0] == "number" and tree[2] < 0 else None


def _set_builder(inner: Tokens, statement: One) -> Value | None:
    r"""The condition of {x : x > 3} and {x \in R | 2 < x < 7}."""
    place = next((i for i, token in enumerate(inner) if token.text in (":", "|")), -1)
    if place not in (1, 3) or inner[0].kind != "name":
        return None
    if place == 3 and (inner[1].text, inner[2].text) != ("\\in", "\\reals"):
        return None
    return statement(inner[place + 1 :]) if inner[place + 1 :] else None


def unit_vector(tokens: Tokens) -> Value | None:
    """4i + 7j with unit vectors, as their coordinates."""
    names = ("\\uniti", "\\unitj", "\\unitk")
    if not any(token.text in names for token in tokens):
        return None
    coordinates: dict[str, Value] = {}
    start = 0
    for place, token in enumerate(tokens):
        if token.text in names:
            run = tokens[start:place]
            texts = [t.text for t in run]
            if texts in ([], ["+"], ["-"]):
                run = (*run, Token("number", "1", False))
            tree = parse(run)
            if tree is None or token.text in coordinates:
                return None
            coordinates[token.text] = Quantity(tree)
            start = place + 1
    if start != len(tokens):
        return None
    last = 3 if names[2] in coordinates else 2
    return Ordered("()", tuple(coordinates.get(name, whole(0)) for name in names[:last]))
