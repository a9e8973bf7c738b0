"""What DVC compares between runs: a short file of metrics, and tables to plot."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.evaluation.show import first_metric, read_summary
from sws.store import write_json, write_text

Row = Mapping[str, Any]


def run(
    _config: Config, summary: Path, journals: Mapping[str, Path], metrics: Path, plots: Path
) -> None:
    """Write `metrics`, and the tables accuracy.csv, training.csv and funnel.csv into `plots`.

    `journals` maps each training run to its metrics.jsonl.
    """
    said = read_summary(summary)
    name = first_metric(said)
    write_json(metrics, _metrics(said, name))
    arms = said["arms"].items()
    accuracy = [
        {"arm": arm, "category": category, "accuracy": round(values[name]["value"], 6)}
        for arm, parts in arms
        for category, values in parts["categories"].items()
        if name in values
    ]
    steps = [
        {"run": run, "step": line["step"], "reward": line["reward"]}
        for run, path in journals.items()
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    write_csv(plots / "accuracy.csv", ["arm", "category", "accuracy"], accuracy)
    write_csv(plots / "training.csv", ["run", "step", "reward"], steps)
    stages = [{"stage": row["stage"], "kept": row["kept"]} for row in said["funnel"]]
    write_csv(plots / "funnel.csv", ["stage", "kept"], stages)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """A small table, whole or not at all."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def _metrics(summary: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Accuracies and gains in one number each; summary.json has the intervals."""

    def value(part: Mapping[str, Any]) -> float | None:
        return round(part[name]["value"], 6) if name in part else None

    return {
        name: {arm: value(parts["overall"]) for arm, parts in summary["arms"].items()},
        f"{name} in weak categories": {
            arm: value(parts["weak"]) for arm, parts in summary["arms"].items() if parts["weak"]
        },
        "gain": {pair: value(parts["overall"]) for pair, parts in summary["gains"].items()},
        "kept": {row["stage"]: row["kept"] for row in summary["funnel"]},
    }
