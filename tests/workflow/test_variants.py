"""Variants on `nano`, for real: each runs what it changes, on a copy of the finished project."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.workflow.conftest import Run, run_in

pytestmark = pytest.mark.whole
LABELS = [f"data/round1/labels/{shard}.json" for shard in ("00", "01")]


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy of the finished project."""
    return Path(shutil.copytree(project, tmp_path / "project", symlinks=True))


def build(folder: Path, variant: str, *targets: str) -> None:
    """Bring the targets up to date with `nano` and the variant."""
    run: Run = run_in(folder)
    run("snakemake", "--cores", "2", "--config", f"preset=nano+{variant}", "--", *targets)


def rows(folder: Path, table: str, columns: str) -> list[tuple]:
    return duckdb.execute(f"select {columns} from '{folder}/data/{table}.parquet'").fetchall()


@pytest.mark.parametrize(
    ("variant", "rule"),
    [("keep-readme", "readme"), ("keep-code", "code")],
)
def test_keep_rules(copy: Path, variant: str, rule: str) -> None:
    build(copy, variant, *LABELS)
    applied = {row[0] for row in rows(copy, "round1/verdicts/*", "evidence['rule']")}
    assert applied <= {rule, None}  # the evidence of a rejection


def test_three_judges(copy: Path) -> None:
    build(copy, "three-judges", *LABELS)
    for (verdicts,) in rows(copy, "round1/verdicts/*", "verdicts"):
        assert set(verdicts) == {"strict", "kind", "third"}


def test_failure_criteria(project: Path, copy: Path) -> None:
    """Strict keeps no more than inclusive, and without the slope no fewer fail."""
    target = "data/round1/failures.json"
    everything = {row[0] for row in rows(project, "round1/failures", "problem_id")}
    kept = {}
    for variant in ("strict", "without-slope"):
        build(copy, variant, target)
        kept[variant] = {r[0] for r in rows(copy, "round1/failures", "problem_id, failed") if r[1]}
    inclusive = {r[0] for r in rows(project, "round1/failures", "problem_id, failed") if r[1]}
    assert kept["strict"] <= inclusive <= kept["without-slope"] <= everything


def test_weak_to_strong(copy: Path) -> None:
    build(copy, "weak-to-strong", "data/round1/augmented.json")
    shares = rows(copy, "round1/labels/*", "vote_share, kept")
    assert all(share > 0.5 for share, kept in shares if kept)
    agreed = rows(copy, "round1/difficulty/*", "accuracy, kept")
    assert all(accuracy >= 0.25 for accuracy, kept in agreed if kept)


@pytest.mark.parametrize(
    ("band", "low", "high"),
    [("simple", 0.625, 0.875), ("medium", 0.375, 0.625), ("hard", 0.125, 0.5)],
)
def test_difficulty_bands(copy: Path, band: str, low: float, high: float) -> None:
    build(copy, band, "data/round1/augmented.json")
    decided = rows(copy, "round1/difficulty/*", "accuracy, kept")
    assert decided
    assert all(kept == (low <= accuracy <= high) for accuracy, kept in decided)


def test_the_arms_random_and_selection(copy: Path) -> None:
    """Both arms at once, to their evaluation; the arms that are there already are not touched."""
    before = (copy / "data/round1/training/sws/student/student.json").stat().st_mtime_ns
    (copy / "presets" / "arms.yaml").write_text(
        "extends: nano\narms: {names: [extended, sws, random, selection]}\n"
    )
    run_in(copy)("snakemake", "--cores", "2", "--config", "preset=arms")
    summary = json.loads((copy / "data/summary.json").read_text())
    assert {"random", "selection"} < set(summary["arms"])
    assert {"sws - random", "sws - selection"} < set(summary["gains"])
    drawn, failed = (
        sum(kept for (kept,) in rows(copy, f"{branch}/failures", "failed"))
        for branch in ("round1-random", "round1")
    )
    assert drawn == failed
    sources = {source for (source,) in rows(copy, "round1/selected", "source")}
    assert sources == {"seed", "selected"}
    assert (copy / "data/round1/training/sws/student/student.json").stat().st_mtime_ns == before


def test_a_second_round_starts_from_the_first_rounds_student(copy: Path) -> None:
    build(copy, "second-round", "data/round2/augmented.json")
    assert (copy / "data/round2/training/initial/student/student.json").exists()
    both = [set(rows(copy, f"round{round}/augmented", "problem_id, source")) for round in (1, 2)]
    assert {source for _, source in both[0] & both[1]} == {"seed"}


def test_self_evolving(copy: Path) -> None:
    """The student in every role. Its context does not hold the prompts, and the stage says so."""
    run = run_in(copy)
    short = ("snakemake", "--cores", "2", "--config", "preset=nano+self-evolving")
    failed = run(*short, "--", "data/round1/concepts.json", ok=False)
    assert failed.returncode
    assert "rows were refused: prompt too long" in failed.stdout + failed.stderr
    assert not (copy / "data/round1/extracted.json").exists()
