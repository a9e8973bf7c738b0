"""An answer read once, as a typed value: a quantity, a list, an interval, a relation, words, ...

Reading is total: what fits no type is a phrase, which equals only another that says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from sws.verify import words as in_words
from sws.verify.grammar import FUNCTION_NAMES, Tree, parse, symbols_in
from sws.verify.notation import LIMIT, tidy
from sws.verify.tokens import Token, Tokens, depth_of, matching, split, tokens_of, written
from sws.verify.units import SCALES, SIGNS, TEMPERATURES, Unit, read_unit, unit_word

MOST_MEMBERS = 64


@dataclass(frozen=True)
class Quantity:
    """An expression, with its unit (None: none was written) or as a percentage.

    `loose`: number and unit where letters beside a number may be one ("7m").
    """

    tree: Tree
    unit: Unit | None = None
    percent: bool = False
    loose: tuple[Tree, Unit] | None = None
    claims: tuple[Tree, ...] = ()  # approximations of it that were stated beside it


@dataclass(frozen=True)
class Base:
    """A numeral in a base."""

    digits: str
    base: int


@dataclass(frozen=True)
class Clock:
    """A time of day in minutes; `half` is "am", "pm" or "" where it was not said."""

    minutes: int
    half: str = ""


@dataclass(frozen=True)
class Ratio:
    """a : b, a : b : c, ..."""

    parts: tuple[Value, ...]


@dataclass(frozen=True)
class Ordered:
    """Members in brackets: a point, a vector, an interval, a list. `brackets`: "()", "[)", ..."""

    brackets: str
    members: tuple[Value, ...]


@dataclass(frozen=True)
class Several:
    """Members without an order: a set in braces, or answers beside one another.

    `joint`: "{}" for a set, "or", "and", "," for answers; `compound`: parts of one quantity.
    """

    members: tuple[Value, ...]
    joint: str = ","


@dataclass(frozen=True)
class Union:
    """A union of sets."""

    members: tuple[Value, ...]


@dataclass(frozen=True)
class Without:
    """The real numbers without some."""

    members: tuple[Value, ...]


@dataclass(frozen=True)
class Relation:
    """Sides with the signs between them; all signs point upward (< and \\le) where they can."""

    sides: tuple[Value, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Rows of entries; `bars`: a determinant."""

    rows: tuple[tuple[Value, ...], ...]
    factor: Tree | None = None
    bars: bool = False


@dataclass(frozen=True)
class Residue:
    """A remainder."""

    tree: Tree
    modulus: Tree
    congruence: bool = False


@dataclass(frozen=True)
class Choice:
    """A letter of multiple choice, with the text of its option where that was given."""

    letter: str
    value: Value | None = None


@dataclass(frozen=True)
class Phrase:
    """Words, with expressions between them: a tuple of words, or one tree, per segment."""

    segments: tuple[tuple[str, ...] | Tree, ...]
    text: str


Value = (
    Quantity | Base | Clock | Ratio | Ordered | Several | Union | Without | Relation | Matrix
    | Residue | Choice | Phrase
)  # fmt: skip


@lru_cache(16_384)
def read(answer: str) -> Value | None:
    """The value that an answer states; None when it is empty or too long to be one."""
    text = tidy(answer)
    if not text or len(text) > LIMIT:
        return None
    if (special := _special(text)) is not None:
        return special
    tokens = tokens_of(text)
    if not tokens:
        return None
    return _statement(_joints(tokens))


# Notations of a whole answer

