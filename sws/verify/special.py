"""Notations of a whole answer: a literal, a time of day, a date, a letter of multiple choice."""

from __future__ import annotations

import re
from collections.abc import Callable

from sws.verify import words as in_words
from sws.verify.values import Base, Choice, Clock, Phrase, Quantity, Several, Value, whole

Read = Callable[[str], Value | None]

_SPELLED = re.compile(r"[A-Za-z][A-Za-z \-]{2,80}")


_CIRCLED = re.compile("[①-⑳]{2,20}")


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


def special(text: str, read: Read) -> Value | None:
    """The value of a text in one of the notations; None for any other text."""
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
        return Several(tuple(whole(ord(mark) - ord("①") + 1) for mark in sorted(text)), "{}")
    if match := _CLOCK.fullmatch(text):
        hours, minutes = int(match[1] or match[4]), int(match[2] or 0)
        half = (match[3] or match[5] or "").lower()
        if hours < 24 and minutes < 60 and (half or len(match[1]) <= 2):
            return Clock(60 * hours + minutes, half and half + "m")
    if match := _ORDINAL.fullmatch(text):
        return whole(int(match[1])) if len(match[1]) < 300 else None
    return _choice(text, read)


def _choice(text: str, read: Read) -> Value | None:
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
