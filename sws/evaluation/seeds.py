"""Runs of one experiment with different seeds: means over seeds, with intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from scipy.stats import t

from sws.errors import SwsError
from sws.evaluation.metrics import LEVEL, Estimate
from sws.evaluation.show import ARMS, first_metric, in_order, new_console, new_table
from sws.terminal import harmless

Summary = Mapping[str, Any]
PARTS = ("overall", "weak")


def combine(summaries: Sequence[Summary]) -> dict[str, Any]:
    """Per arm and per gain, the mean over the runs of each metric with Student's t interval.

    The interval is over seeds alone: each run counts as one observation, whatever its number of
    problems. Raises SwsError for fewer than two runs, a repeated seed, or runs of
    different presets, arms or numbers of samples.
    """
    seeds = [summary["seed"] for summary in summaries]
    if len(set(seeds)) < 2 or len(set(seeds)) < len(seeds):
        raise SwsError(
            f"summaries of the seeds {', '.join(map(str, seeds))}",
            expected="two or more runs with different seeds",
            fix="run the workflow again in another folder with --config seed=N",
        )
    for what, given in (
        ("presets", {summary["preset"] for summary in summaries}),
        ("arms", {", ".join(sorted(summary["arms"])) for summary in summaries}),
        ("numbers of samples", {str(summary["samples"]) for summary in summaries}),
    ):
        if len(given) > 1:
            raise SwsError(
                f"the runs have different {what}: {' and '.join(sorted(given))}",
                expected="runs that differ in their seed alone",
                fix="pass runs of one configuration",
            )
    return {
        "seeds": seeds,
        "samples": summaries[0]["samples"],
        **{kind: _each([summary[kind] for summary in summaries]) for kind in ("arms", "gains")},
    }


def _each(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        name: {part: _metrics([run[name].get(part, {}) for run in runs]) for part in PARTS}
        for name in runs[0]
    }


def _metrics(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    measured = [name for name in parts[0] if "@" in name and all(name in part for part in parts)]
    values = {name: [part[name]["value"] for part in parts] for name in measured}
    return {name: {**over_seeds(own).as_json(), "by_seed": own} for name, own in values.items()}


def over_seeds(values: Sequence[float]) -> Estimate:
    """The mean of a value per seed with Student's t interval; two values at least."""
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5)
    margin = float(t.ppf((1 + LEVEL) / 2, len(values) - 1)) * error
    return Estimate(mean, mean - margin, mean + margin)


def print_seeds(combined: Summary, console: Console | None = None) -> None:
    """Print a row per arm and per gain: the mean over seeds, its interval, each seed's value."""
    combined = harmless(combined)
    metric = first_metric(combined)
    seeds = ", ".join(map(str, combined["seeds"]))
    table = new_table(f"{metric} in %, mean over seeds {seeds} with 95 % intervals over seeds")
    for heading in ("", "overall", "by seed", "weak categories"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name, parts in {**in_order(combined["arms"], ARMS), **combined["gains"]}.items():
        signed = " - " in name
        overall, weak = (parts[part].get(metric) for part in PARTS)
        table.add_row(
            name,
            _interval(overall, signed),
            " ".join(f"{100 * value:{'+' * signed}.1f}" for value in overall["by_seed"]),
            _interval(weak, signed) if weak else "-",
        )
    (console or new_console()).print(table)


def _interval(estimate: Mapping[str, float], signed: bool) -> str:
    shown = [f"{100 * estimate[name]:{'+' * signed}.1f}" for name in ("value", "low", "high")]
    return "{} [{}, {}]".format(*shown)