_BASE = re.compile(
    r"-?\(?([0-9A-Fa-f]+)\)?\s?(?:_\s?\{?\s?\(?\s?(?:base )?([0-9]{1,2}|[a-z]+)\s?\)?\s?\}?"
    r"|\(?(?:in )?base[- ]([0-9]{1,2}|[a-z]+)\)?)"
)
_SPELLED = re.compile(r"[A-Za-z][A-Za-z \-]{2,80}")
_CIRCLED = re.compile("[①-⑳]{2,20}")
_BASES = dict(
    zip(
        [
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        range(2, 13),
    )
)
_LITERAL = re.compile(r"0(?:x([0-9a-fA-F]{1,40})|b([01]{1,100})|o([0-7]{1,60}))")
_CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?:\s*(?:\\text\s*\{\s*)?([ap])\.?\s?m\.?\s*\}?)?"
    r"|([0-9]{1,2})\s*(?:\\text\s*\{\s*)?([ap])\.?\s?m\.?\s*\}?",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"(?:\\text\s*\{)?\s*(?:(?:choice|option|answer)\s*:?\s*)?(?:\\text\s*\{)?\s*"
    r"(?:\(\s*([A-J])\s*\)|([A-J])(?:(?=[.):\s}])[.):]?|$))\s*\}?\s*[.:)]?\s*\}?\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
_ORDINAL = re.compile(r"([0-9]+)\s*(?:\^\s*\{?)?\s*(?:\\text\s*\{)?\s*(?:st|nd|rd|th)\s*\}{0,2}")


def _special(text: str) -> Value | None:
    if match := _LITERAL.fullmatch(text):
        return next(
            Base(d.upper(), b) for d, b in zip(match.groups(), (16, 2, 8), strict=True) if d
        )
    bare = text[6:-1] if text.startswith("\\text{") and text.endswith("}") else text
    if _SPELLED.fullmatch(bare) and (number := in_words.number(bare)) is not None:
        return Quantity(("number", number, -1))
    if len(bare) < 40 and (day := in_words.date(re.split(r"[\s,]+", bare))) is not None:
        return Phrase((day,), " ".join(day))
    if _CIRCLED.fullmatch(text):
        return Several(tuple(_whole(ord(mark) - ord("①") + 1) for mark in sorted(text)), "{}")
    if match := _CLOCK.fullmatch(text):
        hours, minutes = int(match[1] or match[4]), int(match[2] or 0)
        half = (match[3] or match[5] or "").lower()
        if hours < 24 and minutes < 60 and (half or len(match[1]) <= 2):
            return Clock(60 * hours + minutes, half and half + "m")
    if match := _ORDINAL.fullmatch(text):
        return _whole(int(match[1])) if len(match[1]) < 300 else None
    return _choice(text)


def _choice(text: str) -> Value | None:
    match = _CHOICE.fullmatch(text)
    if match is None or not (letter := match[1] or match[2]).isupper():
        return None
    rest = match[3].strip(" .")
    if rest.count("}") > rest.count("{"):
        rest = rest.rstrip("} .")
    if not rest:
        return Choice(letter)
    marked = match[0][: match.start(3) - match.start(0)].rstrip()[-1:] in ".):}"
    if (
        not marked
        or rest[0] in "=^_+-*/<>,;:&)"
        or re.match(
            r"\\(?:text\{)?\s*(?:and|or|cup|cap|le|ge|ne|in|to|perp|parallel|subset)\b", rest
        )
    ):
        return None
    if re.match(r"(?:and|or)\b", rest):
        return None
    value = read(rest)
    return None if value is None else Choice(letter, value)


def _whole(number: int) -> Quantity:
    return Quantity(("number", Fraction(number), -1))


# Statements: members between commas, "and", "or"

_JOINTS = {"and": "and", "or": "or", "&": "and", "或": "or", "和": "and", "、": ",", "、": ","}
_OR_COMMANDS = {"\\lor": "or", "\\land": "and"}


def _joints(tokens: Tokens) -> Tokens:
    """The tokens with "and" and "or" as marks; a newline between answers as a comma."""
    found: list[Token] = []
    for token in tokens:
        if token.kind in ("name", "word") and token.text.lower() in _JOINTS:
            found.append(Token("mark", _JOINTS[token.text.lower()], token.spaced))
        elif token.text in ("、", "；", "&"):
            found.append(Token("mark", {"&": "and"}.get(token.text, ","), token.spaced))
        elif not (token.kind in ("name", "word") and token.text.lower() in ("either", "both")):
            found.append(token)
    return tuple(found)


