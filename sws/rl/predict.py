"""Which prompts will teach something: a beta-binomial of each problem's accuracy, with forgetting.

A group whose accuracy lies out of bounds is sampled for nothing. What the groups of a problem came
to, the latest counting most, predicts where its next one will lie; prompts that will probably lie
outside are skipped, but for some that explore. Selective rollouts were proposed by Zheng et al.,
"Act Only When It Pays" (2025), by counts of groups without a gradient.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil, comb, floor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.stats import betabinom

from sws.config.rl import RLConfig
from sws.identity import generator
from sws.rl.group import Outcome
from sws.rl.stream import Draw, PromptStream, SkippingPrompts

#: The prior of an accuracy, Beta(1/2, 1/2).
PRIOR = 0.5
#: What a visit counts at the next one: the student learns, so old visits say less.
FORGET = 0.5
#: A prompt is drawn if the chance that its group lies within the bounds is at least this part of
#: the best that any accuracy has. With small groups or narrow bounds, the best is far from 1.
WORTH = 0.5
#: Accuracies among which the best is looked for.
_GRID = 200

_COLUMNS = ["problem_id", "sample", "outcome"]
#: Correct and wrong completions of a problem so far, each visit at FORGET of the next.
History = tuple[float, float]


def after(history: History | None, correct: int, completions: int) -> History:
    """A problem's history after one more group."""
    before = history or (0.0, 0.0)
    return FORGET * before[0] + correct, FORGET * before[1] + completions - correct


class Predictor:
    """The chance that a group of a problem's completions lies within the accuracy bounds."""

    def __init__(self, config: RLConfig, histories: Mapping[str, History] | None = None) -> None:
        self.size = config.group_size
        self.least = ceil(config.accuracy_low * self.size - 1e-9)
        self.most = floor(config.accuracy_high * self.size + 1e-9)
        self.histories: dict[str, History] = dict(histories or {})
        chances = (
            sum(
                comb(self.size, k) * p**k * (1 - p) ** (self.size - k)
                for k in range(self.least, self.most + 1)
            )
            for p in (number / _GRID for number in range(_GRID + 1))
        )
        self.worth = WORTH * max(chances)

    def chance(self, problem_id: str) -> float:
        """The chance for the next group of a problem."""
        correct, wrong = self.histories.get(problem_id, (0.0, 0.0))
        return _within(self.size, self.least, self.most, round(correct, 3), round(wrong, 3))

    def is_worth(self, problem_id: str) -> bool:
        """Whether to draw a problem; one without a history is drawn."""
        return problem_id not in self.histories or self.chance(problem_id) >= self.worth

    def learn(self, problem_id: str, correct: int, completions: int) -> None:
        """What one group of a problem came to."""
        self.histories[problem_id] = after(self.histories.get(problem_id), correct, completions)


class PredictedStream(SkippingPrompts):
    """The draws of a `PromptStream` that will probably lie within bounds, and some that explore."""

    def __init__(
        self,
        problem_ids: Sequence[str],
        seed: int,
        predictor: Predictor,
        explore: float,
        position: int = 0,
    ) -> None:
        super().__init__(PromptStream(problem_ids, seed, position), len(problem_ids))
        self.predictor, self.explore = predictor, explore
        self._seed = seed

    def is_worth(self, draw: Draw) -> bool:
        """Whether the problem's next group will probably lie within bounds, or it explores."""
        if self.predictor.is_worth(draw.problem_id):
            return True
        return bool(generator(self._seed, "explore", draw.position).random() < self.explore)

    def learn(self, outcomes: Iterable[Outcome]) -> None:
        """Remember what a step's groups came to, in the order of their draws."""
        for outcome in outcomes:
            correct = round(outcome.accuracy * outcome.completions)
            self.predictor.learn(outcome.draw.problem_id, correct, outcome.completions)


def recorded(folder: Path, config: RLConfig) -> dict[str, History]:
    """The histories after the steps whose rollouts are in a folder, as if they had been learned."""
    predictor = Predictor(config)
    steps: dict[int, list[Path]] = {}
    for path in sorted(folder.glob("*.parquet")):
        steps.setdefault(int(path.name.split("-")[0]), []).append(path)
    for _, paths in sorted(steps.items()):
        tables = [pq.read_table(path, columns=_COLUMNS) for path in paths]
        _learn(predictor, pa.concat_tables(tables))
    return predictor.histories


def _learn(predictor: Predictor, rollouts: pa.Table) -> None:
    """Learn from the groups of one step; a problem's visits are in the order of its samples."""
    groups = rollouts.append_column(
        "visit", pc.divide(rollouts["sample"], predictor.size)
    ).append_column("correct", pc.cast(pc.equal(rollouts["outcome"], "correct"), pa.int32()))
    found = groups.group_by(["problem_id", "visit"]).aggregate([("correct", "sum")])
    for row in found.sort_by([("problem_id", "ascending"), ("visit", "ascending")]).to_pylist():
        predictor.learn(row["problem_id"], row["correct_sum"], predictor.size)


@lru_cache(1 << 16)
def _within(size: int, least: int, most: int, correct: float, wrong: float) -> float:
    """The chance of `least` to `most` successes among `size`, beta-binomial after a history."""
    counts = range(least, most + 1)
    return float(betabinom.pmf(counts, size, correct + PRIOR, wrong + PRIOR).sum())
