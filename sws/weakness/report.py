"""The report of `sws failures FILE`: as JSON, or as a table for a person."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from sws.categories import CATEGORIES
from sws.config.synthesis import Weakness
from sws.weakness.failures import Failures

_FORMS = {
    "inclusive": "best accuracy <= {threshold:g}{slope}",
    "strict": "best accuracy < {threshold:g}{slope}",
}
_SLOPES = {"inclusive": " and slope <= 0", "strict": " and slope < 0"}


def report(weakness: Weakness, found: Failures) -> dict[str, Any]:
    """The failure set's size, its categories and their weights, and what looks suspicious."""
    weights = found.weights
    order = _ordered(weights)
    return {
        "rule": _rule(weakness),
        "problems": found.problems.total(),
        "kept": found.failed.total(),
        "by_category": {name: found.failed[name] for name in order},
        "failure_ratios": {name: weights[name]["failure_ratio"] for name in order},
        "weights": {name: weights[name]["weight"] for name in order},
        "not_kept": {why: count for why, count in sorted(found.reasons.items()) if why},
        **found.suspicion.as_json(),
    }


def print_report(weakness: Weakness, found: Failures) -> None:
    """The same as a table."""
    weights = found.weights
    table = Table(title=f"Failed: {_rule(weakness)}", box=box.SIMPLE)
    table.add_column("category")
    for name in ("problems", "failed", "ratio", "weight"):
        table.add_column(name, justify="right")
    for name in _ordered(weights):
        row = weights[name]
        table.add_row(
            name,
            f"{row['problems']:,}",
            f"{row['failed']:,}",
            f"{row['failure_ratio']:.4f}",
            f"{row['weight']:.5f}",
        )
    table.add_section()
    table.add_row("all", f"{found.problems.total():,}", f"{found.failed.total():,}", "", "")
    console = Console()
    console.print(table)
    for why, count in sorted(found.reasons.items()):
        if why:
            console.print(f"  {count:,} not kept: {why}", highlight=False)


def _rule(weakness: Weakness) -> str:
    slope = _SLOPES[weakness.form] if weakness.slope else ""
    return _FORMS[weakness.form].format(threshold=weakness.threshold, slope=slope)


def _ordered(names: object) -> list[str]:
    """Categories in their usual order, then all others."""
    given = list(names)  # type: ignore[call-overload]
    return [*(n for n in CATEGORIES if n in given), *(n for n in given if n not in CATEGORIES)]
