r"""Conventional endings: ``#### X``, "the answer is X", "X is the answer", a lone last value."""

from __future__ import annotations

import re

from sws.verify.reading import phrases
from sws.verify.reading.conclusion import concluded
from sws.verify.reading.fields import last_fence
from sws.verify.reading.statement import NUMBER, stated

LAST_LINE = 600  # characters at the end in which the last line is looked for
_CLAUSE_LIMIT = 80  # characters before an announcement in which it may be doubted

_HASHES = re.compile(r"^[ \t]*####[ \t]*(?![#\s])(.{1,300})$", re.MULTILINE)
_HEADING = re.compile(
    r"(?:step|part|case|section|solution|conclusion|explanation|final|answer)\b"
    r"|[0-9]+[.)]\s+[A-Za-z]",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;:!?。，；]\s|\n|\b(?:so|thus|hence|therefore|then)\b")
_CONDITION = re.compile(r"[^.\n]{0,80}\bif\b")
_BEFORE_REVERSED = re.compile(
    r"(?:\$[^$\n]{1,200}\$|\\\([^\n]{1,200}?\\\)|\(?\b[A-J]\b\)?|" + NUMBER.pattern + ")"
    r"(?:\s+[a-z]{2,})?[*`\"]*\Z"
)
_MARKS = r"(?:\*\*|`|\")*"  # a dollar sign is currency, unless it closes again
_LONE = re.compile(
    rf"(?:=\s*)?{_MARKS}(?P<value>[-−]?(?:\\?\$)?[0-9][0-9,]*(?:\.[0-9]+)?(?:/[0-9]+)?(?:\\?%)?)"
    rf"{_MARKS}\.?"
    r"|(?:=\s*)?(?:\$\$([^$]{1,200})\$\$|\$([^$]{1,200})\$|\\\((.{1,200})\\\)|\\\[(.{1,200})\\\])\.?"
    r"|\*\*([^*]{1,40})\*\*\.?|`([^`]{1,40})`\.?"
)
_LABELLED = re.compile(r"A:\s*(\S.{0,200})")


def announces(text: str) -> bool:
    """Whether a text announces an answer, be it one that holds or not."""
    return bool(phrases.HINT.search(text) and phrases.ANNOUNCEMENT.search(text))


def after_hashes(text: str) -> str | None:
    """The content of the last ``####`` line (GSM8K); one that heads a section is none."""
    found = None
    for hashes in _HASHES.finditer(text):
        content = hashes[1].strip()
        last = not text[hashes.end() :].strip()
        if not _HEADING.match(content) and (last or NUMBER.search(content) or "\\" in content):
            found = content
    return found


def ending(text: str) -> str | None:
    """What a text without box, tag or field states in words."""
    if phrases.HINT.search(text):
        if found := last_announced(text):
            start, value = found
            return None if phrases.RETRACTED.search(text, start) else value
        if value_before := _reversed(text):
            return value_before
    return last_fence(text) or _last_line(text) or concluded(text)


def last_announced(text: str) -> tuple[int, str] | None:
    """Where the last announcement that holds stands, and its value.

    One that is supposed, doubted or denied is passed over; after one that is hedged none holds.
    """
    for found in reversed(list(phrases.ANNOUNCEMENT.finditer(text))):
        before = text[max(found.start() - _CLAUSE_LIMIT, 0) : found.start()]
        clause = _CLAUSE.split(before)[-1]
        if phrases.DOUBT.search(clause) or phrases.DOUBT.search(found["gap"] or ""):
            continue
        rest = text[found.end() : found.end() + 1000]
        if (value := stated(rest)) is None:
            continue
        sentence = rest.find(". ")
        if 0 <= sentence < 200 and phrases.HEDGED.match(rest, sentence + 1):
            return None
        if not ("would" in found[0] and _CONDITION.match(rest)):
            return found.start(), value
    return None


def _reversed(text: str) -> str | None:
    """X of "X is the answer"."""
    for found in reversed(list(phrases.REVERSED.finditer(text))):
        before = text[max(found.start() - 250, 0) : found.start()]
        clause = re.split(r"[.!?]\s|\n", before)[-1]
        if not phrases.DOUBT.search(clause) and (value := _BEFORE_REVERSED.search(clause)):
            return value[0].strip('$*`" ').removeprefix("\\(").removesuffix("\\)")
    return None


def _last_line(text: str) -> str | None:
    """A value alone on the last line, or X of a last line "A: X"."""
    lines = [line.strip() for line in text[-LAST_LINE:].splitlines() if line.strip()]
    if not lines:
        return None
    if labelled := _LABELLED.fullmatch(lines[-1]):
        return labelled[1].strip()
    if not (alone := _LONE.fullmatch(lines[-1])):
        return None
    value: str = next(filter(None, alone.groups()))
    return value.strip()
