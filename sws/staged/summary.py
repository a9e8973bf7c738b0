"""What staged RL came to: the levels, how every stage went, and every student on the benchmarks."""

import json
from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.config.stages import Stage, trains_on
from sws.evaluation.estimates import Estimates
from sws.evaluation.evaluate import run as evaluate_student
from sws.evaluation.scores import read_scores
from sws.rl.plateau import levelled
from sws.staged.pool import suffix_for
from sws.store import read_rows, write_json
from sws.verifiers.mixed import domain_of, named
from sws.verify import Verifier

#: Steps at each end of a stage over which its reward is shown.
_SHOWN = 10


def assess(
    config: Config, name: str, student: Path, benchmarks: Path, seed_set: Path, out: Path
) -> None:
    """Sample a student's solutions of the benchmarks, as `sws evaluate` does.

    Problems of programming get the suffix that they have in training.
    """
    verifiers = {benchmark.name: benchmark.verifier for benchmark in config.benchmarks}

    def suffix_of(problem: Mapping[str, Any]) -> str:
        return suffix_for(config, domain_of(named(verifiers[problem["set"]], problem["answer"])))

    evaluate_student(config, name, student, benchmarks, seed_set, None, out, suffix_of)


def run(
    config: Config,
    levels: Path,
    evaluations: Mapping[str, Path],
    journals: Mapping[str, Path],
    out: Path,
) -> None:
    """Write the summary, of `evaluations` by student and `journals` by stage.

    Gains are paired differences from the student that training started from.
    """
    counted = counts(config, levels)
    estimates = Estimates(config, ())
    with Verifier() as verifier:
        scores = {name: read_scores(config, table, verifier) for name, table in evaluations.items()}
    start = scores[config.staged.start]
    students = {}
    for name in config.staged.students:
        students[name] = {"accuracy": estimates.of_arm(scores[name])}
        if name != config.staged.start:
            students[name]["gain"] = estimates.gain(scores[name], start)
    stages = [_course(stage, levels, journals[stage.name]) for stage in config.staged.stages]
    found = {"preset": config.preset, "seed": config.seed, "levels": counted}
    write_json(out, {**found, "stages": stages, "students": students})


def counts(config: Config, levels: Path) -> dict[str, Any]:
    """Problems of each level and domain, drawn and matched, overlaps, and why others have none."""
    drawn: dict[str, Counter[str]] = {name: Counter() for name in config.staged.levels}
    matched: dict[str, Counter[str]] = {name: Counter() for name in config.staged.levels}
    overlaps: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in read_rows(levels, ["domain", "matched", "levels", "reason"]):
        total[row["domain"]] += 1
        reasons[row["reason"]] += bool(row["reason"])
        for found, names in ((drawn, row["levels"]), (matched, row["matched"])):
            for name in names:
                found[name][row["domain"]] += 1
        overlaps.update(" and ".join(pair) for pair in combinations(row["levels"], 2))
    return {
        "problems": dict(total),
        "levels": {
            name: {"drawn": dict(drawn[name]), "matched": dict(matched[name])} for name in drawn
        },
        "overlaps": dict(overlaps),
        "in_none": {reason: count for reason, count in reasons.most_common() if count},
    }


def _course(stage: Stage, levels: Path, journal: Path) -> dict[str, Any]:
    """What a stage trained on, how long, why it stopped, and its rewards at both ends."""
    trained: Counter[str] = Counter()
    for row in read_rows(levels, ["domain", "levels"], only="kept"):
        trained[row["domain"]] += bool(trains_on(stage, row["domain"]) & set(row["levels"]))
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    rewards = [line["reward"] for line in lines]
    rule = stage.plateau
    stopped = rule is not None and levelled(rewards, rule.window, rule.gain)
    sampled = sum(line["completions"] for line in lines)
    return {
        "name": stage.name,
        "level": stage.level,
        "problems": {name: count for name, count in trained.items() if count},
        "steps": len(lines),
        "stopped_by": "plateau" if stopped else "steps",
        "max_tokens": stage.max_tokens,
        "reward": {"first": _mean(rewards[:_SHOWN]), "last": _mean(rewards[-_SHOWN:])},
        "domains": _domains(lines),
        "truncated": round(sum(line["truncated"] for line in lines) / max(sampled, 1), 4),
    }


def _domains(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Rewards at both ends by domain."""
    found: dict[str, list[float]] = {}
    for line in lines:
        for name, one in line.get("domains", {}).items():
            found.setdefault(name, []).append(one["reward"])
    return {
        name: {"first": _mean(values[:_SHOWN]), "last": _mean(values[-_SHOWN:])}
        for name, values in found.items()
    }


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None
