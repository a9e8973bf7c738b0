"""avg@k, pass@k and maj@k of one problem, and bootstrap intervals of their means over problems."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sws.verify.vote import vote

Floats = NDArray[np.float64]

#: Confidence of every interval.
LEVEL = 0.95
#: Resampled problems drawn at a time, over all resamples: bounds memory.
_BLOCK = 1 << 22


def avg_at(correct: int, samples: int) -> float:
    """avg@k with k = all samples: the share of them that is correct."""
    return correct / samples


def pass_at(correct: int, samples: int, k: int) -> float:
    """pass@k: the chance that `k` of the samples, drawn without replacement, hold a correct one.

    The unbiased estimator 1 - C(n-c, k) / C(n, k) of Chen et al. (2021), section 2.1.
    """
    if not 0 <= correct <= samples or not 1 <= k <= samples:
        raise ValueError(f"pass@{k} of {correct} correct among {samples} samples")
    return 1 - math.comb(samples - correct, k) / math.comb(samples, k)


def maj_at(
    answers: Sequence[str | None],
    correct: Sequence[bool],
    k: int,
    equal: Callable[[str, str], bool | None],
) -> float:
    """maj@k: whether the answer that most of the first `k` samples agree on is correct.

    Samples are exchangeable, so the first `k` are a random subset. Equal answers vote together;
    samples without an answer do not vote. Groups that tie at the top share the credit: 1/3 if
    one of three is correct.
    """
    found = vote(answers[:k], equal)
    right = {answer.strip() for answer, ok in zip(answers, correct, strict=True) if ok and answer}
    top = [label for label, votes in found.groups if votes == found.votes]
    return sum(label in right for label in top) / len(top) if top else 0.0


@dataclass(frozen=True)
class Estimate:
    """A mean over problems with its percentile bootstrap interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """The estimate as the summary holds it."""
        return {"value": self.value, "low": self.low, "high": self.high}


def mean_intervals(values: Floats, resamples: int, seed: int) -> list[Estimate]:
    """The mean of each column with its interval, resampling rows: (problems, metrics) -> metrics.

    For the difference of two arms give the differences per problem: both arms are then resampled
    together (the paired bootstrap). The same seed and number of problems resample alike.
    """
    means = values.mean(axis=0)
    tail = (1 - LEVEL) / 2
    bounds = np.quantile(_resampled_means(values, resamples, seed), [tail, 1 - tail], axis=0)
    # Rounding may put the mean of equal values just outside their interval.
    lows, highs = np.minimum(bounds[0], means), np.maximum(bounds[1], means)
    return [Estimate(*map(float, row)) for row in zip(means, lows, highs, strict=True)]


def paired_intervals(ours: Floats, theirs: Floats, resamples: int, seed: int) -> list[Estimate]:
    """Mean of ours - theirs per column; row i of both is the same problem."""
    if ours.shape != theirs.shape:
        raise ValueError(f"not the same problems: {ours.shape} and {theirs.shape}")
    return mean_intervals(ours - theirs, resamples, seed)


def _resampled_means(values: Floats, resamples: int, seed: int) -> Floats:
    """(problems, metrics) -> (resamples, metrics)."""
    random = np.random.default_rng(seed)
    problems = len(values)
    step = max(1, _BLOCK // problems)
    blocks = []
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        # How often each problem is drawn: far fewer numbers than gathering its values.
        draws = random.multinomial(problems, np.full(problems, 1 / problems), size=size)
        blocks.append(draws.astype(np.float64) @ values / problems)
    return np.concatenate(blocks)
