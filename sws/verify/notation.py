r"""Notation that carries no meaning, removed: what remains of an answer is compared or read."""

from __future__ import annotations

import re

from sws.verify.intervals import INEQUALITY, OR, union
from sws.verify.symbols import latex

LIMIT = 800  # characters; longer answers are left as they are

_SPACES = re.compile(
    r"\\(?:quad|qquad|displaystyle|textstyle|left|right)(?![A-Za-z])|(?<!\\)\\[;: ]|~"
)
_GROUPING = re.compile(r"(?<=[0-9])(?:\\,|\\ |~|\{,\})(?=[0-9]{3}(?![0-9]))")
# 1 000 000, but not the mixed number 2 100/3
_SPACED = re.compile(r"(?<![0-9.,])(?<![0-9] )[1-9][0-9]{0,2}(?: [0-9]{3})+(?! ?[0-9/\\])")
_FRACTIONS = re.compile(r"\\[dtc]frac(?![A-Za-z])")
_LOST_SPACE = re.compile(r"(?<!\\)\\(?=[0-9\s]|$)")  # the backslash of a spacing command
_AND = re.compile(r"\s*,?\s*(?:\\text\s*\{\s*,?\s*(?:and|or)\s*\}|\b(?:and|or)\b)\s*")
_INFINITY = re.compile(
    r"\\(?:text|mathrm)\s*\{\s*infinity\s*\}|(?<![A-Za-z])infinity(?![A-Za-z])", re.IGNORECASE
)
_TRIGONOMETRIC = re.compile(r"\\(?:sin|cos|tan|cot|sec|csc)(?![A-Za-z])")
_DEGREES = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:\^\s*\{\s*\\circ\s*\}|\^\s*\\circ(?![A-Za-z]))")
_CHOSEN = re.compile(  # "(B) 12", as in multiple choice
    r"\\(?:text|textbf|textrm|mathrm|mathbf)\s*\{\s*\(([A-J])\)\s*\}\s*(\S.*)"
)
_LETTER = re.compile(r"\(?[A-J]\)?|\\(?:text|textbf|textrm|mathrm|mathbf)\s*\{\s*\(?[A-J]\)?\s*\}")
_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))
_THOUSANDS = re.compile(r",[0-9]{3}(?![0-9])")
_NAME = re.compile(
    r"\\?[A-Za-z]+'?(?:_\{?\w+\}?)?(?:\([^()=]*\))?"  # x, a_1, f(x)
    r"|\|[^|=]+\||\([A-Za-z](?:,[A-Za-z])+\)"  # |AB|, (x,y)
)
_RELATION = re.compile(r"=|<|>|\\(?:le|leq|ge|geq|ne|neq|in|lt|gt|equiv|sim)(?![A-Za-z])|!=")


def tidy(answer: str) -> str:
    """An answer without what carries no meaning: maths delimiters, spacing, sizes, final stop."""
    text = answer.strip()
    if len(text) > LIMIT:
        return text
    for opening, closing in _DELIMITERS:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and inner and opening not in inner:
            text = inner
            break
    text = latex(text).replace("\\!", "").replace("\\$", "$")
    text = text.replace("\\varnothing", "\\emptyset").replace("{:}", ":")
    text = _GROUPING.sub("", text).replace("\\,", " ")
    text = _FRACTIONS.sub(r"\\frac", _LOST_SPACE.sub(" ", _SPACES.sub(" ", text)))
    if "nfinity" in text:
        text = _INFINITY.sub(r"\\infty ", text)
    if "\\circ" in text and _TRIGONOMETRIC.search(text):  # elsewhere the sign is a unit
        text = _DEGREES.sub(r"\\frac{\1\\pi}{180}", text)
    if any(character.isdigit() for character in text):  # solutions, not words
        text = _AND.sub(", ", text)
    text = " ".join(text.split()).rstrip(".,; ")
    return _SPACED.sub(lambda number: number[0].replace(" ", ""), text) if " " in text else text


def comparable(gold: str, answer: str) -> tuple[str, str]:
    """Both answers tidied and reduced to what is compared: the value, where one side names it.

    "x = 5" answers a gold "5" and the reverse; "y = 5" does not answer "x = 5".
    """
    as_written = gold, answer
    gold, answer = _without_choices(tidy(gold), tidy(answer))
    if gold == answer:
        return gold, answer
    if bool(INEQUALITY.search(gold)) != bool(INEQUALITY.search(answer)):
        gold, answer = _as_interval(as_written[0], gold), _as_interval(as_written[1], answer)
    if not _RELATION.search(gold):
        return gold, stated_value(answer)
    name, equals, _ = gold.partition("=")
    if equals and _NAME.fullmatch(name.strip()) and not _has_comma(gold):
        given, equals, _ = answer.partition("=")
        if (not equals and not _RELATION.search(answer)) or given.strip() == name.strip():
            return stated_value(gold), stated_value(answer)
    return gold, answer


def _as_interval(raw: str, tidied: str) -> str:
    """What inequalities describe, else the tidied text, in which each "or" became a comma."""
    return union(map(tidy, OR.split(raw))) or tidied


def _without_choices(gold: str, answer: str) -> tuple[str, str]:
    """Of "(B) 12" the letter, if the other side is a letter; else the value."""
    if not gold.startswith("\\") and not answer.startswith("\\"):
        return gold, answer
    chosen, picked = _CHOSEN.fullmatch(gold), _CHOSEN.fullmatch(answer)
    if chosen and picked:
        return chosen[1], picked[1]
    if chosen:
        return chosen[1 if _LETTER.fullmatch(answer) else 2], answer
    return (gold, picked[1 if _LETTER.fullmatch(gold) else 2]) if picked else (gold, answer)


def stated_value(text: str) -> str:
    r"""The value in "name = ... = value ≈ decimal" and "name \in set"; else the text."""
    if _has_comma(text):
        return text
    exact = re.split(r"\\approx|≈", text)[0] or text
    if exact.count("=") and not re.search(r"[<>!]|\\n?[lg]e|\\neq?(?![A-Za-z])", exact):
        exact = exact.rsplit("=", 1)[1]
    elif len(sides := re.split(r"\\in(?![A-Za-z])", exact)) == 2:
        exact = sides[1]
    return exact.strip() or text


def _has_comma(text: str) -> bool:
    """Whether a comma or semicolon separates statements (outside brackets, not in 1,000)."""
    depth = 0
    for position, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == ";" or (
            character == "," and depth <= 0 and not _THOUSANDS.match(text, position)
        ):
            return True
    return False
