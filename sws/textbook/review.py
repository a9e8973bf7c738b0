"""How a judge rates a candidate: the honest ratings, then the ways in which judges err."""

import random
from collections.abc import Sequence

from sws.config.textbook import Fallibility
from sws.textbook.concepts import overlap
from sws.textbook.flaws import UNSOLVABLE, unspoil

PERFECT, ACCEPTABLE, BAD = "Perfect", "Acceptable", "Bad"
Ratings = dict[str, tuple[str, str]]  # criterion -> (rating, reason)


def honest_ratings(text: str, category: str, concepts: Sequence[str], level: int) -> Ratings:
    """The correct ratings of a candidate."""
    known = unspoil(text)
    if known is None:
        return {
            "Format": (ACCEPTABLE, "the wording is unusual"),
            "Factual accuracy": (BAD, "the statement could not be confirmed"),
            "Difficulty alignment": (ACCEPTABLE, "hard to tell"),
            "Concept coverage": (ACCEPTABLE, "hard to tell"),
            "Solvability": (BAD, "no way to an answer was found"),
        }
    flaw, problem = known
    solvable = problem.solvable
    well_formed = flaw in ("", UNSOLVABLE)
    return {
        "Format": (PERFECT, "one question") if well_formed else (BAD, f"the format is {flaw}"),
        "Factual accuracy": (PERFECT, "all statements hold")
        if solvable
        else (ACCEPTABLE, "nothing false, but something is left open"),
        "Difficulty alignment": _alignment(problem.level - level)
        if solvable
        else (ACCEPTABLE, "hard to tell"),
        "Concept coverage": _coverage(
            overlap(problem.unit, concepts), problem.unit.category == category
        ),
        "Solvability": (PERFECT, "exactly one answer follows")
        if solvable
        else (BAD, "a number that is needed is missing"),
    }


def _alignment(difference: int) -> tuple[str, str]:
    if difference == 0:
        return PERFECT, "as intended"
    size = "harder" if difference > 0 else "easier"
    return ACCEPTABLE, f"{size} than intended by {abs(difference)}"


def _coverage(shared: int, same_category: bool) -> tuple[str, str]:
    if not shared:
        return BAD, "none of the intended concepts is needed"
    if shared > 1 and same_category:
        return PERFECT, "the solution rests on the intended concepts"
    return ACCEPTABLE, "one of the intended concepts is needed"


def verdict(ratings: Ratings) -> str:
    """The rule that the judge is asked to follow."""
    given = {criterion: rating for criterion, (rating, _) in ratings.items()}
    if BAD in given.values():
        return "bad"
    essential = given["Factual accuracy"] == given["Solvability"] == PERFECT
    others = ("Format", "Difficulty alignment", "Concept coverage")
    enough = sum(given[criterion] == PERFECT for criterion in others) >= 2
    return "perfect" if essential and enough else "acceptable"


def fallible_ratings(ratings: Ratings, rates: Fallibility, rng: random.Random) -> Ratings:
    """The ratings of a judge who overlooks flaws, rejects sound problems, or rates too low."""
    if verdict(ratings) == "bad":
        if rng.random() >= rates.judge_missed:
            return ratings
        ratings = {
            criterion: (PERFECT, "no fault found") if rating == BAD else (rating, reason)
            for criterion, (rating, reason) in ratings.items()
        }
    elif rng.random() < rates.judge_slandered:
        criterion = rng.choice(("Factual accuracy", "Solvability"))
        return {**ratings, criterion: (BAD, "the statement seems contradictory")}
    return {
        criterion: (ACCEPTABLE, "could be better")
        if rating == PERFECT and rng.random() < rates.judge_grudging
        else (rating, reason)
        for criterion, (rating, reason) in ratings.items()
    }


def report(ratings: Ratings, garbled: bool, rng: random.Random) -> str:
    """The judge's reply: a line for each criterion, then the verdict."""
    lines = [f"{name}: {rating} - {reason}" for name, (rating, reason) in ratings.items()]
    decision = verdict(ratings)
    if garbled:
        return "\n".join(lines + rng.choice(([], ["Verdict: good enough"], ["Verdict:"])))
    return "\n".join((*lines, f"Verdict: {decision}"))
