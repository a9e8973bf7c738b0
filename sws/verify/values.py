"""Answers read without algebra: quantities, lists of numbers, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from sws.verify.units import read_unit, split_multiplier

LIMIT = 400  # characters; longer answers are left to algebra
WORD_LENGTH = 4  # letters from which an unmarked run is a word and not a product of variables

_DECIMAL = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_TEX_FRACTION = (
    r"\\frac\s*(?:\{\s*(?P<n>-?[0-9]+)\s*\}|(?P<n1>[0-9]))\s*"
    r"(?:\{\s*(?P<d>[0-9]+)\s*\}|(?P<d1>[0-9]))"
)
_NUMBER = re.compile(
    rf"(?P<whole>[0-9]+)?\s*{_TEX_FRACTION}"
    r"|(?:(?P<mixed>[0-9]+)\s+)?(?P<a>[0-9]+)\s*/\s*(?P<b>[0-9]+)"
    r"|(?P<start>[0-9]*\.[0-9]*)\\overline\s*\{(?P<period>[0-9]+)\}"
    rf"|(?P<decimal>{_DECIMAL})\.?"
)
_MARKED = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|rm)\s*\{([^{}]*)\}")
_DEGREE = re.compile(r"\^\s*\{?\s*\\circ\s*\}?|°|degrees?")
_PERCENT = re.compile(r"%|percent(?:age)?|pct", re.IGNORECASE)
_BASE = re.compile(r"\(?([0-9]+)\)?_\s*\{?\s*\(?([0-9]{1,2}|\\text\s*\{\s*[a-z]+\s*\})\)?\s*\}?")
_BASES = (
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
)
_CHOICE = re.compile(r"\(?([A-Z])\)?\.?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*([ap]\.?\s?m?\.*)?", re.IGNORECASE)
_OBJECT = re.compile(r"\\(angle|triangle|overline|overrightarrow)\s*\{?\s*([A-Z]{2,})\s*\}?")
_WORDS = re.compile(r"[A-Za-z][A-Za-z' \-]*")
_SHORT_WORDS = frozenset({"yes", "no", "odd", "all", "one", "two", "six", "ten", "red", "mon"})


@dataclass(frozen=True)
class Value:
    """An answer that was read without algebra.

    `kind`: number, percent, base (digits in a base), words, symbols (letters that may be
    variables), or the brackets of a list: "()", "[)", "{}", ... `parts` of a list are in order
    for brackets, sorted for "{}".
    """

    kind: str
    number: Fraction = Fraction(0)
    text: str = ""
    unit: str = ""
    decimals: int = -1  # digits after the point; -1: not written as a decimal
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind in ("number", "percent"):
            return f"{self.number}{'%' * (self.kind == 'percent')} {self.unit}".strip()
        if self.parts:
            return f"{self.kind[0]}{', '.join(self.parts)}{self.kind[1]}"
        return self.text


def read(text: str) -> Value | None:
    """A tidied answer as a value, or None when it needs algebra."""
    if not text or len(text) > LIMIT:
        return None
    return _read_quantity(text) or _read_words(text) or _read_list(text)


def _read_quantity(text: str) -> Value | None:
    """A number with its sign, currency, unit or percent sign."""
    if match := _BASE.fullmatch(text):
        name = _MARKED.sub(r"\1", match[2]).strip()
        base = str(_BASES.index(name) + 2) if name in _BASES else name
        return (
            Value("base", text=f"{match[1].lstrip('0') or '0'}_{base}") if base.isdigit() else None
        )
    sign, unit = 1, ""
    while text and text[0] in "+-$€£":
        if text[0] in "+-":
            sign = -sign if text[0] == "-" else sign
            if text[1:2] in ("+", "-"):
                return None
        else:
            unit = text[0]
        text = text[1:].lstrip()
    if text.startswith("(") and text.endswith(")") and "," not in text:
        text = text[1:-1].strip()
    match = _NUMBER.match(text)
    number = _number_of(match) if match else None
    if match is None or number is None:
        return None
    kind, factor, suffix = _read_suffix(text[match.end() :].strip(), unit)
    if suffix is None:
        return None
    decimal = match["decimal"]
    decimals = len(decimal.partition(".")[2]) if decimal and factor == 1 else -1
    return Value(kind, number=sign * factor * number, unit=suffix, decimals=decimals)


def _number_of(match: re.Match[str]) -> Fraction | None:
    """The value of a matched number; None for a zero denominator or an improper mixed number."""
    if decimal := match["decimal"]:
        return Fraction(decimal.replace(",", "").rstrip("."))
    if period := match["period"]:
        decimals = len(match["start"].partition(".")[2])
        tail = Fraction(int(period), (10 ** len(period) - 1) * 10**decimals)
        return Fraction("0" + match["start"] + "0") + tail
    whole = match["whole"] or match["mixed"]
    numerator = int(match["n"] or match["n1"] or match["a"])
    denominator = int(match["d"] or match["d1"] or match["b"])
    if denominator == 0 or (whole and not 0 < numerator < denominator):
        return None
    return int(whole or 0) + Fraction(numerator, denominator)


def _read_suffix(text: str, unit: str) -> tuple[str, int, str | None]:
    """Kind, factor and unit after a number; the unit is None when the text is no unit."""
    marked = _MARKED.match(text)
    if marked:
        text = " ".join(marked[1].replace("$", "").split()) + text[marked.end() :]
    factor, text = split_multiplier(text.rstrip(".").lstrip("\\"))
    if not text:
        return "number", factor, unit
    if _PERCENT.fullmatch(text):
        return "percent", factor, unit
    if _DEGREE.fullmatch(text):
        return "number", factor, "deg"
    if text in ("$", "€", "£"):
        return "number", factor, text
    return "number", factor, read_unit(text, bool(marked))


def _read_words(text: str) -> Value | None:
    r"""Words in ``\text{...}``, a choice letter, a time of day, or letters standing alone."""
    kind = "symbols"
    if (marked := _MARKED.fullmatch(text)) and marked[1].strip():
        kind, text = "words", " ".join(marked[1].split()).rstrip(".")
    if match := _CHOICE.fullmatch(text):
        return Value(kind, text=match[1])
    if match := _CLOCK.fullmatch(" ".join(_MARKED.sub(r" \1", text).split())):
        half = (match[3] or "")[:1].lower()
        kind = "words" if half else "symbols"  # 1:20 may be a ratio
        return Value(kind, text=f"{int(match[1])}:{match[2]} {half and half + 'm'}".strip())
    if match := _OBJECT.fullmatch(text):  # its letters name points, they are no product
        name = match[2] if match[1] == "overrightarrow" else min(match[2], match[2][::-1])
        name = "".join(sorted(name)) if match[1] == "triangle" else name
        return Value("words", text=f"{match[1]} {name}")
    if not _WORDS.fullmatch(text):
        return None
    if " " in text or len(text) >= WORD_LENGTH or text.lower() in _SHORT_WORDS:
        kind = "words"
    fold = len(text) > 1 and (kind == "words" or text.istitle())
    return Value(kind, text=text.lower() if fold else text)


def _read_list(text: str) -> Value | None:
    """Numbers in brackets, in braces (a set) or separated by commas only (a set too)."""
    text = re.sub(r"\\([{}])", r"\1", text)
    kind = "{}"
    if text[0] in "([{" and text[-1] in ")]}":
        kind, text = text[0] + text[-1], text[1:-1]
    if kind not in ("()", "[]", "(]", "[)", "{}"):
        return None
    pieces = [piece.strip() for piece in re.split("[,;]", text)]
    if len(pieces) < 2 or any(re.match("0[0-9]", piece) for piece in pieces):
        return None
    parts = [_read_part(piece) for piece in pieces]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Value(kind, parts=tuple(sorted(known) if kind == "{}" else known))


def _read_part(text: str) -> str | None:
    if text in ("\\infty", "+\\infty"):
        return "∞"
    if text == "-\\infty":
        return "-∞"
    value = _read_quantity(text)
    return str(value.number) if value and value.kind == "number" and not value.unit else None
