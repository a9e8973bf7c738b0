"""What the run cost, stage by stage, and what it was made with."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sws.config.schema import Config
from sws.planning.cost import cost, spared_in_words, unrecorded_in_words
from sws.planning.project import Project
from sws.report.charts import bar, table
from sws.report.html import tag


def costs(config: Config, folder: Path = Path()) -> Markup:
    """A row per stage, in the order of the graph: time, requests, tokens and throughput.

    All from the ledger in `folder`.
    """
    found = cost(config, Project(config.preset, folder))
    stages = [one for one in found["stages"] if one["processes"] or one["lost_processes"]]
    stages = [one for one in stages if one["stage"] != "report"]  # this page
    if not stages:
        note = "No costs were recorded here: logs/cost is empty, or of another preset."
        return tag("p", note, class_="note")
    hours = [one["actual"]["hours"] for one in stages]
    rows = [_cost(one, max(hours) or 1.0) for one in stages]
    head = ["Stage", "Time", tag("span", "Picture", class_="unseen"), "Requests", "From the cache",
            "Tokens written", "Tokens per second", "Processes lost"]  # fmt: skip
    device = found["device"]
    unit = "time of the processes" if device == "cpu" else f"GPU time on {device}"
    caption = f"{duration(3600 * sum(hours))} in all ({unit}); every process that ran here counts"
    caption = "; ".join(filter(None, (caption, spared_in_words(found).removesuffix("."))))
    caption = ". ".join(filter(None, (caption, unrecorded_in_words(found).removesuffix("."))))
    return table(head, rows, caption, numbers=(1, 3, 4, 5, 6, 7))


def _cost(one: Mapping[str, Any], most: float) -> list[object]:
    actual = one["actual"]
    tokens, hours = actual["completion_tokens"], actual["hours"]
    rate = tokens / (3600 * hours) if hours else 0.0
    numbers = (actual["requests"], one["from_cache"], tokens, rate, one["lost_processes"])
    return [
        one["stage"],
        duration(3600 * hours),
        bar(hours / most, "kept"),
        *(f"{number:,.0f}" if number else "–" for number in numbers),
    ]


def duration(seconds: float) -> str:
    """A time in the unit that people would choose."""
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


def about(config: Config, summary: dict[str, Any]) -> Markup:
    """Models, data and settings of the run, as names and values."""
    facts = {
        "Preset": config.preset,
        "Random seed": f"{config.seed}; every draw follows from it",
        "Rounds": f"{config.rounds}; this page shows the last",
        "Student": "trained from scratch on the textbook"
        if config.student.source == "scratch"
        else _model(config.student.source, config.student.revision),
        "Seed set": f"{config.seed_set.source}, {summary['seed_set']['kept']:,} of "
        f"{summary['seed_set']['rows']:,} problems",
        "Benchmarks": ", ".join(one.name for one in config.benchmarks),
        **dict(_roles(config)),
        "Weak category": summary["rules"]["weak"],
        "Solved": summary["rules"]["solved"],
        "Intervals": "bootstrap over problems; they do not cover another seed's training",
    }
    return tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in facts.items()])


def _roles(config: Config) -> Iterator[tuple[str, str]]:
    roles = config.roles
    for name in ("categorizer", "extractor", "generator"):
        yield name.capitalize(), _role(getattr(roles, name))
    for name, judge in roles.judges.items():
        yield f"Judge {name}", _role(judge)
    yield "Labeler", f"{_role(roles.labeler)}; {config.labels.samples} samples per problem"
    yield "Embedder", roles.embedder.model


def _role(role: Any) -> str:
    if role.engine == "textbook":
        return "the embedded textbook"
    return f"{_model(role.model, role.revision)} ({role.engine}, temperature {role.temperature:g})"


def _model(source: str, revision: str | None) -> str:
    return f"{source} at {revision}" if revision else source
