"""A sweep in the terminal, as a table of its runs, and as a picture."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt
from rich.console import Console
from rich.table import Table

from sws.evaluation.picture import save_chart
from sws.evaluation.show import new_console, new_table
from sws.store import write_text
from sws.sweep.measuring import Measured

Analysis = Mapping[str, Any]
PAIRS = ("sws - extended", "sws - random", "sws - selection")
MEAN = "mean over points"
_BLUE, _GREY = "#1f6fb2", "#8a94a6"


def write_runs(runs: Sequence[Measured], path: Path) -> None:
    """A row per run, as CSV."""
    columns = list(dict.fromkeys(name for run in runs for name in run.row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(run.row for run in runs)
    write_text(path, text.getvalue())


def print_sweep(analysis: Analysis, console: Console | None = None) -> None:
    """Gains per point with their intervals, what they cost, then what goes with a gain."""
    console = console or new_console()
    console.print(_gains(analysis))
    console.print(_costs(analysis))
    for pair, found in analysis["predictors"].items():
        if found:
            console.print(_predictors(pair, found))


def _gains(analysis: Analysis) -> Table:
    table = new_table("Gain in points, mean over seeds with 95 % intervals over seeds")
    for heading in ("point", "seeds", "gain", "all", "weak categories"):
        table.add_column(
            heading, justify="left" if heading in ("point", "gain") else "right", no_wrap=True
        )
    for name, point in by_point(analysis).items():
        head = [name, str(len(point["seeds"]))]
        for pair in pairs_of(analysis):
            gain = point["gains"].get(pair, {})
            table.add_row(*head, pair, cell(gain.get("all")), cell(gain.get("weak")))
            head = ["", ""]
    return table


def _costs(analysis: Analysis) -> Table:
    """A column per point; beside each but the first, what it is of the first one's."""
    points = analysis["points"]
    table = new_table("Cost and augmented set, mean over seeds; in brackets, of the first point")
    for heading in ("", *points):
        table.add_column(heading, justify="right" if heading else "left")
    first = next(iter(points.values()))["costs"]
    for name in first:
        cells = [
            _cost(point["costs"].get(name), first[name], point["costs"] is first)
            for point in points.values()
        ]
        table.add_row(name.replace("_", " "), *cells)
    for pair in PAIRS:
        if any(pair in point.get("against_first", {}) for point in points.values()):
            cells = [
                interval(point.get("against_first", {}).get(pair, {}).get("all"))
                for point in points.values()
            ]
            table.add_row(f"{pair}, less the first's", *cells)
    for arm in ("sws", "extended"):
        cells = [interval(point.get("sws_against_first", {}).get(arm)) for point in points.values()]
        if any(cells):
            table.add_row(f"sws, less the first's {arm}", *cells)
    return table


def _cost(value: float | None, first: float, is_first: bool) -> str:
    if value is None:
        return "-"
    shown = f"{value:,.1f}" if value != round(value) else f"{value:,.0f}"
    return shown if is_first or not first else f"{shown} ({value / first:.0%})"


def pairs_of(analysis: Analysis) -> list[str]:
    """The pairs of arms that some point compares."""
    points = analysis["points"].values()
    return [pair for pair in PAIRS if any(pair in point["gains"] for point in points)]


def by_point(analysis: Analysis) -> dict[str, Mapping[str, Any]]:
    """The points with their gains, and after them the mean over all points."""
    points = dict(analysis["points"])
    if len(points) > 1 and analysis["pooled"]["seeds"]:
        points[MEAN] = analysis["pooled"]
    return points


def cell(gain: Mapping[str, Any] | None) -> str:
    """A gain in points with its interval over seeds, or that of the only seed."""
    if not gain or not gain["by_seed"]:
        return "-"
    return interval(gain["over_seeds"]) or f"{100 * gain['by_seed'][0]:+.1f}"


def interval(found: Mapping[str, float] | None) -> str:
    """An estimate of a gain in points; empty for none."""
    if not found:
        return ""
    return "{:+.1f} [{:+.1f}, {:+.1f}]".format(
        *(100 * found[key] for key in ("value", "low", "high"))
    )


def _predictors(pair: str, found: Mapping[str, Any]) -> Table:
    table = new_table(f"What goes with {pair}: rank correlation over runs, 95 % bootstrap interval")
    for heading in ("", "correlation", "runs"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, one in found.items():
        shown = "{value:+.2f} [{low:+.2f}, {high:+.2f}]".format(**one)
        table.add_row(name, shown, str(one["runs"]))
    return table


def save_picture(analysis: Analysis, path: Path) -> None:
    """The map: per point the gains over `extended` and over `random`, with their intervals."""
    rows = list(_marks(analysis))
    order = list(by_point(analysis))
    pairs = list(dict.fromkeys(row["pair"] for row in rows))
    panels = [_panel([row for row in rows if row["pair"] == pair], order) for pair in pairs]
    chart = alt.hconcat(
        *(
            panel.properties(
                width=330, height=alt.Step(18), title=pair.replace("-", "\N{MINUS SIGN}")
            )
            for panel, pair in zip(panels, pairs, strict=True)
        ),
        title=alt.Title(
            "Where weakness-driven synthesis pays",
            subtitle="Mean over seeds with 95 % intervals over seeds; blue where the interval "
            "excludes 0",
            anchor="start",
        ),
    ).resolve_scale(x="shared")
    chart = chart.configure(font="Helvetica, Arial, sans-serif", background="white", padding=16)
    save_chart(chart, path)


def _panel(rows: Sequence[Mapping[str, Any]], order: Sequence[str]) -> alt.LayerChart:
    """The gains of one pair of arms. Each panel has its own rows: layers ignore outer filters."""
    base = alt.Chart(alt.Data(values=list(rows))).encode(
        y=alt.Y("point:N", sort=list(order), title=None),
        yOffset=alt.YOffset("part:N"),
        color=alt.Color("sure:N", legend=None).scale(domain=["yes", "no"], range=[_BLUE, _GREY]),
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("value:Q", title="points of accuracy"),
        shape=alt.Shape("part:N", title=None).scale(
            domain=["all categories", "weak categories"], range=["circle", "diamond"]
        ),
    )
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="points of accuracy"), x2="high:Q"
    )
    zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color="#333").encode(x="x:Q")
    return zero + lines + dots


def _marks(analysis: Analysis) -> Iterator[dict[str, Any]]:
    for name, point in by_point(analysis).items():
        for pair in PAIRS[:2]:
            for part in ("all", "weak"):
                gain = point["gains"].get(pair, {}).get(part)
                if gain and gain["by_seed"]:
                    found = gain["over_seeds"] or dict.fromkeys(
                        ("value", "low", "high"), gain["by_seed"][0]
                    )
                    numbers = {key: 100 * found[key] for key in ("value", "low", "high")}
                    sure = numbers["low"] > 0 or numbers["high"] < 0
                    yield {
                        **{"point": name, "pair": pair, "part": f"{part} categories"},
                        **{"sure": "yes" if sure and gain["over_seeds"] else "no"},
                        **numbers,
                    }