_SEPARATORS = frozenset({",", ";", "and", "or"})


def _statement(tokens: Tokens) -> Value:
    """Members beside one another, or the one there is."""
    tokens = _clause_dropped(tokens)
    if any(token.text == "\\Rightarrow" for token in tokens):
        tokens = split(tokens, frozenset({"\\Rightarrow"}))[-1] or tokens
    runs = [run for run in split(tokens, _SEPARATORS) if run]
    if len(runs) < 2 or len(runs) > MOST_MEMBERS:
        return _one(tokens if len(runs) != 1 else runs[0])
    joints = {t.text for t in _outside(tokens) if t.text in _SEPARATORS}
    joint = "or" if "or" in joints else "and" if "and" in joints else ","
    if harmless := _without_clause(runs):
        runs = harmless
        if len(runs) == 1:
            return _one(runs[0])
    members: list[Value] = []
    for run in runs:
        if any(token.text in ("\\pm", "\\mp") for token in run):
            value = _one(run)
            members += value.members if isinstance(value, Several) else (value,)
        else:
            members.append(_one(run))
    return _gathered(members, joint)


def _outside(tokens: Tokens) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += depth_of(token)
        if depth <= 0:
            yield token


_HARMLESS = frozenset(
    [
        "where",
        "is",
        "are",
        "a",
        "an",
        "any",
        "real",
        "constant",
        "constants",
        "integer",
        "integers",
        "arbitrary",
        "number",
        "numbers",
        "for",
        "all",
        "some",
        "with",
    ]
)


def _without_clause(runs: list[Tokens]) -> list[Tokens]:
    r"""The members without a last one that only says where a parameter is from: k \in Z."""
    *rest, last = runs
    texts = [token.text for token in last]
    if rest and len(last) == 3 and last[1].text == "\\in" and last[2].text in _NUMBER_SETS:
        if last[0].kind == "name" and any(last[0].text in t.text for run in rest for t in run):
            return rest
    if rest and texts and texts[0] in ("where", "for", "with"):
        if all(t in _HARMLESS or len(t) == 1 for t in texts) and len(texts) > 2:
            return rest
    return runs


def _clause_dropped(tokens: Tokens) -> Tokens:
    """The tokens without a last clause that restricts nothing: where c is a real constant."""
    place = next((i for i, t in enumerate(tokens) if t.text in ("where", "for", "with")), 0)
    clause = tokens[place + 1 :]
    if place and clause and all(t.text in _HARMLESS or (
        len(t.text) == 1 and t.text.isalpha()) or t.text == "\\in" or t.text in _NUMBER_SETS
        for t in clause
    ):  # fmt: skip
        return tokens[:place]
    return tokens


_NUMBER_SETS = frozenset({"\\integers", "\\naturals", "\\reals", "\\rationals", "\\complexes"})


def _gathered(members: list[Value], joint: str) -> Value:
    """Members as one value: assignments share a name, angles have minutes."""
    first = members[0]
    if isinstance(first, Relation) and first.signs == ("=",) and len(members) > 1:
        bare = [not isinstance(member, Relation) for member in members[1:]]
        if all(bare):  # x = 2, 5
            named = [Relation((first.sides[0], member), ("=",)) for member in members[1:]]
            if not isinstance(first.sides[1], Ordered | Phrase) or isinstance(members[1], Ordered):
                members = [first, *named]
    if joint == "or" and any(isinstance(m, Relation) for m in members):
        pass
    return Several(tuple(members), joint)


# One member

