r"""The words of a mathematical text, as they count when two texts are compared.

Lower case, no punctuation. A number is a word of its own, with its sign (`x - 3` and `x + 3` are
different texts), without thousands separators, and the same in digits or spelled out. Commands
that only lay out a formula (`\left`, `\text`) are no words.
"""

import re

from sws.identity import normalise

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SPELLED = {word: str(value) for value, word in enumerate(_UNITS.split())}
_SPELLED |= {word: str(10 * value) for value, word in enumerate(_TENS.split(), start=2)}
_LAYOUT = re.compile(
    r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|text(?:bf|it|rm)?|math(?:rm|bf|it)|q?quad)(?![a-z])"
    r"|\\[,;:! ]"
)
_SEPARATOR = re.compile(r"(?<=\d)(?:\{,\}|,\s?(?=\\!)|,)(?:\\!)?(?=\d{3}(?!\d))")
_WORD = re.compile(
    r"(?:[-\u2010-\u2015\u2212]\s?)?(?:\d+(?:\.\d+)?|\.\d+)"  # a number and its sign
    r"|[\u3040-\u30ff\u3400-\u9fff]"  # scripts without spaces: a character is a word
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+"
)


def words(text: str) -> list[str]:
    """The words of a text in order; `-3`, `0.5` and `12` are the words that are numbers."""
    return list(map(standard, split(text)))


def split(text: str) -> list[str]:
    """The words of a text before `standard`, which is worth caching by word."""
    text = normalise(text).lower()
    if "," in text:
        text = _SEPARATOR.sub("", text)
    if "\\" in text:
        text = _LAYOUT.sub(" ", text).replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return _WORD.findall(text)


def standard(word: str) -> str:
    """The one spelling of a word: a number in digits, its sign directly before it."""
    if not is_number(word):
        return _SPELLED.get(word, word)
    signed = word[0] != "." and not word[0].isdecimal()
    return "-" + word[1:].lstrip() if signed else word


def is_number(word: str) -> bool:
    """Whether a word is a number."""
    return word[-1].isdecimal()
