r"""Notation that carries no meaning, removed: dressing, sizes, fonts, spacing commands."""

from __future__ import annotations

import re
from functools import lru_cache

from sws.verify.commands import SET_NAMES, plain_command
from sws.verify.symbols import latex

LIMIT = 800  # characters; longer answers are left as they are

_MARKUP = re.compile(
    r"<\|[A-Za-z_ ]{1,30}\|>|</?(?:s|b|i|u|p|em|strong|span|div|code|answer|solution|br ?/?)>"
    r"|[​-‏⁠﻿]",
    re.IGNORECASE,
)
_PAIRS = ("**", "__", "`", "*", "\\$")
_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), ("<", ">"), ('"', '"'))
_FONT = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|tt|sc|sl|up|normal)?|math(?:rm|bf|it|sf|tt|cal|normal|up)|emph|mbox"
    r"|hbox|operatorname\*?|boldsymbol|bm|pmb)\s*\{"
)
_INNER = re.compile(r"\\text\{((?:[^{}A-Za-z\\一-鿿]|\\(?=[^A-Za-z]).)*)\}")
_NESTED = re.compile(r"\\text\{\s*(\\text\{[^{}]*\})\s*\}")
_UNIT_VECTOR = re.compile(
    r"\\(?:mathbf|hat|vec|boldsymbol|bm|widehat)\s*\{?\s*(?:\\hat\s*\{?)?\s*\\?([ijk])(?:math)?\s*\}{1,2}"
)
_COLOR = re.compile(r"\\(?:text)?color\s*(?:\[[a-z]*\])?\{[^{}]*\}|\\[hv]?phantom\s*\{[^{}]*\}")
_WRAPPED = re.compile(
    r"\\(?:underline|boxed|fbox|bbox|framebox|underbrace|overbrace|mathop|ensuremath|mathord|cancel"
    r"|mathstrut|hl|uline|centering)(?=\s*\{)"
)
_TEXT = re.compile(r"\\text\{")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SETS = re.compile(r"\\(?:mathbb|mathbf|Bbb|bf)\s*(?:\{\s*([RZNQC])\s*\}|([RZNQC]))(?![a-z])")
_SPACING = re.compile(r"(?<!\\)\\[;:, ]|~|(?<!\\)\\(?=\s|$)")
_GROUPED = re.compile(
    r"(?<=[0-9])(?:\s?\{\s?,\s?\}|,\s*\\!|\\!\s*,|,~|,\\[,; ]|\\[,;: ]|~|'|\\text\{,\})"
    r"\s*(?:\\!)?\s*"
    r"(?=[0-9]{3}(?![0-9]))"
)
_COMMAS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|,[0-9])")
# 1 000 000, but not the mixed number 2 100/3
_SPACED = re.compile(r"(?<![0-9.,])(?<![0-9] )[1-9][0-9]{0,2}(?: [0-9]{3})+(?! ?[0-9/\\])")
_LOST_BACKSLASH = re.compile(r"(?<![A-Za-z\\])(frac|sqrt|binom)(?=\s*\{)")
_REPEATING = re.compile(
    r"([0-9]*\.[0-9]*)(?:\\(?:overline|bar|dot)\s*(?:\{([0-9]+)\}|([0-9]))(?:\s*([0-9]*)\\dot\s*\{?([0-9])\}?)?"
    r"|\(([0-9]+)\))(?![0-9(\\])"
)
_TYPED_TIMES = re.compile(r"(?<=[0-9])\s*[xX]\s*(?=10\s*(?:\^|\*\*))")
_EXPONENT_IN_TEXT = re.compile(r"(\\text\{[^{}]*\^)\{(-?[0-9])\}")
_FRENCH = re.compile(  # ]2,7[ for (2,7)
    r"(?<![0-9A-Za-z)}\]])([][])([^][(),]+[,;][^][(),]+)([][])(?![0-9A-Za-z({\\])"
)
_PYTHON = re.compile(r"Fraction\(\s*(-?[0-9]+)\s*,\s*([0-9]+)\s*\)")
_LETTER_O = re.compile(r"(?<=[0-9])\s*\^\s*(?:\{\s*o\s*\}|o(?![A-Za-z]))")
_DOUBLED = re.compile(r"\\\\(?=[A-Za-z])")  # a command escaped twice
# Between several formulas, each in dollars of its own: $x$, $y$ or $z$.
_BETWEEN = re.compile(r"\s*(?:[,;]|,?\s*(?:and|or)|\\(?:cup|text\s*\{\s*(?:and|or)\s*\}))?\s*")
_INTERRUPTED = re.compile(r"([-+=*/])\s*\$\s+\$\s*")  # a formula over two lines: $x +$ $y$
_POINT = re.compile(r"(?<![0-9.])([0-9]+)\.(?=\s*(?:[/*^]|\\(?:cdot|times)(?![A-Za-z])))")  # 1./3
_INDEX = re.compile(r"(?<=[A-Za-z}]_)\{\s*\\text\s*\{\s*([A-Za-z]+)\s*\}\s*\}")
_PARENTHESES = re.compile(r"(?<!\\)\\(?=[()0-9])")
_EMPTY = re.compile(r"\^\s*\{\s*\}|\{\s*\}(?!\s*_)|\\text\{\s*\}")
_ANNOUNCED = re.compile(
    r"^((?:\\text\{)?)\s*(?:(?:so|thus|hence|therefore),?\s+)?(?:(?:the|my|our)\s+)?"
    r"(?:(?:final|correct|right)\s+)*(?:answer|result|ans|solution)\s*(?:\}\s*)?"
    r"(?:(?:is|are|would be|equals)\b|[:=])\s*:?\s*",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"^(?:答案?(?:是|为|：|:)?|故?选(?:择|：|:)?|解：?|(?:it is|it's|we (?:get|have))\s)\s*(?=\S)",
    re.I,
)
_LEADING = re.compile(
    r"^(?:\s|=(?!=)|:|→|->|=>|\\to(?![A-Za-z])|\\Rightarrow(?![A-Za-z])|\\therefore(?![A-Za-z])"
    r"|\\approx(?![A-Za-z])|&|,|;|\\\\(?:\[[^\]]{0,9}\])?|\\n(?![A-Za-z])|\.(?![0-9]))+"
)
_TRAILING = re.compile(r"(?:(?<!\.)\.|[\s,;:&。，；、]|\\\\(?:\[[^\]]{0,9}\])?|\\n|\\)+$")
_ROWS = re.compile(r"\\begin\s*\{")


