"""Answers in words: what two phrases share, numbers spelled out, dates."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from sws.verify.vocabulary import words_of

_ONES = words_of(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_VALUES = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * (place + 2) for place, word in enumerate(_TENS)},
}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "hundredth": 100,
}  # fmt: skip
_CHINESE = {digit: value for value, digit in enumerate("零一二三四五六七八九十")}
_MONTHS = words_of(
    "january february march april may june july august september october november december"
)
_SILENT = frozenset(words_of("the a an it it's is are there was were be will that of"))
_SAME = {
    "dne": "does not exist", "无解": "no solution", "undefined": "undefined", "奇数": "odd",
    "偶数": "even", "不存在": "does not exist", "是": "yes", "否": "no",
    "正确": "true", "错误": "false",
    "no solutions": "no solution", "no real solutions": "no real solution",
    "doesn't exist": "does not exist", "empty set": "\\emptyset",
    "infinite": "infinitely many", "infinity": "\\infty",
}  # fmt: skip
# Nouns that add nothing to the adjective before them.
_CLASSES = frozenset(
    words_of("triangle quadrilateral number integer angle function series sequence polygon matrix")
)
_PLACEHOLDERS = """
none,n/a,na,null,nan,nil,x?,unknown,no answer,not available,not applicable,not sure,unsure,idk,
i don't know,i do not know,i dont know,don't know,do not know,tbd,todo,to be determined,your answer,
answer,final answer,answer here,your answer here,insert answer here,[invalid],[invalidanswer],
invalid,invalid answer,error,cannot answer,can't answer,unable to answer,not found,no final answer,
could not determine,i give up,skip,skipped,pass,blank,empty,unextractable,placeholder,none given,
not provided,not given,no response,timeout,failed
"""
PLACEHOLDERS = frozenset(form.strip() for form in _PLACEHOLDERS.split(","))
_REFUSAL = re.compile(
    r"(?:i(?:'m| am)? (?:don'?t|do not|can(?:no|')t|am not|not|sorry|was unable|could not|couldn't|"
    r"unable)\b|sorry\b|as an ai\b|unable to\b|no answer\b|don'?t know\b|do not know\b)"
)
_REFERENCE = re.compile(
    r"(?:see|refer to|as (?:shown|above|in)|proof|prove|omitted|varies\b"
    r"|answers? (?:will |may )?var|explanation|image|picture|\[?asy\b"
    r"|the (?:answer|solution|proof)$|answers?$|solutions?$)"
)
MOST_WORDS = 12  # of an answer in words: a longer one is prose, which no other answer repeats
_DRESSING = re.compile(
    r"\\(?:text|textbf|mathrm|mathbf|textit|mbox|boxed|fbox)\s*\{|[{}$\\<>\[\]()*`_\"]+"
)


@lru_cache(16_384)
def is_placeholder(text: str) -> bool:
    """Whether a text stands in for an answer that was not given: N/A, "I don't know", "..."."""
    if len(text) > 200:
        return False
    bare = " ".join(_DRESSING.sub(" ", text.replace("’", "'")).lower().split()).strip(" .!,;:")
    if bare in PLACEHOLDERS or not bare.strip("-?. _"):
        return True
    return bool(_REFUSAL.match(bare) or _REFERENCE.match(bare.strip("() ")))


def normal(words: list[str]) -> tuple[str, ...]:
    """Words without case, articles and copulas; synonyms as one; plurals as their singular."""
    lowered = [word.lower() for word in words]
    text = " ".join(word for word in lowered if word not in _SILENT) or " ".join(lowered)
    text = _SAME.get(text, text)
    return tuple(text.split())


def agree(gold: tuple[str, ...], answer: tuple[str, ...]) -> bool:
    """Whether two phrases say the same: "isosceles" and "isosceles triangle"."""
    if gold == answer:
        return True
    short, long = sorted((gold, answer), key=len)
    return len(short) == 1 and len(long) == 2 and long[0] == short[0] and long[1] in _CLASSES


@lru_cache(4096)
def number(text: str) -> Fraction | None:
    """The number that words spell out: seventeen, three-fourths, one hundred and five."""
    words = text.lower().replace("-", " ").split()
    if len(words) == 1 and all(character in _CHINESE for character in words[0]):
        return _chinese(words[0])
    if not 1 <= len(words) <= 12:
        return None
    part = words[-1].removesuffix("s")
    part = "half" if words[-1] == "halves" else part
    if part in _PARTS and len(words) > 1:
        top = Fraction(1) if words[:-1] == ["a"] else number(" ".join(words[:-1]))
        return None if top is None else top / _PARTS[part]
    if words == ["half"]:
        return Fraction(1, 2)
    total, group = 0, 0
    for word in words:
        if word in _VALUES:
            if group % 10 or (group % 100 and _VALUES[word] >= 10):
                return None
            group += _VALUES[word]
        elif word == "hundred" and 0 < group < 10:
            group *= 100
        elif word in _SCALES and word != "hundred" and group:
            total, group = total + group * _SCALES[word], 0
        elif word != "and" or word is words[0] or word is words[-1]:
            return None
    return Fraction(total + group) if words[0] in _VALUES else None


def _chinese(text: str) -> Fraction | None:
    if len(text) == 1:
        return Fraction(_CHINESE[text])
    if len(text) <= 3 and text.count("十") == 1:
        tens, _, ones = text.partition("十")
        if len(tens) <= 1 and len(ones) <= 1:
            return Fraction(10 * (_CHINESE[tens] if tens else 1) + (_CHINESE[ones] if ones else 0))
    return None


def date(words: list[str]) -> tuple[str, ...] | None:
    """Month, day and year of a date; None for other words."""
    lowered = [word.lower().strip(",.") for word in words]
    months = [m for word in lowered for m in _MONTHS if word == m or (word == m[:3])]
    numbers = [re.sub(r"(?<=[0-9])(?:st|nd|rd|th)$", "", w) for w in lowered if w[:1].isdigit()]
    if len(months) != 1 or not 1 <= len(numbers) <= 2 or len(lowered) != 1 + len(numbers):
        return None
    return ("date", months[0], *sorted((n.lstrip("0") for n in numbers), key=len))
