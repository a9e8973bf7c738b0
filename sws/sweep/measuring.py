"""What one finished run of a sweep shows: gains per problem, and what might predict them."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sws.config import Config
from sws.evaluation.metrics import Floats
from sws.evaluation.round import Round
from sws.evaluation.scores import Scores, read_scores
from sws.evaluation.show import ARMS, Summary, first_metric, in_order, read_summary
from sws.planning.equal_cost import equal_cost, is_synthesis
from sws.planning.project import Project, Spent, spent
from sws.report.diversity import diversity
from sws.rl.recorder import Journal, share_in_vain
from sws.store import database
from sws.sweep.setting import Run
from sws.verify import Verifier

#: The parts of the held-out problems that gains are given for.
PARTS = ("all", "weak", "others")
#: What runs cost and how diverse their augmented sets are, by the columns of the table.
COSTS = (
    *("synthesis_minutes", "synthesis_tokens", "synthesis_spared"),
    *("arms_minutes", "arms_tokens", "arms_spared"),
    *("synthetic", "blueprints", "concepts", "even_concepts", "alike"),
)
#: The share of the control's last steps in which its saturation is measured.
_LAST = 0.25


@dataclass(frozen=True)
class Measured:
    """One run: `row` for the table; `gains[pair][part]`, per problem, in shares of samples."""

    run: Run
    row: dict[str, Any]
    gains: dict[str, dict[str, Floats]]


def measure(run: Run, config: Config, folder: Path, command: str) -> Measured:
    """Read a finished run."""
    summary = read_summary(folder / "data" / "summary.json")
    tables = Round.in_folder(config, folder / "data" / f"round{config.rounds}")
    with Verifier() as verifier:
        scores = {
            arm: read_scores(config, path, verifier) for arm, path in tables.evaluations.items()
        }
    weak = summary["weak_categories"]["names"]
    spending, device = spent(Project(config.preset, folder).ledger())
    row = {
        "point": run.point,
        "seed": run.seed,
        **_accuracies(summary),
        **predictors(summary, tables.failures.parent),
        **costs(config, spending, device),
        **_diversity(tables.failures.parent),
        "processor_minutes": round(sum(_seconds(folder)) / 60, 1),
        "command": command,
    }
    gains = {
        f"sws - {other}": _by_part(scores["sws"], scores[other], weak)
        for other in ("extended", "random", "selection")
        if other in scores and "sws" in scores
    }
    return Measured(run, row, gains)


def predictors(summary: Summary, round_: Path) -> dict[str, float | None]:
    """What is known of a run before or beside its gain; None where the run does not have it.

    `failed`: share of seed problems in the failure set. `survival`: share of labelled candidates in
    the difficulty band. `saturation`: share of the control's prompts in vain in its last quarter,
    too easy or too hard to learn from. `epochs`: how often the control saw each seed problem.
    `entropy`: of the answers to a held-out problem, mean over problems, in nats, before the arms.
    """
    failures = summary["failure_set"]
    funnel = {stage["stage"]: stage for stage in summary["funnel"]}
    journal = Journal(round_ / "training" / "extended" / "metrics.jsonl").lines()
    return {
        "failed": _ratio(failures["kept"], failures["rows"]),
        "survival": _ratio(funnel["difficulty"]["kept"], funnel["difficulty"]["rows"]),
        "saturation": share_in_vain(journal[int(len(journal) * (1 - _LAST)) :]),
        "epochs": _ratio(journal[-1]["position"], summary["seed_set"]["kept"]) if journal else None,
        "entropy": _entropy(round_ / "evaluation" / "initial.parquet"),
    }


def costs(config: Config, spending: Mapping[str, Spent], device: str) -> dict[str, float | None]:
    """What synthesis and the arms' training took: processor minutes, and tokens sampled.

    Killed processes count, too. `spared`: requests not made, samples not drawn, prompts skipped.
    `equal_steps`: with how many `extended` would have cost as much as `sws` and its synthesis.
    """
    arms = [f"train:{arm}" for arm in config.arms.names]
    found: dict[str, float | None] = {}
    for name, own in (("synthesis", is_synthesis), ("arms", lambda stage: stage in arms)):
        parts = [one for stage, one in spending.items() if own(stage)]
        found[f"{name}_minutes"] = round(60 * sum(one.processor_hours for one in parts), 2)
        found[f"{name}_tokens"] = sum(one.completion_tokens for one in parts)
        found[f"{name}_spared"] = sum(one.not_asked + one.not_drawn for one in parts)
    equal = equal_cost(spending, device, config.training_of("extended").steps)
    return {**found, "equal_steps": equal["equal_steps"] if equal else None}


def _diversity(round_: Path) -> dict[str, float]:
    """Of the augmented set's synthetic problems; see `sws diversity`."""
    found = diversity(round_)["augmented"]
    return {
        "synthetic": found.problems,
        "blueprints": found.blueprints,
        "concepts": found.concepts,
        "even_concepts": round(found.even_concepts, 1),
        "alike": found.alike,
    }


def _accuracies(summary: Summary) -> dict[str, float]:
    metric = first_metric(summary)
    return {
        f"{arm}{name}": parts[part][metric]["value"]
        for arm, parts in in_order(summary["arms"], ARMS).items()
        for part, name in (("overall", ""), ("weak", "_weak"))
        if metric in parts[part]
    }


def _by_part(ours: Scores, theirs: Scores, weak: Sequence[str]) -> dict[str, Floats]:
    """The differences of the first metric, per held-out problem."""
    place = {key: row for row, key in enumerate(theirs.keys)}
    differences = ours.values[:, 0] - theirs.values[[place[key] for key in ours.keys], 0]
    inside = ours.in_categories(weak)
    masks = zip(PARTS, (ours.held_out, inside, ours.held_out & ~inside), strict=True)
    return {part: differences[mask] for part, mask in masks}


def _entropy(evaluation: Path) -> float | None:
    if not evaluation.exists():
        return None
    with database(evaluation.parent) as connection:
        found = connection.execute(
            "select avg(nats) from (select entropy(coalesce(answer, '')) * ln(2) as nats "
            "from read_parquet(?) group by set, problem_id)",
            [str(evaluation)],
        ).fetchone()
    # Threads add in any order, which shows in the last digits.
    return round(float(found[0]), 9) if found and found[0] is not None else None


def _seconds(folder: Path) -> Iterator[float]:
    """Processor seconds of every job, as Snakemake measured them."""
    for path in sorted((folder / "logs" / "benchmarks").rglob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                if row["cpu_time"] not in ("-", "NA", ""):
                    yield float(row["cpu_time"])


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
