"""The metrics as tables: of one file, and of the students of a run side by side."""

from collections.abc import Mapping
from typing import Any

from sws.evaluation.show import new_console, new_table
from sws.self_verify.metrics import METRICS

INTERVALS = "with 95 % intervals over problems"


def print_metrics(found: Mapping[str, Any]) -> None:
    """Print every metric with its interval, then how the completions are built."""
    table = new_table(f"self-verification, {INTERVALS}")
    for heading in ("metric", "value", "interval", "of", "meaning"):
        table.add_column(heading, justify="left" if heading in ("metric", "meaning") else "right")
    for name, meaning in METRICS.items():
        one = found["metrics"][name]
        count = f"{one['of']:,}" if one else "0"
        table.add_row(name.replace("_", " "), *_shown(name, one), count, meaning)
    console = new_console()
    console.print(table)
    console.print(f"{found['completions']:,} completions of {found['problems']:,} problems")
    for name, count in found["structures"].items():
        console.print(f"  {count:,} {name}")
    if found["without_judgement"]:
        console.print(f"{found['without_judgement']:,} verifications state no judgement")


def print_students(students: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the metrics of every student, a column each."""
    table = new_table(f"self-verification, {INTERVALS}")
    table.add_column("metric")
    for name in students:
        table.add_column(name, justify="right")
    for metric in METRICS:
        cells = (_shown(metric, found["metrics"][metric]) for found in students.values())
        table.add_row(metric.replace("_", " "), *(" ".join(cell) for cell in cells))
    found = students.values()
    valid = (100 * one["structures"].get("valid", 0) / one["completions"] for one in found)
    table.add_row("valid sequences", *(f"{share:.1f}" for share in valid))
    new_console().print(table)


def _shown(name: str, one: Mapping[str, Any] | None) -> tuple[str, str]:
    """A value and its interval, in per cent but for the number of rounds."""
    if not one:
        return "-", "-"
    factor = 1 if name == "rounds" else 100
    low, high = ("-" if one[key] is None else f"{factor * one[key]:.1f}" for key in ("low", "high"))
    return f"{factor * one['value']:.1f}", f"[{low}, {high}]"
