"""Means of the scores with bootstrap intervals: overall, per benchmark, per category."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sws.config.schema import Config
from sws.errors import SwsError
from sws.evaluation.evaluate import FAILED
from sws.evaluation.metrics import Floats, mean_intervals, paired_intervals
from sws.evaluation.scores import Mask, Scores
from sws.identity import seed_for

Masks = Mapping[str, Any]  # of Mask or Masks


class Estimates:
    """Estimates of arms and of differences between arms, all resampled from one seed."""

    def __init__(self, config: Config, weak: Sequence[str]) -> None:
        self._weak, self._categories = weak, tuple(config.categories)
        self._draws = config.evaluation.resamples, seed_for(config.seed, "bootstrap")

    def of_arm(self, scores: Scores) -> dict[str, Any]:
        """Every metric of one arm, for each part of the benchmarks."""
        return _each(self._parts(scores), lambda mask: self._means(scores, scores.values[mask]))

    def gain(self, ours: Scores, theirs: Scores) -> dict[str, Any]:
        """Every metric's mean of ours - theirs, with paired intervals."""
        baseline = _aligned(theirs, ours)

        def differences(mask: Mask) -> dict[str, Any]:
            if not mask.any():
                return {"problems": 0}
            found = paired_intervals(ours.values[mask], baseline[mask], *self._draws)
            return _named(ours, mask.sum(), found)

        return _each(self._parts(ours), differences)

    def once_failed(self, scores: Scores) -> dict[str, Any]:
        """The once-failed seed problems: how many are solved now, as a count and a share."""
        values = scores.values[scores.in_set(FAILED)]
        solved = values[:, :1] > 0.5
        found = self._means(scores, values)
        if len(values):
            share = mean_intervals(solved.astype(np.float64), *self._draws)[0]
            found["share"] = share.as_json()
        return {**found, "solved": int(solved.sum())}

    def _means(self, scores: Scores, values: Floats) -> dict[str, Any]:
        if not len(values):
            return {"problems": 0}
        return _named(scores, len(values), mean_intervals(values, *self._draws))

    def _parts(self, scores: Scores) -> Masks:
        names = dict.fromkeys(name for name, _ in scores.keys if name != FAILED)
        met = {name for name in scores.categories if name}
        known = [*(name for name in self._categories if name in met)]
        known += sorted(met - set(known))  # kept as the source has them
        return {
            "overall": scores.held_out,
            "weak": scores.in_categories(self._weak),
            "benchmarks": {name: scores.in_set(name) for name in names},
            "categories": {name: scores.in_categories([name]) for name in known},
        }


def _each(masks: Masks, measure: Callable[[Mask], dict[str, Any]]) -> dict[str, Any]:
    return {
        name: _each(part, measure) if isinstance(part, Mapping) else measure(part)
        for name, part in masks.items()
    }


def _named(scores: Scores, problems: int, found: Sequence[Any]) -> dict[str, Any]:
    metrics = {
        name: estimate.as_json() for name, estimate in zip(scores.metrics, found, strict=True)
    }
    return {"problems": int(problems), **metrics}


def _aligned(scores: Scores, other: Scores) -> Floats:
    """The values of `scores` in the order of `other`'s problems."""
    place = {key: row for row, key in enumerate(scores.keys)}
    if set(place) != set(other.keys):
        raise SwsError(
            "two arms were evaluated on different problems",
            expected="every arm on the same benchmarks and the same failure set",
            fix="run `sws evaluate` again for all arms of the round",
        )
    return scores.values[[place[key] for key in other.keys]]
