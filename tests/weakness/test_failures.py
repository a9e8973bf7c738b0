"""The failure set of a stage: Eq. 4 by hand, and against NumPy's slopes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sws.budget import category_weights
from sws.config.schema import Config
from sws.config.synthesis import Weakness
from sws.errors import SwsError
from sws.schemas import RolloutRow, schema_of
from sws.store import read_rows, write_table
from sws.weakness import failures
from sws.weakness.histories import by_problem

CONNECTION = duckdb.connect()
SEED = pa.schema({"problem_id": pa.string(), "category": pa.string(), "kept": pa.bool_()})


def configuration(**weakness: Any) -> Config:
    return Config.model_validate({"preset": "test", "roles": {}, "weakness": weakness})


def judged(rows: Sequence[Sequence[float]], weakness: Weakness) -> list[tuple[float, float, str]]:
    """(best, slope, reason) of each accuracy history, by the stage's own SQL."""
    values = ", ".join(
        f"({problem}, {epoch * 10}, {accuracy}::DOUBLE)"
        for problem, history in enumerate(rows)
        for epoch, accuracy in enumerate(history)
    )
    given = f"SELECT * FROM (VALUES {values}) AS given (problem_id, epoch, accuracy)"
    measured = failures.measures(f"SELECT *, NULL AS recorded FROM ({by_problem(given)})")
    return CONNECTION.execute(
        f"SELECT best, slope, {failures.reason(weakness)} FROM ({measured}) ORDER BY problem_id"
    ).fetchall()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 16).map(lambda k: k / 16), min_size=1, max_size=9),
        min_size=1,
        max_size=5,
    )
)
def test_slope_is_ordinary_least_squares_over_the_epochs_index(rows: list[list[float]]) -> None:
    for history, (best, slope, _) in zip(rows, judged(rows, Weakness()), strict=True):
        expected = np.polyfit(range(len(history)), history, 1)[0] if len(history) > 1 else 0
        assert best == max(history)
        assert slope == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 7).map(lambda k: k / 7), min_size=1, max_size=6))
def test_a_history_that_reads_the_same_backwards_has_no_slope(half: list[float]) -> None:
    [(_, slope, _)] = judged([half + half[::-1]], Weakness())
    assert str(slope) == "0.0"


@pytest.mark.parametrize(
    ("history", "inclusive", "strict", "without_slope"),
    [
        ([0.3, 0.5, 0.3, 0.2], "", "solved", ""),
        ([0.3, 0.4, 0.2], "", "", ""),
        ([0.0, 0.0], "", "not falling", ""),
        ([0.25], "", "not falling", ""),
        ([0.0, 0.4], "improving", "improving", ""),
        ([0.6, 0.1], "solved", "solved", "solved"),
    ],
)
def test_forms(history: list[float], inclusive: str, strict: str, without_slope: str) -> None:
    for weakness, expected in (
        (Weakness(form="inclusive"), inclusive),
        (Weakness(form="strict"), strict),
        (Weakness(slope=False), without_slope),
    ):
        assert judged([history], weakness)[0][2] == expected


