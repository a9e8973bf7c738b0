"""Which text is a unit: symbols with their prefixes, names spelled out, signs of money."""

from __future__ import annotations

from functools import lru_cache

from sws.verify.vocabulary import words_of

_SYMBOLS = words_of("m g s A K mol Hz N Pa J W C V F T H L l eV Wh cal Ω ohm bar")
_PREFIXES = ("", *["k", "M", "G", "m", "c", "d", "u", "μ", "µ", "n", "p", "h"])
_OTHER_SYMBOLS = {
    **dict.fromkeys(
        ["min", "h", "hr", "ft", "yd", "mi", "lb", "oz", "gal", "mph", "rad", "atm", "mmHg", "rpm"],
        "",
    ),
    **{"in": "inch", "lbs": "lb", "hrs": "hour", "mins": "minute", "secs": "second"},
    **{"sec": "second", "yr": "year", "yrs": "year", "kph": "km/hour", "kmh": "km/hour"},
    **{"sq": "", "cc": "cm**3", "rad": "radian", "deg": "degree", "fps": "foot/second"},
    **{"μ": "micro", "a": "year"},
}
del _OTHER_SYMBOLS["sq"], _OTHER_SYMBOLS["μ"], _OTHER_SYMBOLS["a"]
_PLAIN = words_of(
    "meter metre gram liter litre second minute hour day week month year inch foot yard mile "
    "pound ounce gallon quart ton tonne acre hectare joule newton watt volt ampere ohm pascal "
    "hertz kelvin mole coulomb farad tesla henry calorie degree radian dollar cent euro yen "
    "rupee yuan gbp usd knot byte bit revolution atmosphere"
)
_PREFIX_NAMES = ("kilo", "centi", "milli", "mega", "micro", "nano", "giga", "deci")
_IRREGULAR = {"feet": "foot", "inches": "inch", "euros": "euro", "eur": "euro", "usd": "dollar"}
_RENAMED = {
    "litre": "liter", "metre": "meter", "tonne": "metric_ton", "pound": "pound", "gbp": "gbp",
    "cent": "us_cent", "month": "month", "Ω": "ohm", "l": "liter", "L": "liter",
}  # fmt: skip
SIGNS = {"$": "dollar", "\\$": "dollar", "€": "euro", "£": "gbp", "¥": "yen", "₹": "rupee",
         "元": "yuan"}  # fmt: skip
_CHINESE = {
    "厘米": "centimeter", "米": "meter", "千米": "kilometer", "公里": "kilometer", "元": "yuan",
    "千克": "kilogram", "克": "gram", "秒": "second", "分钟": "minute", "小时": "hour",
    "度": "degree",
    "天": "day", "升": "liter", "平方米": "meter**2", "平方厘米": "centimeter**2",
}  # fmt: skip
TEMPERATURES = {"C": "degC", "celsius": "degC", "F": "degF", "fahrenheit": "degF"}
SCALES = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9,
    "trillion": 10**12, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip


@lru_cache(1)
def _table() -> dict[str, str]:
    """The Pint name of every symbol, as it is written: 5 Mg is not 5 mg."""
    table = {prefix + symbol: prefix + _RENAMED.get(symbol, symbol)
             for symbol in _SYMBOLS for prefix in _PREFIXES}  # fmt: skip
    return table | {symbol: name or symbol for symbol, name in _OTHER_SYMBOLS.items()}


@lru_cache(1)
def _names() -> dict[str, str]:
    """The Pint name of every unit spelled out, in lower case."""
    names = {}
    for prefix in ("", *_PREFIX_NAMES):
        for name in _PLAIN:
            for form in (name, f"{name}s"):
                names[prefix + form] = prefix + _RENAMED.get(name, name)
    return names | {form: _RENAMED.get(name, name) for form, name in _IRREGULAR.items()} | _CHINESE


def is_spelled_unit(word: str) -> bool:
    """Whether a word is the full name of a unit."""
    return word in _names()


def unit_word(word: str, short: bool = True) -> str | None:
    """The Pint name of one word; without `short`, not of a symbol of one letter."""
    if (len(word) > 1 or short) and (found := _table().get(word)):
        return found
    return _names().get(word.lower()) or TEMPERATURES.get(word.lower())
