"""What the options of `frugal` leave out: the rates by which a plan counts, and their sources.

A rate was measured where it could be, on published answers or on the embedded default; a run's own
measurements replace it, as they do all of a plan.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from sws.config.schema import Config
from sws.planning import calibration

#: Share of votes of 8 that are decided after a part of their samples, and not before.
VOTES = {5 / 8: 0.770, 6 / 8: 0.056, 7 / 8: 0.037, 1.0: 0.137}
#: The same of difficulty, by `frugal.error`.
DIFFICULTY = {
    0.0: {4 / 8: 0.153, 5 / 8: 0.107, 6 / 8: 0.066, 7 / 8: 0.457, 1.0: 0.218},
    0.02: {4 / 8: 0.153, 5 / 8: 0.107, 6 / 8: 0.507, 7 / 8: 0.049, 1.0: 0.184},
    0.05: {4 / 8: 0.153, 5 / 8: 0.588, 6 / 8: 0.066, 7 / 8: 0.041, 1.0: 0.151},
    0.1: {4 / 8: 0.688, 5 / 8: 0.107, 6 / 8: 0.053, 7 / 8: 0.033, 1.0: 0.120},
}
#: Share of problems that a judge condemns, so that the next is not asked.
CONDEMNED = 0.16
#: What waves draw beyond the budget.
OVER = 0.01
#: Of the prompts drawn beyond those within bounds, the share that is still drawn.
WASTED = 0.28

SOURCES = {
    "waves": "88,000 of 253,000 labelled problems lay in the band, and 40,000 were used (SwS); "
    "1 % over, in a simulation of four waves",
    "judges": "16 % of the problems of micro are condemned by the judge asked first",
    "votes": "BoInf: 2,912 problems and models, 20 choices of 8 answers each",
    "difficulty": "the released set of SwS: 700 problems, 20 orders of 8 attempts each",
    "prompts": "the arm extended of micro, replayed: 2.42 prompts for one within bounds, or 1.39",
}


def share_drawn(turns: Sequence[int], samples: int, decided: Mapping[float, float]) -> float:
    """The share of samples that is drawn in turns."""
    ends = [end for end in accumulate(turns) if end < samples] + [samples]
    drawn = sum(
        share * next(end for end in ends if end >= part * samples - 1e-9)
        for part, share in decided.items()
    )
    return drawn / sum(decided.values()) / samples


def votes_drawn(config: Config) -> float:
    """The share of the labeler's samples that is drawn."""
    return share_drawn(config.frugal.votes, config.labels.samples, VOTES)


def difficulty_drawn(config: Config) -> float:
    """The share of the student's samples that is drawn to measure difficulty."""
    rates = DIFFICULTY[max(error for error in DIFFICULTY if error <= config.frugal.error)]
    return share_drawn(config.frugal.difficulty, config.difficulty.samples, rates)


def share_asked(config: Config, place: int) -> float:
    """The share of problems that the judge in this place of the turn rates."""
    return (1 - CONDEMNED) ** place if config.frugal.judges else 1.0


def blueprints_needed(config: Config, survival: float) -> float:
    """The share of all blueprints that waves draw, if this share of candidates survives."""
    if config.frugal.waves == 1 or not survival:
        return 1.0
    candidates = config.blueprints.total * config.blueprints.candidates
    needed = config.augmented_size * (1 + OVER) / survival
    return min(1.0, max(needed / candidates, config.frugal.first))


def draws(config: Config, run: str) -> float:
    """Prompts drawn for each one within the bounds, in a run of the arms."""
    wasted = calibration.DRAWS - 1
    skips = config.frugal.prompts and run != "initial"
    return 1 + wasted * (WASTED if skips else 1.0)