def stage(
    folder: Path, rollouts: Sequence[tuple[str, int, str]], config: Config, run: str = "initial"
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Run the stage over seed problems a..d; rollouts are (problem, epoch, outcome)."""
    blank = {"step": 0, "sample": 0, "completion": "", "answer": None, "tokens": 1, "rank": 0}
    rows = [
        {**blank, "run": run if i else "initial", "problem_id": p, "epoch": e, "outcome": o}
        for i, (p, e, o) in enumerate(rollouts)
    ]
    write_table(folder / "rollouts.json", schema_of(RolloutRow), rows)
    seed = [("a", "Algebra"), ("b", "Algebra"), ("c", "Geometry"), ("d", "Geometry")]
    write_table(
        folder / "seed.json",
        SEED,
        [{"problem_id": i, "category": c, "kept": True} for i, c in seed]
        + [{"problem_id": "e", "category": "Geometry", "kept": False}],
    )
    out, weights = folder / "failures.json", folder / "weights.json"
    failures.run(config, folder / "rollouts.json", folder / "seed.json", out=out, weights=weights)
    return {row["problem_id"]: row for row in read_rows(out)}, json.loads(weights.read_text())


ROLLED = [
    *[("a", 0, "correct"), ("a", 0, "wrong"), ("a", 0, "unparsed"), ("a", 0, "timeout")],
    *[("a", 3, "wrong"), ("a", 3, "wrong")],
    *[("b", 0, "wrong"), ("b", 1, "correct")],
    *[("c", 1, "wrong"), ("elsewhere", 0, "wrong")],
]


def test_every_seed_problem_has_a_row_and_only_rolled_out_ones_can_fail(tmp_path: Path) -> None:
    rows, weights = stage(tmp_path, ROLLED, configuration())
    assert {i: (row["failed"], row["reason"]) for i, row in rows.items()} == {
        "a": (True, ""),
        "b": (False, "solved"),
        "c": (True, ""),
        "d": (False, "never rolled out"),
    }
    assert rows["a"]["accuracies"] == [0.25, 0.0]
    assert (rows["a"]["best"], rows["a"]["slope"], rows["a"]["epochs"]) == (0.25, -0.25, 2)
    assert (rows["d"]["accuracies"], rows["d"]["best"], rows["d"]["epochs"]) == ([], None, 0)
    assert rows["b"]["evidence"] == {"best": "1.0", "slope": "1.0"}
    assert weights == {
        name: {"problems": 2, "failed": 1, "failure_ratio": 0.5, "weight": 0.5}
        for name in ("Algebra", "Geometry")
    }


def within_reach() -> Config:
    return Config.model_validate(
        {"preset": "test", "roles": {}, "curriculum": {"budget": "reachable"}}
    )


def test_a_budget_within_reach_follows_failed_problems_that_were_solved_once(
    tmp_path: Path,
) -> None:
    """Of two categories with a failed problem each, the one never solved gets nothing."""
    rows, weights = stage(tmp_path, ROLLED, within_reach())
    assert [rows[i]["failed"] for i in "abcd"] == [True, False, True, False]
    assert {name: one["weight"] for name, one in weights.items()} == {"Algebra": 1, "Geometry": 0}
    assert {one["failure_ratio"] for one in weights.values()} == {0.5}


def test_where_no_failed_problem_is_within_reach_the_budget_follows_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, weights = stage(tmp_path, [("a", 0, "wrong"), ("c", 0, "wrong")], within_reach())
    assert {one["weight"] for one in weights.values()} == {0.5}
    assert "no failed problem is within reach" in caplog.text


def test_when_nothing_failed_the_weights_are_zero_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows, weights = stage(tmp_path, [("a", 0, "correct")], configuration())
    assert not any(row["failed"] for row in rows.values())
    assert {category["weight"] for category in weights.values()} == {0.0}
    assert "no problem failed" in caplog.text


def test_rollouts_of_two_runs_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match=r"2 training runs \(initial, sws\)"):
        stage(tmp_path, ROLLED, configuration(), run="sws")
    assert not (tmp_path / "failures.json").exists()
    assert not (tmp_path / "failures.parquet").exists()


def test_rollouts_of_other_problems_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="no rollout belongs to a problem"):
        stage(tmp_path, [("elsewhere", 0, "wrong")], configuration())


def test_rollouts_alone_have_one_category_and_a_seed_set_names_them(tmp_path: Path) -> None:
    stage(tmp_path, ROLLED, configuration())
    for file in (tmp_path / "rollouts.json", tmp_path / "rollouts.parquet"):
        alone = failures.run(configuration(), file)
        assert alone.problems == {"Other": 4} and alone.failed == {"Other": 3}
    named = failures.run(configuration(), tmp_path / "rollouts.parquet", tmp_path / "seed.json")
    assert named.failed == {"Algebra": 1, "Geometry": 1}


def test_another_table_is_refused(tmp_path: Path) -> None:
    stage(tmp_path, ROLLED, configuration())
    with pytest.raises(SwsError, match="no column for the reward"):
        failures.run(configuration(), tmp_path / "seed.parquet")


def test_weights_are_failure_ratios_over_their_sum() -> None:
    """The released counts and ratios of a 32B model's run (SwS, Eq. 5)."""
    problems = dict(zip("ACGINPQ", (3237, 3364, 3784, 1773, 3582, 217, 1210), strict=True))
    failed = dict(zip("ACGINPQ", (254, 480, 571, 104, 397, 8, 91), strict=True))
    weights = category_weights(problems, failed)
    assert [round(row["failure_ratio"], 7) for row in weights.values()] == [
        *(0.0784677, 0.1426873, 0.1508985, 0.0586576, 0.1108319, 0.0368664, 0.0752066)
    ]
    assert [round(row["weight"], 5) for row in weights.values()] == [
        *(0.12005, 0.21830, 0.23087, 0.08974, 0.16957, 0.05640, 0.11506)
    ]
