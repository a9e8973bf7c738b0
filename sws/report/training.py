"""Training runs by step: the mean reward, and the share of prompts that taught nothing."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sws.evaluation.show import ARMS, in_order
from sws.report.charts import Line, as_table, legend, plot, table
from sws.report.html import tag
from sws.rl.recorder import Journal, share_in_vain

#: Steps that a point of a curve is the mean of.
WINDOW = 10
Points = Sequence[tuple[float, float]]
Step = Mapping[str, Any]


def rewards(journals: Mapping[str, Path]) -> Markup:
    """The mean reward of every run by step; `journals` maps each run to its metrics.jsonl."""
    curves = _curves(journals, lambda step: float(step["reward"]))
    if not curves:
        return tag("p", "No training journals were found beside the rollouts.", class_="note")
    return _figure(curves, "Mean reward")


def in_vain(journals: Mapping[str, Path]) -> Markup:
    """The share of prompts in vain of every run by step; empty where no run leaves prompts out."""
    curves = _curves(journals, lambda step: share_in_vain([step]))
    bounded = {run: points for run, points in curves.items() if any(y for _, y in points)}
    return _figure(bounded, "Prompts in vain") if bounded else Markup("")


def _curves(
    journals: Mapping[str, Path], value: Callable[[Step], float | None]
) -> dict[str, Points]:
    """Step and value of every run that has them."""
    found: dict[str, Points] = {}
    for run, path in in_order(journals, ARMS).items():
        values = [(float(step["step"]), value(step)) for step in Journal(path).lines()]
        if points := [(step, y) for step, y in values if y is not None]:
            found[run] = points
    return found


def _figure(curves: Mapping[str, Points], what: str) -> Markup:
    """A line for each run, and the same as a table."""
    lines = [Line(run, f"arm-{run}", _smooth(points)) for run, points in curves.items()]
    ends = "; ".join(f"{line.name} ends at {line.points[-1][1]:.0%}" for line in lines)
    highest = max(y for line in lines for _, y in line.points)
    top = min(1.0, math.ceil(5 * highest) / 5) or 1.0
    numbers = table(
        ["Run", "Steps", f"First {WINDOW} steps", f"Last {WINDOW} steps"],
        [[run, f"{len(points):,}", _mean(points[:WINDOW]), _mean(points[-WINDOW:])]
         for run, points in curves.items()],
        f"{what} of each training run", numbers=(1, 2, 3),
    )  # fmt: skip
    return tag(
        "figure",
        legend({f"arm-{run}": run for run in curves}),
        plot(lines, f"{what} by step: {ends}", "step", top),
        as_table(numbers),
    )


def _smooth(points: Points) -> list[tuple[float, float]]:
    """Each step with the mean of the last few."""
    sums = [0.0]
    for _, value in points:
        sums.append(sums[-1] + value)
    starts = (max(0, i - WINDOW + 1) for i in range(len(points)))
    return [
        (x, (sums[i + 1] - sums[start]) / (i + 1 - start))
        for i, ((x, _), start) in enumerate(zip(points, starts, strict=True))
    ]


def _mean(points: Points) -> str:
    return f"{100 * sum(value for _, value in points) / len(points):.1f} %"