_RELATIONS = {
    "=": "=", "==": "=", "<": "<", "\\le": "<=", "<=": "<=", "=<": "<=", ">": ">", "\\ge": ">=",
    ">=": ">=", "=>": ">=", "\\ne": "!=", "!=": "!=", "\\in": "in", "\\notin": "not in",
    "\\equiv": "==", "\\approx": "~", "\\sim": "\\sim", "\\parallel": "||", "\\perp": "perp",
    "\\mapsto": "->", "\\to": "->", "\\subset": "\\subset", "\\subseteq": "\\subseteq",
    "\\cong": "\\cong", "\\ll": "\\ll", "\\gg": "\\gg", "\\propto": "\\propto", "\\simeq": "~",
    "→": "->",
}  # fmt: skip
_TURNED = {">": "<", ">=": "<="}


def _one(tokens: Tokens) -> Value:
    """A relation, a union, a ratio or a term."""
    if any(token.kind == "begin" for token in tokens) and (grid := _environment(tokens)):
        return grid
    if any(token.text in ("\\pm", "\\mp") for token in tokens) and (both := _both_signs(tokens)):
        return both
    if residue := _residue(tokens):
        return residue
    signs = [token for token in _outside(tokens) if token.text in _RELATIONS]
    if signs:
        return _relation(split(tokens, frozenset(_RELATIONS)), [_RELATIONS[t.text] for t in signs])
    unions = split(tokens, frozenset({"\\cup"}))
    if len(unions) == 1:
        unions = _at_letter_u(tokens)
    if len(unions) > 1:
        return Union(tuple(_one(run) for run in unions))
    if len(parts := split(tokens, frozenset({"\\setminus"}))) == 2:
        inside, removed = map(_one, parts)
        if inside == REALS and isinstance(removed, Several):
            return Without(removed.members)
    ratio = split(tokens, frozenset({":"}))
    if len(ratio) > 1 and all(ratio) and not any(t.kind == "word" for t in tokens):
        return Ratio(tuple(map(_term, ratio)))
    to = [place for place, token in enumerate(tokens) if token.text == "to"]
    if (
        len(to) == 1
        and (pair := [parse(tokens[: to[0]]), parse(tokens[to[0] + 1 :])])
        and all(pair)
    ):
        return Ratio(tuple(Quantity(tree) for tree in pair if tree))
    return _term(tokens)


def _both_signs(tokens: Tokens) -> Value | None:
    signs = {"\\pm": ("+", "-"), "\\mp": ("-", "+")}
    sides = []
    for which in (0, 1):
        chosen = tuple(
            Token("mark", signs[t.text][which], t.spaced) if t.text in signs else t for t in tokens
        )
        if chosen[0].text == "+":
            chosen = chosen[1:]
        sides.append(_one(chosen))
    return Several(tuple(sides), "or")


def _residue(tokens: Tokens) -> Residue | None:
    r"""3 \pmod 7, x \equiv 3 \pmod{7}, 3 (mod 7)."""
    place = next(
        (i for i, t in enumerate(tokens) if t.text in ("\\pmod", "mod", "\\mod", "\\bmod")), -1
    )
    if place < 1:
        return None
    congruence = any(token.text in ("\\equiv", "≡") for token in tokens[:place])
    bracketed = tokens[place - 1].text == "(" and tokens[-1].text == ")"
    if tokens[place].text != "\\pmod" and not bracketed and not congruence:
        return None
    before = tokens[: place - 1] if bracketed else tokens[:place]
    after = tokens[place + 1 : -1] if bracketed else tokens[place + 1 :]
    value, modulus = parse(split(before, frozenset({"\\equiv", "=", "≡"}))[-1]), parse(after)
    return Residue(value, modulus, congruence) if value and modulus else None


def _relation(runs: list[Tokens], signs: list[str]) -> Value:
    if not runs[0]:  # ">= 3" without its name is no value
        return Phrase(((written(runs[-1]),), tuple(signs)), " ".join(signs))
    if signs == ["->"] and [t.text for t in runs[0]][1:2] == [":"] and len(runs[0]) == 3:
        name = parse((runs[0][0], runs[0][2]))  # f: x \mapsto ...
        if name:
            return Relation((Quantity(name), _one(runs[1])), ("=",))
    if not all(runs):
        text = " ".join(map(written, runs))
        return Phrase(((*signs, text),), text)
    sides = [_one(run) for run in runs]
    if all(sign in (">", ">=") for sign in signs):
        sides.reverse()
        signs = [_TURNED[sign] for sign in reversed(signs)]
    return Relation(tuple(sides), tuple(signs))


