"""Selection from a bank: nearest first, by budgets, no problem twice."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sws.budget import category_weights
from sws.config import load
from sws.schemas import FailureRow, schema_of
from sws.seed import benchmarks, seed
from sws.selection import select
from sws.store import read_rows, write_table


def test_a_problem_that_is_near_to_two_categories_goes_to_the_nearer() -> None:
    distances = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.25]], dtype=np.float32)
    assert list(select.assign(distances, [1, 1])) == [(0, 0), (2, 1)]


def test_a_full_category_leaves_its_next_problems_to_others() -> None:
    distances = np.array([[0.1, 0.9], [0.2, 0.8]], dtype=np.float32)
    assert list(select.assign(distances, [1, 1])) == [(0, 0), (1, 1)]


@settings(deadline=None)
@given(
    st.integers(1, 40).flatmap(
        lambda n: st.lists(
            st.lists(st.floats(0, 2, width=32), min_size=3, max_size=3), min_size=n, max_size=n
        )
    ),
    st.lists(st.integers(0, 20), min_size=3, max_size=3),
)
def test_budgets_are_kept_and_filled_as_far_as_there_are_problems(
    distances: list[list[float]], budget: list[int]
) -> None:
    pairs = list(select.assign(np.array(distances, dtype=np.float32), budget))
    assert len({row for row, _ in pairs}) == len(pairs) == min(sum(budget), len(distances))
    assert all(count <= budget[column] for column, count in Counter(c for _, c in pairs).items())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stages on `nano`, where Algebra and Geometry failed."""
    folder = tmp_path_factory.mktemp("selection")
    config = load("nano+selection", {"augmented_size": 24})
    benchmarks.run(config, folder / "benchmarks.json")
    seed.run(config, folder / "benchmarks.json", None, folder / "seed.json")
    seed.bank(config, folder / "benchmarks.json", folder / "bank.json")
    blank = {"accuracies": [], "best": 0.0, "slope": 0.0, "epochs": 1, "reason": "", "evidence": {}}
    weak = ("Algebra", "Geometry")
    rows = [
        {
            "problem_id": row["problem_id"],
            "category": row["category"],
            **blank,
            "failed": row["category"] in weak,
        }
        for row in read_rows(folder / "seed.json", ["problem_id", "category"], only="kept")
    ]
    write_table(folder / "failures.json", schema_of(FailureRow), rows)
    problems = Counter(row["category"] for row in rows)
    weights = category_weights(problems, {"Algebra": 2, "Geometry": 6})
    (folder / "weights.json").write_text(json.dumps(weights))
    select.run(
        config,
        folder / "bank.json",
        folder / "failures.json",
        folder / "seed.json",
        folder / "weights.json",
        folder / "selected.json",
    )
    return folder


def test_the_seed_set_comes_first_and_the_budget_is_that_of_eq_5(folder: Path) -> None:
    rows = list(read_rows(folder / "selected.json"))
    seeds = [
        row["problem_id"] for row in read_rows(folder / "seed.json", ["problem_id"], only="kept")
    ]
    assert [row["problem_id"] for row in rows if row["source"] == "seed"] == seeds
    selected = [row for row in rows if row["source"] == "selected"]
    assert Counter(row["category"] for row in selected) == {"Algebra": 6, "Geometry": 18}
    assert len({row["problem_id"] for row in rows}) == len(rows)


def test_what_is_selected_is_mostly_of_the_weak_categories(folder: Path) -> None:
    own = {row["problem_id"]: row["category"] for row in read_rows(folder / "bank.json")}
    rows = [row for row in read_rows(folder / "selected.json") if row["source"] == "selected"]
    same = sum(own[row["problem_id"]] == row["category"] for row in rows)
    assert same > len(rows) / 2
    assert all(0 <= row["distance"] <= 2 and row["nearest"] for row in rows)


def test_the_bank_is_not_the_seed_set(folder: Path) -> None:
    seeds = {row["problem_id"] for row in read_rows(folder / "seed.json", ["problem_id"])}
    bank = {row["problem_id"] for row in read_rows(folder / "bank.json", ["problem_id"])}
    assert len(bank - seeds) > len(bank) / 2


def test_when_nothing_failed_nothing_is_selected(folder: Path, tmp_path: Path) -> None:
    rows = [{**row, "failed": False} for row in read_rows(folder / "failures.json")]
    write_table(tmp_path / "failures.json", schema_of(FailureRow), rows)
    (tmp_path / "weights.json").write_text('{"Algebra": {"weight": 0.0}}')
    select.run(
        load("nano+selection"),
        folder / "bank.json",
        tmp_path / "failures.json",
        folder / "seed.json",
        tmp_path / "weights.json",
        tmp_path / "selected.json",
    )
    assert {row["source"] for row in read_rows(tmp_path / "selected.json")} == {"seed"}
