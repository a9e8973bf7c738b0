"""Runs of tokens that join the members of an answer, or restrict nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sws.verify.tokens import Token, Tokens, depth_of
from sws.verify.vocabulary import words_of

_JOINTS = {"and": "and", "or": "or", "&": "and", "或": "or", "和": "and"}

_HARMLESS = frozenset(
    words_of(
        "where is are a an any real constant constants integer integers arbitrary number "
        "numbers for all some with"
    )
)

_NUMBER_SETS = frozenset({"\\integers", "\\naturals", "\\reals", "\\rationals", "\\complexes"})


def joints(tokens: Tokens) -> Tokens:
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


def outside(tokens: Tokens) -> Iterator[Token]:
    """The tokens outside all brackets."""
    depth = 0
    for token in tokens:
        depth += depth_of(token)
        if depth <= 0:
            yield token


def without_clause(runs: list[Tokens]) -> list[Tokens]:
    r"""The members without a last one that only says where a parameter is from: k \in Z."""
    *rest, last = runs
    texts = [token.text for token in last]
    if len(last) == 3 and texts[1] == "\\in" and texts[2] in _NUMBER_SETS:
        named = last[0].kind == "name" and any(texts[0] in t.text for run in rest for t in run)
        return rest if rest and named else runs
    if len(texts) > 2 and texts[0] in ("where", "for", "with"):
        harmless = all(text in _HARMLESS or len(text) == 1 for text in texts)
        return rest if rest and harmless else runs
    return runs


def clause_dropped(tokens: Tokens) -> Tokens:
    """The tokens without a last clause that restricts nothing: where c is a real constant."""
    place = next((i for i, t in enumerate(tokens) if t.text in ("where", "for", "with")), 0)
    clause = tokens[place + 1 :]
    if place and clause and all(t.text in _HARMLESS or (
        len(t.text) == 1 and t.text.isalpha()) or t.text == "\\in" or t.text in _NUMBER_SETS
        for t in clause
    ):  # fmt: skip
        return tokens[:place]
    return tokens


def at_letter_u(tokens: Tokens) -> list[Tokens]:
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
