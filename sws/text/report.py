"""What became of a file's rows, for people."""

from typing import Any, TextIO

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

WIDTH = 200  # characters of a text to show


def print_report(report: dict[str, Any], stream: TextIO) -> None:
    """Counts, counts per benchmark, and the sample of the pairs."""
    console = Console(file=stream)
    console.print(Text(f"{report['file']}, column {report['column']}"))
    counts = Table("", Column("rows", justify="right"))
    for name, number in {
        "all": report["rows"],
        "kept": report["kept"],
        **report["reasons"],
    }.items():
        counts.add_row(Text(name), f"{number:,}")
    console.print(counts)
    if benchmarks := report.get("benchmarks"):
        numbers = (Column(name, justify="right") for name in ("problems", "overlapping rows"))
        table = Table("benchmark", *numbers)
        for name, found in benchmarks.items():
            table.add_row(Text(name), f"{found['problems']:,}", f"{found['overlapping_rows']:,}")
        console.print(table)
    for instruction in report["instructions"]:
        console.print(Text(f"left out of the comparison, as most rows have it: {instruction!r}"))
    if run := report["common_run"]:
        console.print(
            Text(
                f"{run['rows']:,} of {run['of']:,} overlaps share one run of words and may be a "
                f"phrase of many problems: {run['ngram']!r}",
                "bold",
            )
        )
    for pair in report["pairs"]:
        console.print(Text(f"\n{pair['reason']}: {pair['id']}  {pair['evidence']}", "bold"))
        console.print(Text("  " + pair["text"][:WIDTH]), Text("\n  " + pair["of_text"][:WIDTH]))
