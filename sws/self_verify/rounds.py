"""How many rounds a trajectory has, and of which attempts (S²R, section 2.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from sws.config.self_verify import Phrases, Trajectories


@dataclass(frozen=True)
class Attempt:
    """A solution whose verification judged it as it is."""

    sample: int
    solution: str
    answer: str
    right: bool
    verification: str


def rounds_for(accuracy: float, rule: Trajectories) -> int:
    """Rounds by the accuracy of a problem's attempts: the easier, the fewer; 0 if never solved.

    With five attempts and the default rule, 5 right: 1 round; 4: 2; 3 or 2: 3; 1: 4.
    """
    if not accuracy:
        return 0
    levels = enumerate(rule.min_accuracy, start=1)
    return next(
        (rounds for rounds, least in levels if accuracy >= least), len(rule.min_accuracy) + 1
    )


def choose(
    attempts: Sequence[Attempt],
    rounds: int,
    equal: Callable[[str, str], bool | None],
    rng: Random,
) -> list[Attempt]:
    """Failed attempts with distinct answers, then one that is right; [] where none is.

    As many rounds as were asked for, or as there are distinct wrong answers.
    """
    right = [one for one in attempts if one.right]
    wrong = [one for one in attempts if not one.right]
    rng.shuffle(wrong)
    failed: list[Attempt] = []
    for one in wrong:
        if len(failed) + 1 >= rounds:
            break
        if not any(equal(other.answer, one.answer) for other in failed):
            failed.append(one)
    return [*failed, rng.choice(right)] if right else []


def compose(attempts: Sequence[Attempt], phrases: Phrases) -> str:
    """The text of a trajectory: solution, verification, and again after each failed attempt."""
    return phrases.join((one.solution, one.verification) for one in attempts)
