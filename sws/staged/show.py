"""Levels and stages as tables on the terminal."""

from collections.abc import Mapping
from typing import Any

from sws.evaluation.show import new_console, new_table


def print_levels(found: Mapping[str, Any]) -> None:
    """Print how many problems each level has by domain, the overlaps, and what is in none."""
    domains = list(found["problems"])
    table = new_table("levels: problems drawn, of those that the rules match")
    table.add_column("level")
    for domain in domains:
        table.add_column(domain, justify="right")
    for name, level in found["levels"].items():
        cells = (
            f"{level['drawn'].get(domain, 0):,} of {level['matched'].get(domain, 0):,}"
            for domain in domains
        )
        table.add_row(name, *cells)
    table.add_row("graded", *(f"{found['problems'][domain]:,}" for domain in domains))
    console = new_console()
    console.print(table)
    for pair, count in found["overlaps"].items():
        console.print(f"{count:,} problems are in {pair}")
    for reason, count in found["in_none"].items():
        console.print(f"{count:,} problems are in no level: {reason}")


def print_stages(summary: Mapping[str, Any]) -> None:
    """Print how every stage went, and every student's accuracy with its gain."""
    table = new_table("stages")
    for heading in ("stage", "level", "problems", "steps", "stopped by", "reward", "cut off"):
        table.add_column(heading, justify="left" if heading in ("stage", "level") else "right")
    for stage in summary["stages"]:
        reward = " to ".join(f"{stage['reward'][end] or 0:.3f}" for end in ("first", "last"))
        problems = " + ".join(f"{count:,} {name}" for name, count in stage["problems"].items())
        cells = (problems, f"{stage['steps']:,}", stage["stopped_by"], reward)
        table.add_row(stage["name"], _level(stage["level"]), *cells, f"{stage['truncated']:.1%}")
    new_console().print(table)
    _print_students(summary["students"])


def _print_students(students: Mapping[str, Any]) -> None:
    table = new_table("accuracy in per cent, with 95 % intervals; below it the gain")
    first = next(iter(students.values()))["accuracy"]
    names = list(first["benchmarks"])
    table.add_column("student")
    for name in names:
        table.add_column(name, justify="right")
    for student, found in students.items():
        for kind in ("accuracy", "gain"):
            if kind in found:
                cells = (_cell(found[kind]["benchmarks"][name], kind) for name in names)
                table.add_row(student if kind == "accuracy" else "", *cells)
    new_console().print(table)


def _cell(found: Mapping[str, Any], kind: str) -> str:
    """The first metric, the mean over all samples."""
    metric = next((one for one in found.values() if isinstance(one, Mapping)), None)
    if metric is None:
        return "-"
    sign = "+" if kind == "gain" else ""
    low, high = 100 * metric["low"], 100 * metric["high"]
    return f"{100 * metric['value']:{sign}.1f} [{low:{sign}.1f}, {high:{sign}.1f}]"


def _level(level: str | Mapping[str, str]) -> str:
    if isinstance(level, str):
        return level
    return ", ".join(f"{name}: {domain}" for domain, name in level.items())
