"""Where the method pays: gains over seeds and problems, and what goes with a gain."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from sws.evaluation.metrics import LEVEL, Estimate, Floats
from sws.evaluation.seeds import over_seeds
from sws.identity import seed_for
from sws.sweep.measuring import COSTS, PARTS, Measured

#: What may predict a gain; see `sws.sweep.measuring.predictors`.
PREDICTORS = ("failed", "survival", "saturation", "epochs", "entropy", "initial_weak")
RESAMPLES = 2000
_TAIL = (1 - LEVEL) / 2


def gains_of(runs: Sequence[Measured]) -> dict[str, Any]:
    """Per pair of arms and part of the problems: the gains of one point's runs.

    `over_seeds`: the mean with Student's t interval, each run one observation (None with one run).
    `over_both`: with the interval of a bootstrap over seeds, and over problems within each.
    """
    pairs = [pair for pair in runs[0].gains if all(pair in run.gains for run in runs)]
    return {
        pair: {part: _estimates([run.gains[pair][part] for run in runs]) for part in PARTS}
        for pair in pairs
    }


def _estimates(gains: Sequence[Floats]) -> dict[str, Any]:
    gains = [gain for gain in gains if len(gain)]
    if not gains:
        return {"by_seed": [], "over_seeds": None, "over_both": None}
    means = [float(gain.mean()) for gain in gains]
    return {
        "by_seed": means,
        "over_seeds": over_seeds(means).as_json() if len(means) > 1 else None,
        "over_both": over_both(gains).as_json(),
    }


def pooled(runs: Mapping[str, Sequence[Measured]]) -> dict[str, Any]:
    """The gains over all points: each seed's mean over its points is one observation.

    Points share students and held-out problems with a seed, so only seeds are independent. Counts
    seeds that have every point; with none, there are no gains.
    """
    by_seed: dict[int, list[Measured]] = defaultdict(list)
    for point in runs.values():
        for one in point:
            by_seed[one.run.seed].append(one)
    whole = {seed: own for seed, own in sorted(by_seed.items()) if len(own) == len(runs)}
    first = next(iter(whole.values()), [])
    pairs = [p for p in (first[0].gains if first else ()) if _in_all(p, whole.values())]
    gains = {pair: {part: _mean_by_seed(whole, pair, part) for part in PARTS} for pair in pairs}
    return {"seeds": list(whole), "gains": gains}


def _in_all(pair: str, groups: Iterable[Sequence[Measured]]) -> bool:
    return all(pair in run.gains for group in groups for run in group)


def _mean_by_seed(whole: Mapping[int, Sequence[Measured]], pair: str, part: str) -> dict[str, Any]:
    means = []
    for own in whole.values():
        parts = [run.gains[pair][part] for run in own if len(run.gains[pair][part])]
        if parts:
            means.append(float(np.mean([gain.mean() for gain in parts])))
    return {"by_seed": means, "over_seeds": over_seeds(means).as_json() if means[1:] else None}


def over_both(gains: Sequence[Floats], resamples: int = RESAMPLES) -> Estimate:
    """The mean of the seeds' means; seeds are resampled, and each draw's problems once more.

    With few seeds such an interval is too short (it knows no seed beyond those it has); that of
    `over_seeds` is the one to quote.
    """
    random = np.random.default_rng(seed_for(len(gains), "sweep bootstrap"))
    draws = random.integers(len(gains), size=(resamples, len(gains)))
    means = np.empty(draws.shape)
    for seed, gain in enumerate(gains):
        drawn = draws == seed
        counts = random.multinomial(len(gain), np.full(len(gain), 1 / len(gain)), drawn.sum())
        means[drawn] = counts @ gain / len(gain)
    low, high = np.quantile(means.mean(axis=1), [_TAIL, 1 - _TAIL])
    value = float(np.mean([gain.mean() for gain in gains]))
    return Estimate(value, float(low), float(high))


def predicted_by(runs: Sequence[Measured], pair: str) -> dict[str, Any]:
    """Spearman's rank correlation of each predictor with the gain, over all runs of all points.

    The interval is a bootstrap over runs. A correlation between settings is no cause.
    """
    found = {}
    for name in PREDICTORS:
        points = [
            (run.row[name], float(run.gains[pair]["all"].mean()))
            for run in runs
            if pair in run.gains and run.row.get(name) is not None
        ]
        if len(points) >= 4 and len({x for x, _ in points}) > 1:
            found[name] = {**_correlation(np.array(points)).as_json(), "runs": len(points)}
    return found


def _correlation(points: Floats) -> Estimate:
    random = np.random.default_rng(seed_for(len(points), "sweep correlation"))
    drawn = [points[random.integers(len(points), size=len(points))] for _ in range(RESAMPLES)]
    values = [
        float(spearmanr(one[:, 0], one[:, 1]).statistic)
        for one in drawn
        if np.ptp(one, axis=0).all()
    ]
    low, high = np.quantile(values, [_TAIL, 1 - _TAIL])
    return Estimate(float(spearmanr(*points.T).statistic), float(low), float(high))


def costs_of(runs: Sequence[Measured]) -> dict[str, float]:
    """The mean over a point's runs of each cost that all of them have measured."""
    known = [name for name in COSTS if all(run.row.get(name) is not None for run in runs)]
    return {name: float(np.mean([run.row[name] for run in runs])) for name in known}


