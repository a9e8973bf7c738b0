"""Numerals with their base: 253_8, 253 (base 8)."""

from __future__ import annotations

import re

from sws.verify.tokens import Tokens, plain
from sws.verify.values import Base
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
