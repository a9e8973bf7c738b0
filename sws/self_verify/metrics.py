"""How well a student verifies and corrects itself: the metrics of S²R (Appendix E), and intervals.

Every metric is a share, or a mean, over many completions of each problem. Its interval counts
problems, not completions: those of one problem resemble each other.
"""

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sws.evaluation.metrics import Estimate
from sws.self_verify.trials import Trial
from sws.verify.vote import wilson

_Z = 1.959964  # of a 95 % interval

#: Every metric with what it says.
METRICS = {
    "verification_accuracy": "verifications that judge their solution as it is",
    "error_recall": "wrong solutions that their verification calls incorrect",
    "correct_precision": "solutions called correct that are right",
    "incorrect_to_correct": "completions whose first solution is wrong and whose last is right",
    "correct_to_incorrect": "completions whose first solution is right and whose last is wrong",
    "initial_accuracy": "completions whose first solution is right",
    "final_accuracy": "completions whose last solution is right",
    "rounds": "solutions in a completion, on average",
}

Sums = NDArray[np.float64]  # (metrics, 2): numerators and denominators


def tally(trial: Trial) -> Sums:
    """What one completion adds to the numerator and the denominator of every metric."""
    judged, right = trial.judgements, trial.right
    first, last = (right[0], right[-1]) if right else (False, False)
    wrong = [judgement for judgement, ok in judged if not ok]
    praised = [ok for judgement, ok in judged if judgement == "correct"]
    agree = sum(judgement == ("correct" if ok else "incorrect") for judgement, ok in judged)
    values = (
        (agree, len(judged)),
        (wrong.count("incorrect"), len(wrong)),
        (sum(praised), len(praised)),
        (not first and last, not first),
        (first and not last, first),
        (first, 1),
        (last, 1),
        (len(right), 1),
    )
    return np.array(values, dtype=np.float64)


class Tallies:
    """The sums of a set of completions by problem; memory grows with problems, not completions."""

    def __init__(self) -> None:
        self.structures: Counter[str] = Counter()
        self.unstated = 0
        self._sums: defaultdict[str, Sums] = defaultdict(lambda: np.zeros((len(METRICS), 2)))

    def add(self, problem_id: str, trial: Trial) -> None:
        """Count one completion."""
        self.structures[trial.structure] += 1
        self.unstated += sum(judgement == "unstated" for judgement, _ in trial.judgements)
        self._sums[problem_id] += tally(trial)

    def as_json(self) -> dict[str, Any]:
        """Completions, problems, structures, and every metric with its interval and its count.

        A metric of nothing (no first solution was wrong, say) is null.
        """
        sums = np.array(list(self._sums.values())).reshape(-1, len(METRICS), 2)
        found = {}
        for place, name in enumerate(METRICS):
            one = sums[:, place]
            estimate = ratio(one, share=name != "rounds")
            found[name] = estimate and {**_as_json(estimate), "of": int(one[:, 1].sum())}
        return {
            "completions": self.structures.total(),
            "problems": len(self._sums),
            "structures": dict(self.structures.most_common()),
            "without_judgement": self.unstated,
            "metrics": found,
        }


def ratio(sums: Sums, share: bool = True) -> Estimate | None:
    """Sum of numerators over sum of denominators, with a 95 % interval over problems.

    `sums` is (problems, 2). The variance is that of a ratio between clusters (linearised); a share
    has Wilson's interval at the number of independent trials that would vary as much, so that it
    stays within 0 and 1 and is never empty. A mean of one problem has no interval (nan). None where
    all denominators are 0.
    """
    sums = sums[sums[:, 1] > 0]
    problems, total = len(sums), float(sums[:, 1].sum())
    if not problems:
        return None
    value = float(sums[:, 0].sum()) / total
    spread = float(((sums[:, 0] - value * sums[:, 1]) ** 2).sum()) / total**2
    variance = spread * problems / (problems - 1) if problems > 1 else math.inf
    if share:
        trials = _effective(value, variance, problems, total)
        return Estimate(value, *wilson(value * trials, trials))
    reach = _Z * math.sqrt(variance) if problems > 1 else math.nan
    return Estimate(value, value - reach, value + reach)


def _as_json(estimate: Estimate) -> dict[str, float | None]:
    return {key: None if math.isnan(x) else x for key, x in estimate.as_json().items()}


def _effective(value: float, variance: float, problems: int, total: float) -> float:
    """How many independent trials vary as much; between one and all of them."""
    if value in (0.0, 1.0) or not variance:
        return problems
    return min(max(value * (1 - value) / variance, 1.0), total)
