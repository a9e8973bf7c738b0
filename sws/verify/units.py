"""Units that may follow a number, and the words that may not be taken for one."""

from __future__ import annotations

import re

_NAMES = {
    "cm": "centimeter centimetre", "mm": "millimeter millimetre", "km": "kilometer kilometre",
    "m": "meter metre", "in": "inch inches inche", "ft": "foot feet", "yd": "yard", "mi": "mile",
    "g": "gram", "kg": "kilogram", "mg": "milligram", "lb": "pound lbs", "oz": "ounce",
    "s": "second sec", "ms": "millisecond", "min": "minute", "h": "hour hr", "day": "", "week": "",
    "month": "", "year": "yr", "l": "liter litre", "ml": "milliliter millilitre", "gal": "gallon",
    "mph": "", "$": "dollar usd", "cent": "", "€": "euro eur", "£": "gbp",
    "deg": "degree", "rad": "radian", "am": "a.m a.m.", "pm": "p.m p.m.",
    "unit": "", "point": "", "people": "", "student": "", "square unit": "", "cubic unit": "",
}  # fmt: skip
_ALIASES = {
    form: unit
    for unit, others in _NAMES.items()
    for name in (unit, *others.split())
    for form in (name, f"{name}s")
}
MULTIPLIERS = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
# Words that turn a number into a range of numbers.
BOUNDS = frozenset(
    {"less", "more", "greater", "fewer", "least", "most", "under", "over", "above", "below"}
    | {"not", "about"}
)
_NOT_UNITS = BOUNDS | {
    *("and", "or", "than", "at", "to", "from", "if", "when", "where", "for", "is", "are"),
    *("times", "plus", "minus", "base", "mod", "squared", "cubed", "factorial"),
    *("percent", "pi", "half", "third", "quarter"),
}
_POWER = re.compile(r"\s*\^\s*\{?\s*([23])\s*\}?$")
_WORD = re.compile(r"[A-Za-z][A-Za-z.\-]*")


def read_unit(text: str, marked: bool) -> str | None:
    r"""The unit that a text names, '' when it names none that is known, None when it is no unit.

    `marked`: the text stood in ``\text{...}``, so that letters are words and not variables;
    unmarked, only a known unit of two letters or more is one.
    """
    text = text.strip()
    power = ""
    if match := _POWER.search(text):
        text, power = text[: match.start()], match.group(1)
    words = text.lower().split()
    if words and words[0] in ("square", "sq", "cubic"):
        power, words = ("3" if words[0] == "cubic" else "2"), words[1:] or ["unit"]
    name = " ".join(words)
    if (known := _ALIASES.get(name)) and (marked or len(name) > 1):
        return "" if known in ("unit", "point") else known + power
    if not marked or not 1 <= len(words) <= 4:
        return None
    # A single letter may be the imaginary unit or a variable.
    readable = all(_WORD.fullmatch(word) and len(word) > 1 for word in words)
    return "" if readable and not _NOT_UNITS.intersection(words) else None


def split_multiplier(text: str) -> tuple[int, str]:
    """The factor that a text opens with ("million dollars": 10**6) and what follows it."""
    word, _, rest = text.partition(" ")
    singular = word.lower().removesuffix("s")
    return (MULTIPLIERS[singular], rest) if singular in MULTIPLIERS else (1, text)
