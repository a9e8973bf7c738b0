r"""Tokens of an answer: numbers, names, words in \text{...}, commands, brackets and signs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+(?![0-9A-Za-z.]))?)"
    r"|\\text\s*\{(?P<text>[^{}]*)\}"
    r"|\\begin\s*\{(?P<begin>[A-Za-z]+)\*?\}(?:\{[clr| ]*\})?"
    r"|\\end\s*\{(?P<end>[A-Za-z]+)\*?\}"
    r"|(?P<command>\\[A-Za-z]+)"
    r"|(?P<mark>\\[^A-Za-z]|\*\*|<=|>=|=>|=<|!=|==|.)",
    re.DOTALL,
)
_LETTERS = re.compile(r"[A-Za-z]+|[^\W\d_]+")  # of any script: what is not Latin is a word
_NUMBER_LENGTH = 500  # digits: longer ones are read as no number
MOST_TOKENS = 600
MOST_NESTED = 30

OPENING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lfloor": "\\rfloor",
           "\\lceil": "\\rceil", "\\langle": "\\rangle", "\\begin": "\\end"}  # fmt: skip
CLOSING = frozenset(OPENING.values())


class Token(NamedTuple):
    r"""A token: its kind, its text, and whether a space stands before it.

    Kinds: number, name (letters), word (letters in \\text), command, begin, end, mark.
    """

    kind: str
    text: str
    spaced: bool


Tokens = tuple[Token, ...]


@lru_cache(4096)
def tokens_of(text: str) -> Tokens | None:
    """The tokens of a tidied answer; None for too many or too deeply nested ones."""
    found: list[Token] = []
    position, spaced, depth = 0, False, 0
    while position < len(text):
        if len(found) > MOST_TOKENS:
            return None
        if letters := _LETTERS.match(text, position):
            found.append(Token("name", letters[0], spaced))
            position, spaced = letters.end(), False
            continue
        match = _TOKEN.match(text, position)
        if match is None:  # pragma: no cover, as the last alternative takes any character
            return None
        position = match.end()
        kind = str(match.lastgroup)
        if kind == "space":
            spaced = True
            continue
        if kind == "number" and len(match[0]) > _NUMBER_LENGTH:
            return None
        if kind == "text":
            words = tokens_of(match["text"])
            if words is None:
                return None
            first = spaced or match["text"][:1].isspace()
            found += [_as_word(word, first and place == 0) for place, word in enumerate(words)]
            spaced = match["text"][-1:].isspace()
            continue
        found.append(Token(kind, match[kind], spaced))
        depth += depth_of(found[-1])
        if depth > MOST_NESTED:
            return None
        spaced = False
    return tuple(found)


def _as_word(token: Token, spaced: bool) -> Token:
    return token._replace(
        kind="word" if token.kind == "name" else token.kind, spaced=spaced or token.spaced
    )


def depth_of(token: Token) -> int:
    """1 for an opening bracket, -1 for a closing one, else 0."""
    if token.kind == "begin" or token.text in OPENING:
        return 1
    if token.kind == "end" or token.text in CLOSING:
        return -1
    return 0


def split(tokens: Tokens, separators: frozenset[str]) -> list[Tokens]:
    """The runs of tokens between marks or commands that stand outside brackets."""
    runs: list[Tokens] = []
    depth = start = 0
    for place, token in enumerate(tokens):
        depth += depth_of(token)
        if depth <= 0 and token.kind in ("mark", "command") and token.text in separators:
            runs.append(tokens[start:place])
            start = place + 1
    return [*runs, tokens[start:]]


def matching(tokens: Tokens, place: int) -> int:
    """Where the bracket opened at a place is closed by any closing bracket; -1 when nowhere."""
    depth = 0
    for end in range(place, len(tokens)):
        depth += depth_of(tokens[end])
        if depth == 0:
            return end
    return -1


def written(tokens: Tokens) -> str:
    """The tokens as one text, with a space only where letters or digits would run together."""
    parts: list[str] = []
    for token in tokens:
        text = f"\\{token.kind}{{{token.text}}}" if token.kind in ("begin", "end") else token.text
        joined = parts and parts[-1][-1:].isalnum() and text[:1].isalnum()
        parts.append(f" {text}" if joined else text)
    return "".join(parts)


# The signs of relations, and how they are named in a value.
RELATIONS = {
    "=": "=", "==": "=", "<": "<", "\\le": "<=", "<=": "<=", "=<": "<=", ">": ">", "\\ge": ">=",
    ">=": ">=", "=>": ">=", "\\ne": "!=", "!=": "!=", "\\in": "in", "\\notin": "not in",
    "\\equiv": "==", "\\approx": "~", "\\sim": "\\sim", "\\parallel": "||", "\\perp": "perp",
    "\\mapsto": "->", "\\to": "->", "\\subset": "\\subset", "\\subseteq": "\\subseteq",
    "\\cong": "\\cong", "\\ll": "\\ll", "\\gg": "\\gg", "\\propto": "\\propto", "\\simeq": "~",
    "→": "->",
}  # fmt: skip


def plain(tokens: Tokens) -> str:
    """The tokens as they were written, with their spaces."""
    parts: list[str] = []
    for token in tokens:
        joined = parts and parts[-1][-1:].isalpha() and token.text[:1].isalpha()
        parts.append(f" {token.text}" if token.spaced or joined else token.text)
    return "".join(parts)
