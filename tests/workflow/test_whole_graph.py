"""The whole graph on `nano`: real TRL, vLLM, DuckDB, Snakemake and DVC."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.whole
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def table(project: Path, name: str) -> str:
    """A DuckDB expression for a table of round 1, all shards."""
    return f"'{project}/data/round1/{name}.parquet'"


def one(sql: str) -> Any:
    [(value,)] = duckdb.execute(sql).fetchall()
    return value


def test_the_summary_compares_every_arm(project: Path) -> None:
    summary = json.loads((project / "data/summary.json").read_text())
    assert set(summary["arms"]) == {"base", "initial", "extended", "sws"}


def test_the_picture_is_there(project: Path) -> None:
    assert (project / "data/summary.svg").read_text().startswith("<svg")
    assert (project / "data/summary.png").stat().st_size > 10_000


def test_snakemakes_report_has_the_picture_and_the_tables(run: Run, tmp_path: Path) -> None:
    run("snakemake", "--report", str(tmp_path / "report.html"))
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    for result in ("data/summary.png", "data/plots/accuracy.csv", "data/plots/funnel.csv"):
        assert result in report
    assert "preset of params.yaml" in report


def test_the_page_of_the_run_is_in_snakemakes_report_too(
    run: Run, project: Path, tmp_path: Path
) -> None:
    run("snakemake", "--cores", "1", "report")
    page = (project / "data/report.html").read_text(encoding="utf-8")
    assert "synthetic problem" in page and "Browse the rows" in page
    run("snakemake", "report", "--report", str(tmp_path / "record.html"))
    record = (tmp_path / "record.html").read_text(encoding="utf-8")
    assert "data/report.html" in record and "opens offline" in record


def test_nothing_is_left_to_do(run: Run) -> None:
    assert "Nothing to be done" in run("snakemake", "-n").stdout
    assert "up to date" in run("dvc", "status").stdout


def test_every_rollout_of_the_initial_run_is_recorded_once(project: Path) -> None:
    rollouts = table(project, "training/initial/rollouts")
    key = "step, problem_id, epoch, sample"
    assert one(f"select count(*) from {rollouts}") == 6 * 14 * 4
    assert one(f"select count(*) from (select distinct {key} from {rollouts})") == 6 * 14 * 4


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("screened/*", "verdicts/*"),
        ("verdicts/*", "labels/*"),
        ("labels/*", "difficulty/*"),
    ],
)
def test_each_filter_decides_on_every_row_that_reaches_it(
    project: Path, before: str, after: str
) -> None:
    reached = one(f"select count(*) from {table(project, before)} where kept")
    assert one(f"select count(*) from {table(project, after)}") == reached
    assert one(f"select count(*) from {table(project, after)} where not kept and reason = ''") == 0


def test_a_synthetic_problem_is_traced_to_the_failures_behind_it(project: Path) -> None:
    concepts = f"{project}/data/round1/concepts.duckdb"
    with duckdb.connect(concepts, read_only=True) as connection:
        rows = connection.execute(f"""
            select distinct a.problem_id, f.problem_id, f.accuracies
            from {table(project, "augmented")} a, unnest(a.concepts) as used(name)
            join concept c on c.category = a.category and c.name = used.name
            join problem_concept p on p.concept_id = c.concept_id
            join {table(project, "failures")} f on f.problem_id = p.problem_id and f.failed
            where a.source = 'synthetic'
        """).fetchall()
    synthetic = one(
        f"select count(*) from {table(project, 'augmented')} where source = 'synthetic'"
    )
    assert synthetic > 0
    assert len({row[0] for row in rows}) == synthetic
    assert all(row[2] for row in rows)


@pytest.mark.parametrize(
    ("override", "reruns", "stays"),
    [
        ("labels={min_share: 0.6}", "label", "judge"),
        ("difficulty={high: 0.9}", "difficulty", "label"),
        ("weakness={form: strict}", "failures", "student"),
        ("evaluation={resamples: 300}", "evaluate", "difficulty"),
    ],
)
def test_a_changed_key_reruns_what_depends_on_it(
    run: Run, override: str, reruns: str, stays: str
) -> None:
    planned = run("snakemake", "-n", "--config", "preset=nano", override).stdout
    jobs = planned[planned.index("Job stats") : planned.index("total")].split()
    assert reruns in jobs
    assert stays not in jobs


def test_the_table_can_be_shown_again(run: Run) -> None:
    shown = run("sws", "show").stdout
    assert "sws" in shown and "extended" in shown


def test_a_missing_artifact_is_named(run: Run) -> None:
    failed = run("sws", "label", "nowhere.json", "--out", "labels.json", ok=False)
    assert failed.returncode == 1
    assert "nowhere.json: not found" in failed.stderr
    assert "Traceback" not in failed.stderr