def _at_letter_u(tokens: Tokens) -> list[Tokens]:
    """The parts of "(1,2) U (3,4)"."""
    places = [
        i
        for i, token in enumerate(tokens)
        if token.text == "U" and 0 < i < len(tokens) - 1 and tokens[i - 1].text in ")]"
    ]
    if not places or any(tokens[i + 1].text not in "([" for i in places):
        return [tokens]
    starts = [0, *(place + 1 for place in places)]
    return [tokens[a:b] for a, b in zip(starts, [*places, len(tokens)], strict=True)]


# Terms

REALS = Ordered("()", (
    Quantity(("neg", ("symbol", "oo"))), Quantity(("symbol", "oo"))
))  # fmt: skip
_REALS_IN_WORDS = frozenset(
    {("all", "real", "numbers"), ("all", "reals"), ("all", "real"), ("real", "numbers"), ("reals",)}
)


def _base(tokens: Tokens) -> Base | None:
    """A numeral with its base: 253_8, 253 (base 8)."""
    if not any(token.text in ("_", "base") for token in tokens) or len(tokens) > 12:
        return None
    match = _BASE.fullmatch(_plain(tokens).strip())
    if match is None:
        return None
    name = match[2] or match[3]
    base = _BASES.get(name, int(name) if name.isdigit() else 0)
    if not 2 <= base <= 36 or not (match[1].isdigit() or base > 10):
        return None
    sign = "-" if tokens[0].text == "-" else ""
    return Base(sign + (match[1].lstrip("0").upper() or "0"), base)


def _term(tokens: Tokens) -> Value:
    if base := _base(tokens):
        return base
    if len(tokens) == 1 and tokens[0].text == "\\reals":
        return REALS
    if len(tokens) == 1 and tokens[0].text == "\\emptyset":
        return Several((), "{}")
    return _bracketed(tokens) or _unit_vector(tokens) or _quantity(tokens) or _phrase(tokens)


_ENDS = {("(", ")"): "()", ("[", "]"): "[]", ("(", "]"): "(]", ("[", ")"): "[)",
         ("\\{", "\\}"): "{}", ("{", "}"): "{}", ("\\langle", "\\rangle"): "()",
         ("]", "["): "()", ("]", "]"): "(]", ("<", ">"): "()"}  # fmt: skip


def _bracketed(tokens: Tokens) -> Value | None:
    """Members in one pair of brackets."""
    kind = _ENDS.get((tokens[0].text, tokens[-1].text)) if len(tokens) > 1 else None
    if kind is None:
        return None
    french = tokens[0].text == "]"
    if not french and matching(tokens, 0) != len(tokens) - 1:
        return None
    inner = tokens[1:-1]
    if kind == "{}" and (built := _set_builder(inner)) is not None:
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
            inside = _statement(inner) if tokens[0].text == "{" else _one(inner)
            return inside if parse(tokens) is None else None
        if kind == "{}":
            both = _one(inner)
            return Several(both.members if isinstance(both, Several) else (both,), "{}")
        if kind == "[]" and parse(inner) is None:
            return Ordered("[]", (_one(inner),)) if tokens[0].text == "[" else None
        return None
    members: list[Value] = []
    for value in _filled(runs) if kind == "{}" else map(_one, runs):
        spread = kind == "{}" and isinstance(value, Several) and value.joint == "or"
        members += value.members if spread and isinstance(value, Several) else (value,)
    return Several(tuple(members), "{}") if kind == "{}" else Ordered(kind, tuple(members))


def _filled(runs: list[Tokens]) -> list[Value]:
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
                    _whole(n) for n in range(known[0], known[-1] + (1 if step > 0 else -1), step)
                ]
    values = [_one(run) for run in runs]
    return values


