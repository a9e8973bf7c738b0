"""Plans and costs as tables in the terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

from sws.planning.compare import Comparison
from sws.planning.equal_cost import in_words
from sws.planning.plan import Plan
from sws.planning.units import duration


def print_plan(plan: Plan, price: float | None) -> None:
    """Print every stage, the totals, their price at `price` per GPU-hour, and the assumptions."""
    unit = "job time" if plan.device == "cpu" else "GPU time"
    columns = ["jobs", "requests", "completions", "completion tokens", unit, "from"]
    table = _table(f"Plan of {plan.preset} ({plan.device})", ["stage", *columns], left={0, 6})
    for one in plan.stages:
        table.add_row(
            one.stage,
            f"{one.jobs:,}",
            _number(one.requests),
            _number(one.completions),
            _number(one.completion_tokens),
            duration(one.hours),
            one.basis,
        )
    table.add_section()
    for name, method in (("the method alone", True), ("all", False)):
        sums = [_number(round(plan.total(key, method=method))) for key in ("jobs", "requests")]
        sums += [
            _number(round(plan.total(key, method=method)))
            for key in ("completions", "completion_tokens")
        ]
        table.add_row(name, *sums, duration(plan.total("hours", method=method)), "")
    console = _console()
    console.print(table)
    if price is not None:
        total = plan.total("hours") * price
        shown = f"{total:,.2f}" if total >= 0.01 or not total else "under 0.01"
        console.print(f"At {price:g} per hour: {shown}")
    for note in plan.notes:
        console.print(f"Note: {note}")


def print_comparison(found: Comparison) -> None:
    """Print two plans side by side, and what each option saves."""
    before, after = found.totals
    title = f"A100-hours of {found.names[0]} and of {found.names[1]}, the method alone"
    table = _table(title, ["stage", "without", "with", "saved"], left={0})
    for stage, one, other in found.stages:
        table.add_row(stage, _hours(one), _hours(other), _hours(one - other))
    table.add_section()
    table.add_row("all", _hours(before), _hours(after), f"{1 - after / before:.0%}")
    options = _table("What saves it", ["option", "A100-hours"], left={0})
    for saving in found.savings:
        options.add_row(saving.option, _hours(saving.hours))
    console = _console()
    console.print(table)
    console.print()
    console.print(options)
    for saving in found.savings:
        console.print(f"Rate of {saving.option}: {saving.source}")
    for note in found.notes:
        console.print(f"Note: {note}")


def _hours(value: float) -> str:
    return f"{value:,.1f}" if 0 < abs(value) < 9.95 else _number(value)


def print_cost(cost: dict[str, Any]) -> None:
    """Print planned and actual cost side by side."""
    title = (
        f"Cost of {cost['preset']}: planned ({cost['planned_on']}) and actual ({cost['device']})"
    )
    columns = ["stage", "answers planned", "actual", "tokens planned", "actual", "time planned"]
    columns += ["actual", "from cache", "spared", "processes", "lost"]
    table = _table(title, columns, left={0})
    for row in cost["stages"]:
        ends = [_number(row[key]) for key in ("processes", "lost_processes")]
        spared = _number(row["not_asked"] + row["not_drawn"])
        table.add_row(row["stage"], *_pairs(row), _number(row["from_cache"]), spared, *ends)
    table.add_section()
    table.add_row("all", *_pairs(cost["total"]))
    _console().print(table)
    if equal := cost["equal_cost"]:
        _console().print(in_words(equal), highlight=False, soft_wrap=True)


def _pairs(row: dict[str, Any]) -> list[str]:
    planned, actual = row["planned"], row["actual"]
    return [
        _number(planned["completions"]),
        _number(actual["completions"]),
        _number(planned["completion_tokens"]),
        _number(actual["completion_tokens"]),
        duration(planned["hours"]),
        duration(actual["hours"]),
    ]


def _table(title: str, columns: list[str], left: set[int]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place in left else "right", no_wrap=True)
    return table


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    return console if console.is_terminal else Console(highlight=False, width=140, emoji=False)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value else "-"
