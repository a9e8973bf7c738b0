"""The metrics as a table."""

from typing import Any

from sws.evaluation.show import new_console, new_table
from sws.self_verify.metrics import METRICS


def print_metrics(found: dict[str, Any]) -> None:
    """Print every metric with its interval, then how the completions are built."""
    table = new_table("self-verification, with 95 % intervals over problems")
    for heading in ("metric", "value", "interval", "of", "meaning"):
        table.add_column(heading, justify="left" if heading in ("metric", "meaning") else "right")
    for name, meaning in METRICS.items():
        one, factor = found["metrics"][name], 1 if name == "rounds" else 100
        shown = ["-", "-", "0"]
        if one:
            low, high = (
                "-" if one[key] is None else f"{factor * one[key]:.1f}" for key in ("low", "high")
            )
            shown = [f"{factor * one['value']:.1f}", f"[{low}, {high}]", f"{one['of']:,}"]
        table.add_row(name.replace("_", " "), *shown, meaning)
    console = new_console()
    console.print(table)
    console.print(f"{found['completions']:,} completions of {found['problems']:,} problems")
    for name, count in found["structures"].items():
        console.print(f"  {count:,} {name}")
    if found["without_judgement"]:
        console.print(f"{found['without_judgement']:,} verifications state no judgement")
