"""An answer read once, as a typed value: a quantity, a list, an interval, a relation, words, ...

Reading is total: what fits no type is a phrase, which equals only another that says the same.
"""

from __future__ import annotations

from functools import lru_cache

from sws.verify.bases import numeral
from sws.verify.brackets import bracketed, unit_vector
from sws.verify.clauses import at_letter_u, clause_dropped, joints, outside, without_clause
from sws.verify.environments import environment
from sws.verify.grammar import parse
from sws.verify.notation import LIMIT, tidy
from sws.verify.phrases import phrase
from sws.verify.quantities import quantity
from sws.verify.special import special
from sws.verify.tokens import RELATIONS, Token, Tokens, split, tokens_of, written
from sws.verify.values import (
    MOST_MEMBERS,
    REALS,
    Ordered,
    Phrase,
    Quantity,
    Ratio,
    Relation,
    Residue,
    Several,
    Union,
    Value,
    Without,
)


@lru_cache(16_384)
def read(answer: str) -> Value | None:
    """The value that an answer states; None when it is empty or too long to be one."""
    text = tidy(answer)
    if not text or len(text) > LIMIT:
        return None
    if (found := special(text, read)) is not None:
        return found
    tokens = tokens_of(text)
    if not tokens:
        return None
    return _statement(joints(tokens))


_SEPARATORS = frozenset({",", ";", "and", "or"})


def _statement(tokens: Tokens) -> Value:
    """Members beside one another, or the one there is."""
    tokens = clause_dropped(tokens)
    if any(token.text == "\\Rightarrow" for token in tokens):
        tokens = split(tokens, frozenset({"\\Rightarrow"}))[-1] or tokens
    runs = [run for run in split(tokens, _SEPARATORS) if run]
    if len(runs) < 2 or len(runs) > MOST_MEMBERS:
        return _one(tokens if len(runs) != 1 else runs[0])
    joints = {t.text for t in outside(tokens) if t.text in _SEPARATORS}
    joint = "or" if "or" in joints else "and" if "and" in joints else ","
    if harmless := without_clause(runs):
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


def _gathered(members: list[Value], joint: str) -> Value:
    """Members as one value: assignments share a name, angles have minutes."""
    first = members[0]
    if isinstance(first, Relation) and first.signs == ("=",) and len(members) > 1:
        bare = [not isinstance(member, Relation) for member in members[1:]]
        if all(bare):  # x = 2, 5
            named = [Relation((first.sides[0], member), ("=",)) for member in members[1:]]
            if not isinstance(first.sides[1], Ordered | Phrase) or isinstance(members[1], Ordered):
                members = [first, *named]
    return Several(tuple(members), joint)


# One member

_TURNED = {">": "<", ">=": "<="}


def _one(tokens: Tokens) -> Value:
    """A relation, a union, a ratio or a term."""
    if not tokens:
        return Phrase((("\\", ""),), "")
    if any(token.kind == "begin" for token in tokens) and (
        grid := environment(tokens, _one, _statement)
    ):
        return grid
    if any(token.text in ("\\pm", "\\mp") for token in tokens) and (both := _both_signs(tokens)):
        return both
    if residue := _residue(tokens):
        return residue
    signs = [token for token in outside(tokens) if token.text in RELATIONS]
    if signs:
        return _relation(split(tokens, frozenset(RELATIONS)), [RELATIONS[t.text] for t in signs])
    unions = split(tokens, frozenset({"\\cup"}))
    if len(unions) == 1:
        unions = at_letter_u(tokens)
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


# Terms


def _term(tokens: Tokens) -> Value:
    if base := numeral(tokens):
        return base
    if len(tokens) == 1 and tokens[0].text == "\\reals":
        return REALS
    if len(tokens) == 1 and tokens[0].text == "\\emptyset":
        return Several((), "{}")
    return (
        bracketed(tokens, _one, _statement)
        or unit_vector(tokens)
        or quantity(tokens)
        or phrase(tokens)
    )
