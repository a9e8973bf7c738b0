"""The summary of a round, as one JSON file from which tables and pictures are drawn."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sws.categories import CATEGORIES
from sws.config.schema import Config
from sws.evaluation.estimates import Estimates
from sws.evaluation.evaluate import samples_per_problem
from sws.evaluation.funnel import Stage, decisions, funnel, synthetic_by_category
from sws.evaluation.label_accuracy import label_accuracy
from sws.evaluation.quality import filter_quality
from sws.evaluation.round import Round
from sws.evaluation.scores import read_scores
from sws.store import count, database, write_json
from sws.text.novelty import OVERLAP
from sws.verify import Verifier

WEAK_RULE = "failure ratio above the mean failure ratio of the categories"
SOLVED_RULE = "more than half of the samples correct"
OVERALL = "mean over the problems of all benchmarks together"
#: Gains to report, as (ours, theirs), where both were trained.
PAIRS = (
    *(("sws", "extended"), ("sws", "random"), ("sws", "selection")),
    *(("sws", "initial"), ("initial", "base")),
)


def run(
    config: Config, tables: Round, seed_set: Path, out: Path, self_verify: Path | None = None
) -> None:
    """Write the summary of a round, with the metrics of S²R's students where they were compared."""
    weak = weak_categories(json.loads(tables.weights.read_text(encoding="utf-8")))
    with Verifier() as verifier:
        scores = {
            arm: read_scores(config, path, verifier) for arm, path in tables.evaluations.items()
        }
    estimates = Estimates(config, weak["names"])
    with database(out.parent) as connection:
        seeds = decisions(connection, "seed", [seed_set])
        failures = decisions(connection, "failures", [tables.failures], "failed")
        extraction = decisions(connection, "extract", [tables.extracted])
        stages = funnel(connection, tables)
        synthetic = synthetic_by_category(connection, tables.augmented)
    by_textbook = config.roles.generator.engine == "textbook"
    write_json(
        out,
        {
            "preset": config.preset,
            "seed": config.seed,
            "samples": samples_per_problem(config),
            "rules": {"weak": WEAK_RULE, "solved": SOLVED_RULE, "overall": OVERALL},
            "weak_categories": weak,
            "seed_set": seeds.as_json(),
            "failure_set": failures.as_json(),
            "extraction": extraction.as_json(),
            "arms": {arm: estimates.of_arm(one) for arm, one in scores.items()},
            "gains": {
                f"{ours} - {theirs}": estimates.gain(scores[ours], scores[theirs])
                for ours, theirs in PAIRS
                if ours in scores and theirs in scores
            },
            "once_failed": {arm: estimates.once_failed(one) for arm, one in scores.items()},
            "contamination": contamination(config, seeds, stages[1]),
            "funnel": [stage.as_json() for stage in stages],
            "augmented": {"rows": count([tables.augmented]), "synthetic": synthetic},
            "filters": filter_quality(tables) if by_textbook else None,
            "label_accuracy": label_accuracy(tables, config.difficulty.low)
            if by_textbook
            else None,
            **self_verification(self_verify),
        },
    )


def self_verification(compared: Path | None) -> dict[str, Any]:
    """The part of the summary about S²R's students, from what `sws compare` wrote, if anything."""
    if not compared:
        return {}
    return {"self_verification": json.loads(compared.read_text(encoding="utf-8"))["students"]}


def contamination(config: Config, seed: Stage, screen: Stage) -> dict[str, dict[str, int]]:
    """Seed problems and candidates that overlapped each benchmark and were left out."""
    return {
        benchmark.name: {
            "seed": seed.reasons.get(f"{OVERLAP} {benchmark.name}", 0),
            "candidates": screen.reasons.get(f"{OVERLAP} {benchmark.name}", 0),
        }
        for benchmark in config.benchmarks
    }


def weak_categories(weights: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The categories that the student fails more often than their mean, by `WEAK_RULE`."""
    ratios = {name: float(row["failure_ratio"]) for name, row in weights.items()}
    mean = sum(ratios.values()) / len(ratios) if ratios else 0.0
    names = [
        name for name in {**dict.fromkeys(CATEGORIES), **ratios} if ratios.get(name, 0.0) > mean
    ]
    return {"names": names, "mean": mean, "failure_ratios": ratios}
