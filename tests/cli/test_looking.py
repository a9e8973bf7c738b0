"""The commands that answer questions about a run, as a user calls them in its folder."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.store import count, count_where

runner = CliRunner()


@pytest.fixture(autouse=True)
def inside(small_project: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small_project.folder)
    (small_project.folder / "params.yaml").write_text("preset: nano\n")


def shown(*arguments: str, code: int = 0, stdin: str | None = None) -> str:
    result = runner.invoke(app, list(arguments), input=stdin)
    assert result.exit_code == code, result.output
    return result.output


def test_sql_as_table_csv_and_json(small_project: SimpleNamespace) -> None:
    query = "select problem_id, category from augmented"
    rows = list(csv.DictReader(io.StringIO(shown("sql", query, "--csv"))))
    assert len(rows) == count([small_project.round / "augmented.json"])
    assert json.loads(shown("sql", query, "--json")) == rows
    assert f"5 of {len(rows)} rows" in shown("sql", query, "--rows", "5")


def test_sql_reads_statements_from_standard_input() -> None:
    assert shown("sql", "--csv", stdin="select 1 as a;\nselect 2 as b;") == "a\n1\nb\n2\n"


def test_sql_lists_the_views() -> None:
    listed = shown("sql", ".views")
    for name in (
        *("problems", "rollouts", "accuracy", "failures", "concepts", "blueprints", "candidates"),
        *("decisions", "labels", "difficulty", "augmented", "funnel", "lineage"),
    ):
        assert f"\n{name} " in listed


def test_sql_errors_say_what_to_do() -> None:
    assert "not a query" in shown("sql", "drop view funnel", code=1)
    assert ".views" in shown("sql", "from nowhere", code=1)
    assert "give one of them" in shown("sql", "select 1", "--csv", "--json", code=1)
    assert "no round '7'" in shown("sql", "select 1", "--round", "7", code=1)


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = [sys.executable, "-m", "sws", "sql", "--csv", "from range(1000000)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == b"range\n"
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_show_is_a_summary_or_a_story(small_project: SimpleNamespace) -> None:
    assert "The funnel" in shown("show")
    (found,) = json.loads(
        shown("sql", "select problem_id from synthetic where published limit 1", "--json")
    )
    prefix = found["problem_id"][:12]
    assert "Failed problems behind it" in shown("show", prefix)
    story = json.loads(shown("show", prefix, "--json"))
    assert story["problem_id"] == found["problem_id"]
    assert "has this id" in shown("show", "00000000", code=1)


def test_export_says_what_was_left_out(small_project: SimpleNamespace, tmp_path: Path) -> None:
    table, out = small_project.run.labels[0], tmp_path / "train.jsonl"
    text = shown("export", "trl", str(table), "--out", str(out), "--suffix", "Think.")
    kept, rows = count_where(table), count([table])
    assert f"{kept} of {rows} rows" in text and "trl_reward" in text
    assert ("left out" in text) == (kept < rows)
    first = json.loads(out.read_text().split("\n")[0])
    assert first["prompt"][0]["content"].endswith(" Think.")
    report = shown("export", "trl", str(table), "--out", str(out), "--json")
    assert json.loads(report[report.index("{") :])["written"] == kept
    assert "no format" in shown("export", "tlr", str(table), "--out", str(out), code=1)


def test_status_reads_the_configuration_on_record(small_project: SimpleNamespace) -> None:
    found = json.loads(shown("status", "--json"))
    states = {stage["stage"]: stage["state"] for stage in found["stages"]}
    assert states["augment"] == states["judge:strict"] == states["evaluate:sws"] == "done"
    assert states["train:sws"] == "waiting" and found["preset"] == "nano"
    assert "augment" in shown("status") and "No stage is at work" in shown("status")


def test_a_plan_has_units_that_people_read() -> None:
    text = shown("plan", "--preset", "micro", "--price", "2")
    assert "e-0" not in text and " s " in text and "under 0.01" in text
    assert "e-0" not in shown("cost")


def test_a_frugal_preset_is_compared_with_itself_in_full() -> None:
    found = json.loads(shown("plan", "--preset", "micro", "--compare", "frugal", "--json"))
    assert found["names"] == ["micro+full", "micro"]
    assert found["totals"][0] > found["totals"][1] > 0
