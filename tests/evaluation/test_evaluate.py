"""Evaluation tables: every arm on the same problems, one row per solution."""

import itertools
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.errors import SwsError
from sws.evaluation import evaluate
from sws.evaluation.evaluate import FAILED, samples_per_problem
from sws.evaluation.scores import metric_names, read_scores
from sws.schemas import EvaluationRow, schema_of
from sws.store import parquet_of, read_rows, write_table
from sws.verify import Verifier


def keys(table: Path) -> list[tuple[str, str, int]]:
    return [(row["set"], row["problem_id"], row["sample"]) for row in read_rows(table)]


def test_every_arm_is_asked_the_same(small_run: SimpleNamespace) -> None:
    asked = {arm: keys(table) for arm, table in small_run.evaluations.items()}
    assert len({tuple(rows) for rows in asked.values()}) == 1
    n = small_run.config.evaluation.samples
    benchmark = [row["problem_id"] for row in read_rows(small_run.benchmarks)]
    failed = {row["problem_id"] for row in read_rows(small_run.failures, only="failed")}
    counts = Counter(name for name, _, _ in asked["sws"])
    assert counts == {"textbook": n * len(benchmark), FAILED: n * len(failed)}
    assert {key[1] for key in asked["sws"] if key[0] == FAILED} == failed
    problems = [key for key, _ in itertools.groupby(key[:2] for key in asked["sws"])]
    assert len(problems) == len(set(problems)), "a problem's samples stand together"


def test_without_a_failure_set_only_the_benchmarks(
    small_run: SimpleNamespace, tmp_path: Path, pupils: None
) -> None:
    student = tmp_path / "students" / "sws"
    out = tmp_path / "out.json"
    args = (small_run.benchmarks, small_run.seed, None, out)
    evaluate.run(small_run.config, "sws", student, *args)
    assert {row["set"] for row in read_rows(out)} == {"textbook"}


def greedy(at: SimpleNamespace) -> SimpleNamespace:
    settings = at.config.evaluation.model_copy(update={"temperature": 0.0})
    config = at.config.model_copy(update={"evaluation": settings})
    return SimpleNamespace(**{**vars(at), "config": config})


def test_greedy_decoding_gives_one_solution(
    small_run: SimpleNamespace, tmp_path: Path, pupils: None
) -> None:
    at = greedy(small_run)
    assert samples_per_problem(at.config) == 1
    assert metric_names(at.config) == ("avg@1", "pass@1", "maj@1")
    out = tmp_path / "out.json"
    student = tmp_path / "students" / "sws"
    evaluate.run(at.config, "sws", student, at.benchmarks, at.seed, at.failures, out)
    assert {row["sample"] for row in read_rows(out)} == {0}
    with Verifier() as verifier:
        scores = read_scores(at.config, out, verifier)
    assert (scores.values == scores.values[:, :1]).all()


def test_a_rerun_writes_the_same_bytes(
    small_run: SimpleNamespace, tmp_path: Path, pupils: None
) -> None:
    at, out = small_run, tmp_path / "out.json"
    student = tmp_path / "students" / "base" / "student.json"
    evaluate.run(at.config, "base", student, at.benchmarks, at.seed, at.failures, out)
    assert parquet_of(out).read_bytes() == parquet_of(at.evaluations["base"]).read_bytes()


def solutions(folder: Path, outcomes: dict[str, list[tuple[str | None, str]]]) -> Path:
    rows = [
        {
            "set": "b",
            "problem_id": problem,
            "category": None,
            "sample": sample,
            "completion": "",
            "answer": answer,
            "outcome": outcome,
            "tokens": 1,
        }
        for problem, samples in outcomes.items()
        for sample, (answer, outcome) in enumerate(samples)
    ]
    write_table(folder / "evaluation.json", schema_of(EvaluationRow), rows)
    return folder / "evaluation.json"


def test_scores_by_hand(small_run: SimpleNamespace, tmp_path: Path) -> None:
    right, wrong, none = ("1/2", "correct"), ("3", "wrong"), (None, "unparsed")
    decimal = ("0.5", "correct")
    table = solutions(
        tmp_path,
        {"p": [right, decimal, wrong, none], "q": [wrong, wrong, right, none], "r": [none] * 4},
    )
    with Verifier() as verifier:
        scores = read_scores(small_run.config, table, verifier)
    assert scores.metrics == ("avg@4", "pass@1", "pass@2", "maj@4")
    assert scores.values.tolist() == [
        [0.5, 0.5, pytest.approx(1 - 1 / 6), 1.0],
        [0.25, 0.25, pytest.approx(0.5), 0.0],
        [0.0, 0.0, 0.0, 0.0],
    ]


def test_a_table_of_other_settings_is_an_error(small_run: SimpleNamespace, tmp_path: Path) -> None:
    table = solutions(tmp_path, {"p": [("1", "wrong")] * 3})
    with Verifier() as verifier, pytest.raises(SwsError, match="has 3 samples"):
        read_scores(small_run.config, table, verifier)
