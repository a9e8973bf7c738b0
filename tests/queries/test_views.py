"""The views against the tables, recounted by hand."""

import json
from collections import defaultdict
from collections.abc import Iterator
from types import SimpleNamespace

import duckdb
import pytest

from sws.queries import open_round
from sws.store import read_rows, stream


@pytest.fixture(scope="module")
def connection(small_project: SimpleNamespace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_round(small_project.round) as opened:
        yield opened


def test_the_funnel_is_that_of_the_summary(
    small_project: SimpleNamespace, connection: duckdb.DuckDBPyConnection
) -> None:
    summary = json.loads((small_project.folder / "data/summary.json").read_text())
    found = [{**row, "reasons": row["reasons"] or {}} for row in stream(connection, "FROM funnel")]
    assert found == summary["funnel"]


def test_accuracy_is_the_mean_of_a_problem_s_rollouts(
    small_project: SimpleNamespace, connection: duckdb.DuckDBPyConnection
) -> None:
    right = defaultdict(list)
    for row in read_rows(small_project.round / "training/initial/rollouts.json"):
        right[row["problem_id"], row["epoch"]].append(row["outcome"] == "correct")
    found = {
        (row["problem_id"], row["epoch"]): (row["accuracy"], row["rollouts"])
        for row in stream(connection, "FROM accuracy")
    }
    assert found == {key: (sum(of) / len(of), len(of)) for key, of in right.items()}
    assert {accuracy for accuracy, _ in found.values()} == {0.0, 1.0}


def test_every_decision_of_every_filter(
    small_project: SimpleNamespace, connection: duckdb.DuckDBPyConnection
) -> None:
    tables = {"screen": "screened", "judge": "verdicts", "label": "labels"}
    for stage, table in tables.items():
        rows = read_rows(sorted(small_project.round.glob(f"{table}/*.json")))
        said = sorted((row["problem_id"], row["kept"], row["reason"]) for row in rows)
        query = (
            f"SELECT problem_id, kept, reason FROM decisions WHERE stage = '{stage}' ORDER BY ALL"
        )
        assert connection.execute(query).fetchall() == said, stage


def test_every_candidate_has_one_row_with_the_stage_that_stopped_it(
    small_project: SimpleNamespace, connection: duckdb.DuckDBPyConnection
) -> None:
    written = list(read_rows(sorted(small_project.round.glob("screened/*.json"))))
    rows = {row["candidate_id"]: row for row in stream(connection, "FROM synthetic")}
    assert rows.keys() == {row["candidate_id"] for row in written}
    published = {
        row["problem_id"]
        for row in read_rows(small_project.round / "augmented.json")
        if row["source"] == "synthetic"
    }
    assert {row["problem_id"] for row in rows.values() if row["published"]} == published
    for row in rows.values():
        assert row["published"] == (row["stage"] == "augmented") == (row["reason"] == "")
        if row["stage"] == "screen":
            assert row["verdicts"] is row["answer"] is row["accuracy"] is None
        if row["published"]:
            judges = [rating["judge"] for rating in row["ratings"]]
            assert judges == ["kind", "strict"] and row["votes"][0]["answer"] == row["answer"]


def test_lineage_joins_a_problem_to_the_failed_ones_that_share_a_concept(
    small_project: SimpleNamespace, connection: duckdb.DuckDBPyConnection
) -> None:
    extracted = {
        row["problem_id"]: (row["category"], set(row["concepts"]))
        for row in read_rows(small_project.round / "extracted.json", only="kept")
    }
    failed = {
        row["problem_id"] for row in read_rows(small_project.round / "failures.json", only="failed")
    }
    names = {row["name"]: row for row in stream(connection, "FROM concepts")}
    by_candidate = defaultdict(list)
    for row in stream(connection, "FROM lineage"):
        by_candidate[row["candidate_id"]].append(row)
        category, own = extracted[row["failed_problem_id"]]
        assert row["failed_problem_id"] in failed and category == row["category"]
        spellings = {
            one for name in row["shared_concepts"] for one in [name, *names[name]["aliases"]]
        }
        assert own & spellings and row["failed_problem"]
    assert sum(map(len, by_candidate.values())) > 100
    for rows in by_candidate.values():
        ids = [row["failed_problem_id"] for row in rows]
        assert len(ids) == len(set(ids))
