"""Pages whose solution is checked and, where it is called wrong, tried again."""

import random
from dataclasses import dataclass

from sws.config.self_verify import Phrases
from sws.config.textbook import VerifierFallibility
from sws.textbook.book import Problem
from sws.textbook.checking import check, fallible_judgement


@dataclass(frozen=True)
class Trials:
    """How such pages are written, and how many of the pages are."""

    share: float
    tries: int  # most solutions of one page; the last one is careful
    phrases: Phrases
    form: str  # of the checks
    rates: VerifierFallibility  # of who checks

    def write(self, problem: Problem, careful_share: float, rng: random.Random) -> str:
        """The page's completion: solution, check, and again until a check says it is right."""
        rounds: list[tuple[str, str]] = []
        for left in reversed(range(self.tries)):
            right = not left or rng.random() < careful_share
            solution = (problem.solution if right else problem.hasty).completion
            judged = fallible_judgement(right, self.rates, rng) or not left
            said = self.phrases.correct if judged else self.phrases.incorrect
            rounds.append((solution, f"{check(problem, solution, self.form, judged)}\n{said}"))
            if judged:
                break
        return self.phrases.join(rounds)
