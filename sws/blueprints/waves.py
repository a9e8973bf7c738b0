"""Waves: after the first, each asks per category for what Eq. 5's budget still lacks.

What a category cannot fill goes to the others by the same weights, as in the augmented set. How
many blueprints that takes follows from the survivors of those so far, per category; with few of
them, all categories say more. No wave but the last may overshoot the budget by more than a share of
it, with two standard deviations to spare; the last has one to spare for filling it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt
from pathlib import Path

from sws.budget import largest_remainders, share_out
from sws.config.schema import Config
from sws.errors import SwsError
from sws.store import database, sql_tables, stream

#: What all categories together say of one counts as much as this many blueprints of its own.
PRIOR = 10
#: Standard deviations to spare: of overshooting, and of filling in the last wave.
SPARE, FILLING = 2.0, 1.0


@dataclass(frozen=True)
class Waves:
    """The wave that is to be drawn, and what the earlier ones brought, per category."""

    number: int = 1
    drawn: Mapping[str, int] = field(default_factory=dict)  # blueprints
    survivors: Mapping[str, int] = field(default_factory=dict)
    available: Mapping[str, int] = field(default_factory=dict)  # blueprints of all waves, if known

    @classmethod
    def read(cls, number: int, budgets: Sequence[Path], difficulty: Sequence[Path]) -> "Waves":
        """From the budget reports and the last filter's tables of all earlier waves.

        Raises SwsError for a report that is not one, or a number of them that does not fit.
        """
        if len(budgets) != number - 1:
            raise SwsError(
                f"wave {number}: {len(budgets)} budget reports of earlier waves",
                expected=f"{number - 1}, one of each",
                fix="pass them with --drawn, or let snakemake run the graph",
            )
        drawn: dict[str, int] = {}
        for path in budgets:
            for category, count in _counts(path, "drawn").items():
                drawn[category] = drawn.get(category, 0) + count
        available = _counts(budgets[0], "available") if budgets else {}
        return cls(number, drawn, _survivors(difficulty) if difficulty else {}, available)


def asked(config: Config, waves: Waves, weights: Mapping[str, float]) -> dict[str, int]:
    """Blueprints that a wave asks for, per category; all of them where there is but one wave."""
    most = largest_remainders(config.blueprints.total, weights)
    spared = config.frugal
    if spared.waves == 1:
        return most
    if waves.number == 1:
        return {category: ceil(spared.first * count) for category, count in most.items()}
    drawn, survivors = sum(waves.drawn.values()), sum(waves.survivors.values())
    known = {
        category: Yield(
            waves.drawn.get(category, 0),
            waves.survivors.get(category, 0),
            survivors / drawn if drawn else 0.0,
            config.blueprints.candidates,
        )
        for category in most
    }
    left = {
        category: min(count, waves.available.get(category, count)) - known[category].drawn
        for category, count in most.items()
    }
    reach = {category: one.reach(left[category]) for category, one in known.items()}
    targets = share_out(config.augmented_size, weights, reach)
    is_last = waves.number == spared.waves
    return {
        category: known[category].blueprints(target, spared.over * target, left[category], is_last)
        for category, target in targets.items()
    }


@dataclass(frozen=True)
class Yield:
    """What a category's blueprints brought: `drawn`, and the problems that survived every filter.

    `overall`: survivors for each blueprint of all categories; `candidates` are written from each.
    """

    drawn: int
    survivors: int
    overall: float
    candidates: int

    @property
    def rate(self) -> float:
        """Survivors for each blueprint."""
        return (self.survivors + PRIOR * self.overall) / (self.drawn + PRIOR)

    def reach(self, left: int) -> int:
        """How many survivors it has when `left` more blueprints are drawn; with no rate, enough."""
        return self.survivors + (ceil(left * self.rate) if self.rate else left * self.candidates)

    def deviation(self, more: float) -> float:
        """Standard deviation of the survivors of `more` blueprints, at a rate that is a guess.

        Candidates of one blueprint share its fate, so that their number varies more.
        """
        one = self.rate * (1 + self.rate) if self.candidates > 1 else self.rate
        return sqrt(more * one * (1 + more / (self.drawn + PRIOR)))

    def blueprints(self, target: int, over: float, left: int, is_last: bool) -> int:
        """How many to draw for `target` survivors, of `left`: see the head of this module."""
        short = target - self.survivors
        if short <= 0 or left <= 0:
            return 0
        if not self.rate:
            return left
        enough = min(left, ceil(short / self.rate))
        safe = _most(left, lambda n: n * self.rate + SPARE * self.deviation(n) <= short + over)
        if not is_last:
            return min(enough, max(safe, 1))
        sure = _most(left, lambda n: n * self.rate - FILLING * self.deviation(n) < short) + 1
        return min(left, max(enough, min(safe, sure)))


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest n up to `limit` for which a condition that ends once holds; 0 if for none."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _counts(path: Path, name: str) -> dict[str, int]:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        return {category: int(row[name]) for category, row in report.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SwsError(
            f"{path}: not a budget report ({error})",
            expected=f'{{category: {{"{name}": number, ...}}}}',
            fix="run the stage `blueprints` of that wave again",
        ) from None


def _survivors(difficulty: Sequence[Path]) -> dict[str, int]:
    tally = f"SELECT category, count(*) AS n FROM {sql_tables(difficulty)} WHERE kept GROUP BY ALL"
    with database(difficulty[0].parent) as connection:
        return {row["category"]: row["n"] for row in stream(connection, tally)}