def _integer(tokens: Tokens) -> int | None:
    tree = parse(tokens)
    sign = 1
    if tree and tree[0] == "neg":
        sign, tree = -1, tree[1]
    return sign * int(tree[1]) if tree and tree[0] == "number" and tree[2] < 0 else None


def _set_builder(inner: Tokens) -> Value | None:
    r"""The condition of {x : x > 3} and {x \in R | 2 < x < 7}."""
    place = next((i for i, token in enumerate(inner) if token.text in (":", "|")), -1)
    if place not in (1, 3) or inner[0].kind != "name":
        return None
    if place == 3 and (inner[1].text, inner[2].text) != ("\\in", "\\reals"):
        return None
    return _statement(inner[place + 1 :]) if inner[place + 1 :] else None


def _unit_vector(tokens: Tokens) -> Value | None:
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
    return Ordered("()", tuple(coordinates.get(name, _whole(0)) for name in names[:last]))


# Quantities


def _quantity(tokens: Tokens) -> Value | None:
    """An expression with its unit."""
    if token_unit := SIGNS.get(tokens[0].text):
        rest = _quantity(tokens[1:]) if len(tokens) > 1 else None
        if (
            isinstance(rest, Quantity)
            and not rest.percent
            and (rest.unit is None or rest.unit.name == token_unit)
        ):
            return replace(rest, unit=Unit(token_unit))
        return None
    if tokens[0].text == "-" and len(tokens) > 2 and tokens[1].text in SIGNS:
        rest = _quantity(tokens[1:])
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
    [
        "yes",
        "no",
        "odd",
        "all",
        "one",
        "two",
        "six",
        "ten",
        "red",
        "mon",
        "on",
        "off",
        "up",
        "add",
        "and",
        "or",
        "not",
        "nor",
    ]
)


def _has_words(tokens: Tokens) -> bool:
    """Whether letters stand in \\text that are no variable: beside a number they are a unit."""
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
    """47^\\circ, 47^\\circ 15', 25^\\circ C."""
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
                minutes = ("div", ("number", Fraction(rest[0]), -1), _whole(size).tree)
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
    value, inner = _term(tokens[:place]), tokens[place + 1 : -1]
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
    other = _term(inner)
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
            tree, tail = ("mul", tree, _whole(scale).tree), tail[1:]
        if not tail:
            return Quantity(tree)
        if tail[-1].text in ("%", "percent"):
            return None
        if [t.text for t in tail] in (["'"], ["'", "'"]):
            return Quantity(tree, Unit("foot" if len(tail) == 1 else "inch"))
        if tail[0].text == "-":
            tail = tail[1:]
        short = any(t.kind == "word" for t in tail) or tail[0].spaced
        unit = read_unit(_plain(tail), short) if tail else None
        return Quantity(tree, unit) if unit is not None else None
    return None


def _plain(tokens: Tokens) -> str:
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


# Words and environments


def _phrase(tokens: Tokens) -> Value:
    """Words, and the expressions between them."""
    segments: list[tuple[str, ...] | Tree] = []
    run: list[Token] = []
    wordy: list[str] = []

    def close() -> None:
        if run:
            tree = parse(tuple(run))
            segments.append(tree if tree is not None else ("\\", written(tuple(run))))
            run.clear()
        if wordy:
            segments.append(in_words.normal(wordy))
            wordy.clear()

    for token in tokens:
        worded = token.kind == "word" or (token.kind == "name" and len(token.text) > 1)
        is_word = (worded and parse((token._replace(kind="name"),)) is None) or (
            worded and (token.kind == "word" or not run)
        )
        if is_word and len(token.text) == 1 and token.text not in "aA":
            is_word = False
        if (is_word and run) or (not is_word and wordy):
            close()
        if is_word:
            wordy.append(token.text)
        elif token.text not in (".", "?", "!", "'", '"') or run:
            run.append(token)
    close()
    if len(segments) == 1 and segments[0] in _REALS_IN_WORDS:
        return REALS
    if segments == [("\\emptyset",)]:
        return Several((), "{}")
    if segments == [("\\infty",)]:
        return Quantity(("symbol", "oo"))
    return Phrase(tuple(segments), written(tokens))