@lru_cache(16_384)
def tidy(answer: str) -> str:
    """An answer without what carries no meaning; at most `LIMIT` characters are looked at."""
    text = answer.strip()
    if len(text) > LIMIT:
        return text
    text = latex(_without_dollars(_undressed(_MARKUP.sub("", text).strip())))
    if "\\\\" in text and not _ROWS.search(text):
        text = _DOUBLED.sub(r"\\", text)
    text = _PYTHON.sub(r"\\frac{\1}{\2}", _LETTER_O.sub(r"^\\circ ", text)).replace("{:}", ":")
    text = _TYPED_TIMES.sub(r"\\times ", _PARENTHESES.sub("", text))
    text = _GROUPED.sub("", text).replace("\\!", "").replace("\\%", "%").replace("\\&", "&")
    text = _undressed(text.replace("\\$", "$")) if text[:2] != "\\$" else text.replace("\\$", "$")
    text = _in_plain_type(text)
    text = _SPACED.sub(lambda n: n[0].replace(" ", ""), " ".join(text.split()))
    text = _POINT.sub(r"\1", _COMMAS.sub(lambda n: _joined_number(text, n), text))
    if "]" in text:
        text = _FRENCH.sub(_open_ends, text)
    text = _REPEATING.sub(_repeating, text)
    return _trimmed(text)