def against(runs: Sequence[Measured], first: Sequence[Measured]) -> dict[str, Any]:
    """A point's gains less those of another one, seed by seed; intervals as in `gains_of`."""
    other = {run.run.seed: run for run in first}
    pairs = [(run, other[run.run.seed]) for run in runs if run.run.seed in other]
    found: dict[str, Any] = {}
    for gains in runs[0].gains:
        for part in PARTS:
            both = [
                (a.gains[gains][part], b.gains[gains][part]) for a, b in pairs if gains in b.gains
            ]
            means = [float(a.mean() - b.mean()) for a, b in both if len(a) and len(b)]
            if len(means) > 1:
                found.setdefault(gains, {})[part] = over_seeds(means).as_json()
    return found


def sws_against(runs: Sequence[Measured], first: Sequence[Measured]) -> dict[str, Any]:
    """A point's accuracy of `sws` less those of another one's arms, seed by seed.

    What counts where the control of a point is another one, too; held-out problems are the same.
    """
    other = {run.run.seed: run.row for run in first}
    pairs = [(run.row, other[run.run.seed]) for run in runs if run.run.seed in other]
    found = {}
    for arm in ("sws", "extended"):
        differences = [a["sws"] - b[arm] for a, b in pairs if "sws" in a and arm in b]
        if len(differences) > 1:
            found[arm] = over_seeds(differences).as_json()
    return found


def _against_first(point: Sequence[Measured], first: Sequence[Measured]) -> dict[str, Any]:
    return {"against_first": against(point, first), "sws_against_first": sws_against(point, first)}


def analyse(runs: Mapping[str, Sequence[Measured]]) -> dict[str, Any]:
    """The whole sweep: per point its gains and costs, and what predicts the gains.

    `against_first`: the gains less those of the first point that has finished runs;
    `sws_against_first`: the accuracy of `sws` less that point's.
    """
    every = [run for point in runs.values() for run in point]
    first = next(iter(runs.values()))
    return {
        "points": {
            name: {
                "seeds": [one.run.seed for one in point],
                "gains": gains_of(point),
                "costs": costs_of(point),
                **({} if point is first else _against_first(point, first)),
            }
            for name, point in runs.items()
        },
        "pooled": pooled(runs),
        "predictors": {
            pair: predicted_by(every, pair) for pair in ("sws - extended", "sws - random")
        },
    }