_MATRICES = frozenset(
    {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "array", "smallmatrix"}
)
_SYSTEMS = frozenset({"cases", "aligned", "align", "gathered", "split", "rcases"})


def _environment(tokens: Tokens) -> Value | None:
    r"""A matrix with its factor; the lines of a system."""
    terms = split(tokens, frozenset({"+"}))
    if len(terms) > 1:
        return _matrix_sum([_environment(term) if term else None for term in terms])
    begin = next((i for i, token in enumerate(tokens) if token.kind == "begin"), -1)
    if begin < 0:
        return None
    end = next((i for i, t in enumerate(tokens) if t.kind == "end" and i > begin), -1)
    if end < 0:
        return None
    name, inner = tokens[begin].text, tokens[begin + 1 : end]
    before, after = tokens[:begin], tokens[end + 1 :]
    rows = [row for row in split(inner, frozenset({"\\\\"})) if row]
    if name in _SYSTEMS and not after:
        return _system(name, rows, before)
    if name not in _MATRICES or not rows or len(rows) > MOST_MEMBERS:
        return None
    bars = name == "vmatrix"
    if name == "array" and before and after:
        bars = before[-1].text == "|"
        before, after = before[:-1], after[1:]
    if after or (before and before[-1].text == "=" and not before[:-1]):
        return None
    if before and before[-1].text == "=":
        return _relation([before[:-1], tokens[begin:]], ["="])
    factor = parse(before) if before else None
    if before and factor is None:
        return None
    cells = tuple(
        tuple(_one(cell) for cell in split(row, frozenset({"&", "and"})) if cell) for row in rows
    )
    return Matrix(cells, factor, bars)


def _matrix_sum(terms: list[Value | None]) -> Matrix | None:
    """The sum of matrices of numbers of one shape."""
    matrices = [term for term in terms if isinstance(term, Matrix) and term.factor is None]
    shapes = {tuple(map(len, matrix.rows)) for matrix in matrices}
    if len(matrices) < len(terms) or len(shapes) != 1 or any(matrix.bars for matrix in matrices):
        return None
    rows = []
    for lines in zip(*(matrix.rows for matrix in matrices), strict=True):
        cells = []
        for entries in zip(*lines, strict=True):
            trees = [entry.tree for entry in entries if isinstance(entry, Quantity)]
            if len(trees) < len(entries):
                return None
            cells.append(Quantity(("add", *trees)))
        rows.append(tuple(cells))
    return Matrix(tuple(rows))


def _system(name: str, rows: list[Tokens], before: Tokens) -> Value | None:
    """Equations under one another; or the cases of a function, each with its condition."""
    aligned = [tuple(t for t in row if t.text not in ("&", "and")) for row in rows]
    cases = [tuple(t for t in row if t.text.lower() not in ("if", "for", "when")) for row in rows]
    cut = [split(row, frozenset({",", "&", "and"})) for row in cases]
    if (
        name == "cases"
        and all(len([run for run in runs if run]) == 2 for runs in cut)
        and len(cut) > 1
    ):
        if not any(t.text in _RELATIONS for runs in cut for t in runs[0]):
            pairs = [Ordered("()", tuple(_one(run) for run in runs if run)) for runs in cut]
            value: Value = Several(tuple(pairs), "cases")
            return _relation_to(before, value)
    members = [_statement(tuple(t for t in row if t.text != ",")) for row in aligned if row]
    if before or not members:
        return None
    return members[0] if len(members) == 1 else Several(tuple(members), ",")


def _relation_to(before: Tokens, value: Value) -> Value | None:
    if not before:
        return value
    if before[-1].text != "=" or len(before) < 2:
        return None
    return Relation((_one(before[:-1]), value), ("=",))