def _undressed(text: str) -> str:
    """Without delimiters and marks of emphasis around the whole."""
    for _ in range(4):
        before = text
        for opening, closing in (*((p, p) for p in _PAIRS), *_DELIMITERS):
            inner = text[len(opening) : -len(closing)]
            around = text.startswith(opening) and text.endswith(closing) and inner.strip()
            if around and opening not in inner and closing not in inner:
                text = inner.strip()
        if text == before:
            break
    return text


def _without_dollars(text: str) -> str:
    """Without the dollars around formulas of which there are two or more; money keeps its own."""
    if "$" not in text:
        return text
    parts = _INTERRUPTED.sub(r"\1 ", text).split("$")
    if len(parts) < 3 or len(parts) % 2 == 0 or not all(part.strip() for part in parts[1::2]):
        return "$".join(parts)
    outside = parts[::2]
    around, between = outside[0] + outside[-1].strip(" ."), outside[1:-1]
    formulas = all(part.strip() and _BETWEEN.fullmatch(part) for part in between)
    return "".join(parts) if formulas and not around else "$".join(parts)


def _in_plain_type(text: str) -> str:
    r"""Fonts as \\text, sizes and spacing removed, one command for every sign."""
    if "\\" not in text and "~" not in text:
        return _LOST_BACKSLASH.sub(r"\\\1", text) if "{" in text else text
    text = _SETS.sub(lambda found: f"\\{SET_NAMES[found[1] or found[2]]} ", text)
    text = _UNIT_VECTOR.sub(r"\\unit\1 ", text)
    text = text.replace("\\left.", "").replace("\\right.", "")
    text = _FONT.sub(r"\\text{", _WRAPPED.sub("", _COLOR.sub("", text)))
    text = _COMMAND.sub(plain_command, _SPACING.sub(" ", text))
    for _ in range(3):
        text = _EXPONENT_IN_TEXT.sub(r"\1\2", text)
        text = _INNER.sub(r"\1", _NESTED.sub(r"\1", text))
    text = _TEXT.sub(lambda font: font[0] if _is_flat(text, font.end()) else "{", text)
    return _LOST_BACKSLASH.sub(r"\\\1", _EMPTY.sub("", _INDEX.sub(r"{\1}", text)))


def _is_flat(text: str, start: int) -> bool:
    """Whether a group of text holds words only, no mathematics of its own."""
    inner = text[start : text.find("}", start)]
    return "{" not in inner and not _COMMAND.search(inner)


def _joined_number(text: str, number: re.Match[str]) -> str:
    """A number without its commas, unless brackets make it a list: (1,234)."""
    before = text[: number.start()]
    opened = sum(before.count(mark) for mark in ("(", "[", "\\{"))
    closed = sum(before.count(mark) for mark in (")", "]", "\\}"))
    return number[0] if opened > closed else number[0].replace(",", "")


def _open_ends(interval: re.Match[str]) -> str:
    opening = "[" if interval[1] == "[" else "("
    return f"{opening}{interval[2]}{']' if interval[3] == ']' else ')'}"


def _repeating(decimal: re.Match[str]) -> str:
    """A repeating decimal as the fraction that it is."""
    start = decimal[1]
    if decimal[5] and not decimal[3] and not decimal[2]:
        return decimal[0]
    period = (decimal[2] or decimal[3] or decimal[6]) + (decimal[4] or "") + (decimal[5] or "")
    if len(start) + len(period) > 60:
        return decimal[0]
    places = len(start.partition(".")[2])
    nines = (10 ** len(period) - 1) * 10**places
    whole = int((start.replace(".", "") or "0") + period) - int(start.replace(".", "") or "0")
    return f"\\frac{{{whole}}}{{{nines}}}"


def _trimmed(text: str) -> str:
    """Without an announcement before the answer, and signs that only lead to it or end it."""
    for _ in range(3):
        before = text
        if not _ROWS.search(text):
            text = _TRAILING.sub("", _LEADING.sub("", text))
        text = _SAID.sub("", _ANNOUNCED.sub(r"\1", text)).strip()
        text = _EMPTY.sub("", text)
        if text == before:
            break
    return text
