"""Metrics of S²R's students as a chart: how well each verifies and corrects itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt

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
    names = list(ordered(students))
    rows = list(_bars(students))
    order = list(dict.fromkeys(row["metric"] for row in rows))
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("metric:N", sort=order, title=None).axis(
            labelAngle=0, labelExpr="split(datum.label, ' ')", ticks=False, labelPadding=8
        ),
        xOffset=alt.XOffset("student:N", sort=names),
    )
    bars = base.mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(
        y=alt.Y("value:Q", title=None).axis(format=".0%", tickCount=5).scale(domain=[0, 1]),
        color=alt.Color("student:N", sort=names)
        .scale(domain=names, range=[COLOURS[name] for name in names])
        .legend(
            title=None,
            labelFontSize=12,
            symbolType="square",
            direction="horizontal",
            orient="none",
            legendX=width - 74 * len(names),
            legendY=-44,
        ),
    )
    intervals = base.mark_rule(color="#333", strokeWidth=1.2, opacity=0.75).encode(
        y="low:Q", y2="high:Q"
    )
    title = alt.Title(
        "Self-verification and self-correction",
        subtitle="On the benchmarks, with 95 % intervals",
    )
    return (bars + intervals).properties(width=width, height=220, title=title)


def _bars(students: Students) -> Iterator[dict[str, Any]]:
    for student, found in ordered(students).items():
        for metric in METRICS:
            if (one := found["metrics"][metric]) and metric != ROUNDS:
                yield {"student": student, "metric": metric.replace("_", " "), **one}
