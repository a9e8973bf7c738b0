"""The judge: is a candidate worth labelling?"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sws.prompts.reading import Messages, stated
from sws.prompts.templates import render

CRITERIA = (
    "Format",
    "Factual accuracy",
    "Difficulty alignment",
    "Concept coverage",
    "Solvability",
)
RATINGS = ("perfect", "acceptable", "bad")
UNPARSED = "unparsed"

_GUIDE = {
    "Format": "one self-contained question with a single checkable answer",
    "Factual accuracy": "every statement in it is true and consistent",
    "Difficulty alignment": "as hard as the intended level",
    "Concept coverage": "its solution uses the intended concepts",
    "Solvability": "the given facts determine exactly one answer",
}
_LINES = (*(f"{name}: RATING - reason" for name in CRITERIA), "Verdict: perfect, acceptable or bad")
_ANY = f"(?:{'|'.join(RATINGS)})"
_RATING = re.compile(rf"\b{_ANY}\b", re.IGNORECASE)
_OFFER = re.compile(rf"{_ANY}(?:\s*[,/|]\s*|\s+(?:or|and|to)\s+){_ANY}\b", re.IGNORECASE)
_ALONE = re.compile(rf"{_ANY}(?:$|\s+-|\s*[–—.,;:()*])", re.IGNORECASE)


@dataclass(frozen=True)
class Rating:
    """A verdict (perfect, acceptable, bad or unparsed) and the rating under each criterion."""

    verdict: str
    criteria: dict[str, str]


def messages(
    problem: str,
    category: str,
    concepts: Sequence[str],
    level: str,
    template: str | None = None,
) -> Messages:
    """Ask for the ratings of one candidate."""
    fields = {"problem": problem, "category": category, "concepts": concepts, "level": level}
    return render("judge", template, **fields, criteria=_GUIDE, lines=_LINES)


def parse(text: str, problem: str = "", cut_off: bool = False) -> Rating:
    """The ratings as stated; the verdict is `unparsed` where the text does not settle it.

    That is: where it is missing, not one of the three words, stated twice and differently, better
    than its own ratings allow, or where the text was cut off. A line that repeats words of the
    problem under review, or a line of the question, is a quotation and states nothing.
    """
    own = _without_quotations(text, problem)
    criteria = {name: _one(map(_rating, stated(own, name))) for name in CRITERIA}
    verdict = _one(map(_verdict, stated(own, "Verdict", within=True)))
    if cut_off or (verdict in RATINGS and _too_good(verdict, criteria)):
        verdict = UNPARSED
    return Rating(verdict, criteria)


def _without_quotations(text: str, problem: str) -> str:
    asked, said = set(map(_words, _LINES)), f" {_words(problem)} "
    lines = (line for line in text.splitlines() if ":" in line)
    return "\n".join(
        line for line in lines if (words := _words(line)) not in asked and f" {words} " not in said
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _rating(value: str) -> str:
    """The rating before a reason; `unparsed` when another rating is offered beside it."""
    found = _RATING.match(value)
    return UNPARSED if not found or _OFFER.match(value) else found[0].lower()


def _verdict(value: str) -> str:
    """The rating, if it is the only one in the line and any remark is set off from it."""
    named = {rating.lower() for rating in _RATING.findall(value)}
    return named.pop() if len(named) == 1 and _ALONE.match(value) else UNPARSED


def _one(ratings: Iterable[str]) -> str:
    """What all say; `unparsed` when nothing is said, or different things."""
    found = set(ratings)
    return found.pop() if len(found) == 1 else UNPARSED


def _too_good(verdict: str, criteria: dict[str, str]) -> bool:
    """Whether a verdict is better than the rule of the question makes of the stated ratings."""
    given = list(criteria.values())
    if "bad" in given:
        return verdict != "bad"
    essential = "acceptable" in (criteria["Factual accuracy"], criteria["Solvability"])
    return verdict == "perfect" and (essential or given.count("acceptable") > 1)
