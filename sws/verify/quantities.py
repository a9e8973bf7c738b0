"""Numbers and expressions with what follows them: a unit, a noun, a percent sign, a base."""

from __future__ import annotations

from dataclasses import replace

from sws.verify import words as in_words
from sws.verify.angles import angle_of
from sws.verify.grammar import FUNCTION_NAMES, Tree, parse, symbols_in
from sws.verify.tokens import Tokens, matching, plain, written
from sws.verify.unit_names import SCALES, SIGNS, unit_word
from sws.verify.units import Unit, read_unit
from sws.verify.values import Quantity, Several, Value, whole
from sws.verify.vocabulary import words_of


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
    if angle := angle_of(tokens):
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
