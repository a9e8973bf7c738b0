"""The summary in the terminal: arms, categories, gains and the funnel, in 100 columns."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table

from sws.categories import CATEGORIES
from sws.errors import SwsError
from sws.terminal import harmless

Summary = Mapping[str, Any]

#: The order in which arms are trained and shown.
ARMS = ("base", "initial", "extended", "random", "selection", "sws")
_KINDS = {"avg": 0, "pass": 1, "maj": 2}
_SHOWN_REASONS = 3
_SUMMARY = "what `sws summary` writes: data/summary.json of a finished run"
#: Keys that every summary has.
_PARTS = frozenset(("seed", "samples", "arms", "gains", "funnel"))
WIDTH = 100
T = TypeVar("T")
NOTHING_SURVIVED = (
    "No candidate survived the filters: the augmented set is the seed set, and the arm `sws` was "
    "trained on nothing that `extended` was not."
)


def read_summary(path: Path) -> Summary:
    """The summary in a file. Raises SwsError if it is missing or not a summary."""
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        lacking = sorted(_PARTS - summary.keys())
    except FileNotFoundError:
        raise SwsError(f"{path}: not found", fix="run `snakemake --cores all`") from None
    except OSError as error:
        raise SwsError(f"{path}: cannot be read ({error})", expected=_SUMMARY) from None
    except (ValueError, AttributeError) as error:
        raise SwsError(f"{path}: not a summary ({error})", expected=_SUMMARY) from None
    if lacking:
        raise SwsError(f"{path}: not a summary, it has no {', '.join(lacking)}", expected=_SUMMARY)
    found: Summary = summary
    return found


def print_summary(summary: Summary, console: Console | None = None) -> None:
    """Print the summary's tables and the conclusions; names of categories come from data."""
    console, summary = console or new_console(), harmless(summary)
    console.print(
        Group(
            arms_table(summary),
            "",
            categories_table(summary),
            "",
            funnel_table(summary),
            "",
            *_filters(summary),
            *conclusions(summary),
        )
    )


def arms_table(summary: Summary) -> Table:
    """A row per arm: every metric on all benchmarks, each benchmark's first metric, once-failed."""
    arms = in_order(summary["arms"], ARMS)
    metrics = [name for name in _metrics(summary) if name != "pass@1"]  # the average again
    benchmarks = {name: None for parts in arms.values() for name in parts["benchmarks"]}
    benchmarks = benchmarks if len(benchmarks) > 1 else {}
    table = new_table(f"Held-out accuracy in %, {summary['samples']} samples per problem")
    table.add_column("arm")
    for name in [*metrics, *benchmarks, "once failed"]:
        table.add_column(name, justify="right")
    for arm, parts in arms.items():
        table.add_row(
            arm,
            *(_with_interval(parts["overall"].get(metric)) for metric in metrics),
            *(_percent(parts["benchmarks"][name].get(metrics[0])) for name in benchmarks),
            _solved(summary["once_failed"][arm]),
        )
    return table


def categories_table(summary: Summary) -> Table:
    """A row per category: how weak it was, and each arm's first metric."""
    arms, weak = in_order(summary["arms"], ARMS), summary["weak_categories"]
    metric = first_metric(summary)
    table = new_table(f"{metric} in % by category (* weak: {summary['rules']['weak']})")
    table.add_column("category", no_wrap=True)
    for name in ["fail ratio", *arms, "new problems"]:
        table.add_column(name, justify="right")
    categories = {name: None for parts in arms.values() for name in parts["categories"]}
    for name in in_order(categories, CATEGORIES):
        ratio = weak["failure_ratios"].get(name)
        table.add_row(
            f"{name} *" if name in weak["names"] else name,
            "" if ratio is None else f"{ratio:.0%}",
            *(_percent(parts["categories"].get(name, {}).get(metric)) for parts in arms.values()),
            f"{summary['augmented']['synthetic'].get(name, 0):,}",
        )
    return table


def funnel_table(summary: Summary) -> Table:
    """A row per stage: rows in and out, and the commonest reasons in between."""
    table = new_table("The funnel")
    table.add_column("stage")
    for name in ("in", "kept", "share"):
        table.add_column(name, justify="right")
    table.add_column("why the others ended here")
    for stage in summary["funnel"]:
        table.add_row(
            stage["stage"],
            f"{stage['rows']:,}",
            f"{stage['kept']:,}",
            f"{stage['kept'] / stage['rows']:.0%}" if stage["rows"] else "",
            reasons_in_words(stage["reasons"]),
        )
    return table


