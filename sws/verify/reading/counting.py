"""Numbers with the nouns and units that follow them: what counts, and what changes the number."""

from __future__ import annotations

import re

NUMBER = re.compile(
    r"[-−+]?[$€£¥￥]?[-−]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?:\s?/\s?[0-9]+)?%?(?![0-9])"
)
# What is counted in other scripts, but for words that measure it or make another number of it.
# Cyrillic, Hebrew, Arabic, scripts of India, Thai, Japanese, Chinese, Korean.
_SCRIPTS = (
    "[\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]"
)
_FOREIGN = re.compile(
    r"\s*(?![万萬亿億千百十多几余以至到上下或和与만천백억米厘毫公克吨升秒分小度元角平立美])"
    r"(?!(?:тысяч|миллион|млн|м|см|км|мм|кг|г|л|ч|руб|или|и)\b)"
    rf"{_SCRIPTS}{{1,12}}(?:\s{_SCRIPTS}{{2,12}}){{0,2}}\s*\Z"
)
_NOUNS = re.compile(r"\s+[a-zA-Z][A-Za-z\-]*(?:\s+[A-Za-z][A-Za-z'’\-]*)*(?=\s*(?:[0-9$(,.]|\Z))")
SCALES = "dozen|hundred|thousand|million|billion|trillion"
# A word right after a number, or anywhere after it, that makes another value of it.
_CHANGES = re.compile(
    rf"(?:or|and|to|through|plus|minus|times|half|halves|thirds?|quarters?|fourths?|fifths?|tenths?"
    rf"|{SCALES}|lakh|crore|k|percent|percentage|pi|squared|cubed|factorial|dozens|mod|modulo|base"
    r"|per|vs|versus|out|of|doubled|root|over|divided|by|below|o|ou|oder|oppure|y|et|und|negative"
    r"|score|gross|fold|is|does|was|above|away|under|less|more|fewer|greater|about|if|when)s?",
    re.IGNORECASE,
)
# A place or a time, which follows a number and changes nothing: "17 in all", and not "17 in 20".
_PLACE = re.compile(r"\s+(?:in|at|on)\s(?!\s*(?:least|most)\b)[A-Za-z '’\-]+[.!]?\s*\Z")
_JOINED = re.compile(
    r"\b(?:or|than|and|plus|minus|times|squared|cubed|half|halves|factorial|per|to the)\b",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"(?:k|c|m|d|n|µ|μ)?(?:m|g|s|l|L|W|Wh|J|N|Pa|V|A|Hz|mol)|in|ft|yd|mi|lbs?|oz|min|h|hrs?|mph|kph"
    r"|am|pm|rad|deg|sq|feet|foot"
    r"|(?:kilo|centi|milli|mega|micro|nano|deci)?"
    r"(?:met(?:er|re)|gram|lit(?:er|re)|watt|joule|newton|pascal|volt|byte)s?"
    r"|(?:second|minute|hour|day|week|month|year|inche?|yard|mile|pound|ounce|gallon|quart|ton|tonne"
    r"|acre|hectare|calorie|degree|radian|dollar|cent|euro|yen|rupee|yuan|unit|knot|bit|kelvin"
    r"|ampere|ohm|mole)s?"
)
_ADJECTIVE = frozenset({"square", "cubic", "sq"})


def counted(text: str, number: re.Match[str]) -> str:
    """Of "17 apples left" the number, of "17 km away" with its unit; what changes it stays."""
    if _FOREIGN.match(text, number.end()):
        return number[0]
    nouns = _NOUNS.match(text, number.end())
    if nouns and nouns[0].split()[0] in ("in", "at", "on"):
        return number[0] if _PLACE.match(text, number.end()) else text[number.start() :]
    text = text[number.start() :]
    if nouns is None:
        return text
    words = nouns[0].split()
    more = words[0] == "more" and len(words) > 1  # of some noun, and not than another number
    if (_CHANGES.fullmatch(words[0]) and not more) or _JOINED.search(nouns[0]):
        return text
    unit = words[: 2 if words[0].lower() in _ADJECTIVE else 1]
    return " ".join([number[0], *unit]) if _UNITS.fullmatch(unit[-1]) else number[0]
