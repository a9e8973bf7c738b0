"""How every student of S²R solves, verifies and corrects itself, on the benchmarks."""

from collections.abc import Sequence
from pathlib import Path

from sws.config.schema import Config
from sws.errors import SwsError
from sws.evaluation.evaluate import run as evaluate_student
from sws.self_verify.files import measure_files
from sws.store import write_json


def evaluate(
    config: Config, name: str, student: Path, benchmarks: Path, seed_set: Path, out: Path
) -> None:
    """Sample solutions as `sws evaluate` does, as long as trajectories may be."""
    longer = {"max_tokens": config.self_verify.max_tokens}
    learner = config.student.model_copy(update=longer)
    changed = config.model_copy(update={"student": learner})
    evaluate_student(changed, name, student, benchmarks, seed_set, None, out)


def run(config: Config, evaluations: Sequence[Path], benchmarks: Path, out: Path) -> None:
    """Write the metrics of every student, named as its tables are: one for each seed.

    Raises SwsError where benchmarks check differently.
    """
    verifiers = sorted({one.verifier for one in config.benchmarks})
    if len(verifiers) > 1:
        raise SwsError(
            f"benchmarks with several verifiers: {', '.join(verifiers)}",
            expected="one verifier, which checks every solution of a completion",
            fix="measure one benchmark at a time: sws verify-metrics",
        )
    tables: dict[str, list[Path]] = {}
    for path in evaluations:
        tables.setdefault(path.stem, []).append(path)
    learners = {
        name: measure_files(config.self_verify, paths, [benchmarks], verifier=verifiers[0])
        for name, paths in tables.items()
    }
    write_json(out, {"preset": config.preset, "seed": config.seed, "students": learners})