def conclusions(summary: Summary) -> list[str]:
    """Plain sentences: the gain of synthesis, how certain it is, and caveats."""
    sentences = []
    if not sum(summary["augmented"]["synthetic"].values()):
        sentences.append(NOTHING_SURVIVED)
    extraction = summary.get("extraction")
    if extraction and extraction["kept"] < extraction["rows"]:
        sentences.append(
            f"Concepts could be read for {extraction['kept']:,} of {extraction['rows']:,} failed "
            f"problems; of the others: {reasons_in_words(extraction['reasons'])}."
        )
    metric = first_metric(summary)
    gain = summary["gains"].get("sws - extended", {})
    weak = f"in the weak categories ({', '.join(summary['weak_categories']['names'])})"
    for part, where in (("overall", "on all benchmarks"), ("weak", weak)):
        if estimate := gain.get(part, {}).get(metric):
            sentences.append(
                f"sws over extended {where}: {_points(estimate)} points of {metric}; "
                f"{_sure(estimate)}."
            )
    for name, found in summary["contamination"].items():
        if found["seed"] or found["candidates"]:
            sentences.append(
                f"Left out for overlap with benchmark {name}: {found['seed']:,} seed problems, "
                f"{found['candidates']:,} candidates."
            )
    return sentences


def _filters(summary: Summary) -> list[RenderableType]:
    if not summary["filters"]:
        return []
    table = new_table("The filters against the textbook's truth")
    table.add_column("filter")
    for name in ("precision", "recall"):
        table.add_column(name, justify="right")
    table.add_column("what should be kept")
    for name, found in in_order(summary["filters"], ("screen", "judge", "label")).items():
        shares = (found["precision"], found["recall"])
        table.add_row(
            name, *("" if share is None else f"{share:.1%}" for share in shares), found["good"]
        )
    return [table, "", *_labels(summary)]


def _labels(summary: Summary) -> list[RenderableType]:
    if not summary.get("label_accuracy"):
        return []
    table = new_table("Labels after each filter, where the textbook knows the answer")
    table.add_column("filter")
    for name in ("problems", "right", "fewest retained in"):
        table.add_column(name, justify="right")
    for step in summary["label_accuracy"]:
        retained = step["retained"]
        fewest = min(retained, key=retained.__getitem__, default=None)
        table.add_row(
            step["filter"],
            f"{step['problems']:,}",
            "-" if step["accuracy"] is None else f"{step['accuracy']:.1%}",
            f"{fewest}: {retained[fewest]:.0%}" if fewest else "",
        )
    return [table, ""]


def new_console() -> Console:
    """A console no wider than the tables are meant to be."""
    found = Console(highlight=False)
    width = min(found.width, WIDTH) if found.is_terminal else WIDTH
    return Console(width=width, highlight=False)


def new_table(title: str) -> Table:
    """An empty table in the style of all tables."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=box.SIMPLE_HEAD,
    )


def in_order(items: Mapping[str, T], order: Sequence[str]) -> dict[str, T]:
    """The items in a known order; unknown ones last."""
    known = {name: items[name] for name in order if name in items}
    return {**known, **items}


def first_metric(summary: Summary) -> str:
    """The name of the metric that stands for an arm: the mean accuracy."""
    return _metrics(summary)[0]


def _metrics(summary: Summary) -> list[str]:
    """Metric names in the order of the field: avg, pass@1, pass@4, ..., maj."""
    measured = {name for parts in summary["arms"].values() for name in parts["overall"]}
    names = [name.partition("@") for name in measured if "@" in name]
    if not names:
        return [f"avg@{summary['samples']}"]
    return [
        "".join(name) for name in sorted(names, key=lambda name: (_KINDS[name[0]], int(name[2])))
    ]


def _percent(estimate: Mapping[str, float] | None) -> str:
    return f"{100 * estimate['value']:.1f}" if estimate else "-"


def _with_interval(estimate: Mapping[str, float] | None) -> str:
    if not estimate:
        return "-"
    return f"{_percent(estimate)} [dim]{100 * estimate['low']:.0f}-{100 * estimate['high']:.0f}[/]"


def _points(estimate: Mapping[str, float]) -> str:
    value, low, high = (100 * estimate[name] for name in ("value", "low", "high"))
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}]"


def _sure(estimate: Mapping[str, float]) -> str:
    if estimate["low"] > 0:
        return "the 95 % interval lies above zero"
    if estimate["high"] < 0:
        return "the 95 % interval lies below zero"
    return "the 95 % interval holds zero, so this may be chance"


def _solved(found: Mapping[str, Any]) -> str:
    return f"{found['solved']:,}/{found['problems']:,}"


def reasons_in_words(reasons: Mapping[str, int]) -> str:
    """The commonest reasons with their counts."""
    ranked: Sequence[tuple[str, int]] = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    shown = [f"{number:,} {reason}" for reason, number in ranked[:_SHOWN_REASONS]]
    rest = sum(number for _, number in ranked[_SHOWN_REASONS:])
    return ", ".join([*shown, f"{rest:,} other"] if rest else shown)
