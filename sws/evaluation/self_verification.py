"""Metrics of S²R's students as a chart: how well each verifies and corrects itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt

from sws.evaluation.bars import grouped_bars

Students = Mapping[str, Mapping[str, Any]]

#: In the order of training; grey for what came before RL and for the control.
COLOURS = {
    "base": "#c9ced6",
    "sft": "#8a94a6",
    "plain": "#e0a458",
    "outcome": "#1f6fb2",
    "process": "#6fa287",
    "offline": "#b97a95",
}
ROUNDS = "rounds"  # a mean, which no axis of shares can show
#: Metrics as they are shown: what is reached, then by which ability.
METRICS = (
    *("initial_accuracy", "final_accuracy", "verification_accuracy", "error_recall"),
    *("correct_precision", "incorrect_to_correct", "correct_to_incorrect", ROUNDS),
)


def ordered(students: Students) -> dict[str, Mapping[str, Any]]:
    """The students in the order in which they are shown."""
    return {name: students[name] for name in COLOURS if name in students}


def chart(students: Students, width: int) -> alt.LayerChart:
    """Every share with its interval, a bar for each student."""
    title = alt.Title(
        "Self-verification and self-correction",
        subtitle="On the benchmarks, with 95 % intervals",
    )
    colours = {name: COLOURS[name] for name in ordered(students)}
    return grouped_bars(list(_bars(students)), colours, width, 220, title)


def _bars(students: Students) -> Iterator[dict[str, Any]]:
    for student, found in ordered(students).items():
        for metric in METRICS:
            if (one := found["metrics"][metric]) and metric != ROUNDS:
                yield {"series": student, "part": metric.replace("_", "|"), **one}
