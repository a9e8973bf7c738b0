"""Numbers and expressions with what follows them: a unit, a noun, a percent sign, a base."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from sws.verify import words as in_words
from sws.verify.grammar import FUNCTION_NAMES, Tree, parse, symbols_in
from sws.verify.tokens import Tokens, matching, written
from sws.verify.units import SCALES, SIGNS, TEMPERATURES, Unit, read_unit, unit_word
from sws.verify.values import Base, Quantity, Several, Value
from sws.verify.vocabulary import words_of

_BASE = re.compile(
    r"-?\(?([0-9A-Fa-f]+)\)?\s?(?:_\s?\{?\s?\(?\s?(?:base )?([0-9]{1,2}|[a-z]+)\s?\)?\s?\}?"
    r"|\(?(?:in )?base[- ]([0-9]{1,2}|[a-z]+)\)?)"
)


_BASES = dict(
    zip(
        words_of("two three four five six seven eight nine ten eleven twelve"),
        range(2, 13),
        strict=True,
    )
)


def whole(number: int) -> Quantity:
    """A whole number as a quantity."""
    return Quantity(("number", Fraction(number), -1))


def numeral(tokens: Tokens) -> Base | None:
    """A numeral with its base: 253_8, 253 (base 8)."""
    if not any(token.text in ("_", "base") for token in tokens) or len(tokens) > 12:
        return None
    match = _BASE.fullmatch(plain(tokens).strip())
    if match is None:
        return None
    name = match[2] or match[3]
    base = _BASES.get(name, int(name) if name.isdigit() else 0)
    if not 2 <= base <= 36 or not (match[1].isdigit() or base > 10):
        return None
    sign = "-" if tokens[0].text == "-" else ""
    return Base(sign + (match[1].lstrip("0").upper() or "0"), base)


def quantity(tokens: Tokens) -> Value | None:
    """An expression with its unit."""
    if token_unit := SIGNS.get(tokens[0].text):
        rest = quantity(tokens[1:]) if len(tokens) > 1 else None
        if (
            isinstance(rest, Quantity)
            and not rest.percent
            and (rest.unit is None or rest.unit.name == token_unit)
        ):
            return replace(rest, unit=Unit(token_unit))
        return None
    if tokens[0].text == "-" and len(tokens) > 2 and tokens[1].text in SIGNS:
        rest = quantity(tokens[1:])
        return replace(rest, tree=("neg", rest.tree)) if isinstance(rest, Quantity) else None
    if all(token.kind in ("name", "word") for token in tokens):
        return _in_letters(tokens)
    if tokens[-1].text in ("%", "percent", "percentage", "pct") or [
        t.text for t in tokens[-2:]
    ] == ["per", "cent"]:
        tree = parse(tokens[: -1 if tokens[-1].text != "cent" else -2])
        return Quantity(tree, percent=True) if tree else None
    if not _has_words(tokens) and (tree := parse(tokens)):
        if tree[:2] == ("call", "deg"):
            return Quantity(tree[2], Unit("degree"))
        if tree[0] == "neg" and tree[1][:2] == ("call", "deg"):
            return Quantity(("neg", tree[1][2]), Unit("degree"))
        return Quantity(tree, loose=_loose(tokens))
    if angle := _angle(tokens):
        return angle
    return _remarked(tokens) or _with_unit(tokens) or _chunks(tokens)


def _in_letters(tokens: Tokens) -> Value | None:
    """Letters alone: a number in words, a variable, a product; else a phrase."""
    text = " ".join(token.text for token in tokens)
    if (number := in_words.number(text)) is not None:
        return Quantity(("number", number, -1))
    if len(tokens) > 1 and all(len(t.text) == 1 or t.text in FUNCTION_NAMES for t in tokens):
        tree = parse(tokens)
        return Quantity(tree) if tree else None
    if len(tokens) > 1 or (tokens[0].kind == "word" and len(text) > 1):
        return None
    if (len(text) > 1 and text.isupper()) or text.lower() in _SHORT_WORDS or not text.isascii():
        return None
    tree = parse(tokens)
    return Quantity(tree) if tree else None


_SHORT_WORDS = frozenset(
    words_of("yes no odd all one two six ten red mon on off up add and or not nor")
)


def _has_words(tokens: Tokens) -> bool:
    r"""Whether letters stand in \\text that are no variable: beside a number they are a unit."""
    for place, token in enumerate(tokens):
        if token.kind != "word":
            continue
        if token.text in ("i", "e", "j", "I", "d") or len(token.text) > 1:
            if len(token.text) == 1 or not unit_word(token.text):
                continue
            return True
        before = tokens[place - 1] if place else None
        if before is not None and (before.kind == "number" or before.text in (")", "}", "\\circ")):
            return True
    return False


_DEGREE = (["^", "\\circ"], ["^", "{", "\\circ", "}"], ["^", "{", "o", "}"], ["^", "o"], ["°"])


def _angle(tokens: Tokens) -> Quantity | None:
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


_LOOSE_LETTERS = frozenset(["m", "s", "g", "h", "L", "l", "N", "J", "W", "V", "A", "K"])


def _loose(tokens: Tokens) -> tuple[Tree, Unit] | None:
    """The number and the unit where letters after a number may be one: 7m, 7 m/s, 7 m^2."""
    place = next((i for i, token in enumerate(tokens) if token.kind == "name"), -1)
    if place < 1 or any(token.kind == "command" for token in tokens[:place]):
        return None
    tail = tokens[place:]
    first = tail[0].text
    if len(tail) == 1 and len(first) == 1 and first not in _LOOSE_LETTERS:
        return None
    tree, unit = parse(tokens[:place]), read_unit(written(tail))
    if tree is None or unit is None or unit.noun or symbols_in(tree):
        return None
    return tree, unit


def _remarked(tokens: Tokens) -> Value | None:
    """An expression with a remark in brackets: 12 (twelve), 12 (since k = 3)."""
    place = next(
        (i for i in range(1, len(tokens)) if tokens[i].text == "("
         and i + 1 < len(tokens) and tokens[i + 1].kind in ("word", "name", "command", "number")),
        -1,
    )  # fmt: skip
    if place < 1 or matching(tokens, place) != len(tokens) - 1:
        return None
    value, inner = quantity(tokens[:place]), tokens[place + 1 : -1]
    first = inner[0].text.lower() if inner else ""
    if not isinstance(value, Quantity):
        return None
    if first in (
        "since",
        "because",
        "as",
        "approx",
        "approximately",
        "which",
        "rounded",
        "exactly",
    ):
        return value
    if first == "\\approx":
        claim = parse(inner[1:])
        return replace(value, claims=(*value.claims, claim)) if claim else None
    other = quantity(inner)
    if isinstance(other, Quantity) and (inner[0].kind != "number" or tokens[0].kind != "number"):
        spelled = all(token.kind in ("name", "word") for token in inner if token.text != "-")
        if (spelled or _in_spelled(tokens[:place])) and other.tree == value.tree:
            return value
    return None


def _in_spelled(tokens: Tokens) -> bool:
    return in_words.number(" ".join(token.text for token in tokens)) is not None


def _with_unit(tokens: Tokens) -> Quantity | None:
    """A number and what follows it: a scale, a unit or a counted noun."""
    for place in range(1, len(tokens)):
        token = tokens[place]
        if token.kind not in ("name", "word") and token.text not in ("'", "-", "(", *SIGNS, "℃"):
            continue
        tree = parse(tokens[:place])
        if tree is None:
            continue
        tail = tokens[place:]
        while tail and tail[0].text.lower().removesuffix("s") in SCALES:
            scale = SCALES[tail[0].text.lower().removesuffix("s")]
            tree, tail = ("mul", tree, whole(scale).tree), tail[1:]
        if not tail:
            return Quantity(tree)
        if tail[-1].text in ("%", "percent"):
            return None
        if [t.text for t in tail] in (["'"], ["'", "'"]):
            return Quantity(tree, Unit("foot" if len(tail) == 1 else "inch"))
        if tail[0].text == "-":
            tail = tail[1:]
        if not tail:
            return None
        short = any(t.kind == "word" for t in tail) or tail[0].spaced
        unit = read_unit(plain(tail), short) if tail else None
        return Quantity(tree, unit) if unit is not None else None
    return None


def plain(tokens: Tokens) -> str:
    """The tokens as they were written, with their spaces."""
    parts: list[str] = []
    for token in tokens:
        joined = parts and parts[-1][-1:].isalpha() and token.text[:1].isalpha()
        parts.append(f" {token.text}" if token.spaced or joined else token.text)
    return "".join(parts)


def _chunks(tokens: Tokens) -> Value | None:
    """2 hours 30 minutes."""
    starts = [
        place
        for place, token in enumerate(tokens)
        if token.kind == "number" and (place == 0 or tokens[place - 1].kind in ("name", "word"))
    ]
    if len(starts) < 2 or starts[0] != 0:
        return None
    parts = [_with_unit(tokens[a:b]) for a, b in zip(starts, [*starts[1:], None], strict=True)]
    known = tuple(part for part in parts if part is not None and part.unit is not None)
    return Several(known, "compound") if len(known) == len(parts) else None
