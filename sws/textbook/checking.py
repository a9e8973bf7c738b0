"""The textbook as verifier: the checks that it writes of a student's solution."""

import random

from sws.config.textbook import VerifierFallibility
from sws.textbook.book import Problem

CONFIRMATIVE = "confirmative"


def is_right(problem: Problem, solution: str) -> bool:
    """Whether the last box of a solution holds the answer."""
    _, box, rest = solution.rpartition("\\boxed{")
    return bool(box) and rest.startswith(f"{problem.solution.answer}}}")


def fallible_judgement(right: bool, rates: VerifierFallibility, rng: random.Random) -> bool:
    """What a verifier makes of a solution: it overlooks mistakes, and doubts what is right."""
    wrong = rates.slandered if right else rates.missed
    return right != (rng.random() < wrong)


def check(problem: Problem, solution: str, form: str, judged: bool) -> str:
    """A check that comes to a judgement.

    Confirmative: the steps that the solution needs, up to the first that is not in it.
    Problem-solving: the steps anew, and the two answers.
    """
    steps = problem.solution.steps
    if form != CONFIRMATIVE:
        return ";".join((*steps, f"{problem.solution.answer} {'=' if judged else 'not'} mine"))
    lacking = (place for place, step in enumerate(steps) if step not in solution)
    first = None if judged else next(lacking, len(steps) - 1)
    return ";".join(
        f"{step} {'no' if place == first else 'ok'}"
        for place, step in enumerate(steps[: len(steps) if first is None else first + 1])
    )
