"""The control: as many problems as failed, from every category alike."""

import json
from collections import Counter
from pathlib import Path

import pytest

from sws.config import load
from sws.schemas import FailureRow, schema_of
from sws.store import read_rows, write_table
from sws.weakness import control

PROBLEMS = [(f"{category}{n}", category) for category in "ABC'" for n in range(10)]


def drawn(folder: Path, failed: int, seed: int = 1) -> tuple[list[dict[str, object]], dict]:
    """The first `failed` problems failed; the last of each category was never rolled out."""
    rows = [
        {
            "problem_id": identity,
            "category": category,
            "accuracies": [],
            "best": None,
            "slope": None,
            "epochs": 0 if identity.endswith("9") else 2,
            "failed": number < failed,
            "reason": "",
            "evidence": {},
        }
        for number, (identity, category) in enumerate(PROBLEMS)
    ]
    write_table(folder / "failures.json", schema_of(FailureRow), rows)
    out, weights = folder / "random" / "failures.json", folder / "random" / "weights.json"
    control.run(load("nano", {"seed": seed}), folder / "failures.json", out, weights)
    return list(read_rows(out)), json.loads(weights.read_text())


def test_as_many_are_drawn_as_failed_from_all_categories_alike(tmp_path: Path) -> None:
    rows, weights = drawn(tmp_path, failed=8)
    assert Counter(row["category"] for row in rows if row["failed"]) == dict.fromkeys("ABC'", 2)
    assert {row["weight"] for row in weights.values()} == {0.25}
    assert [row["problem_id"] for row in rows] == sorted(identity for identity, _ in PROBLEMS)


def test_what_was_never_rolled_out_is_not_drawn(tmp_path: Path) -> None:
    rows, _ = drawn(tmp_path, failed=36)
    assert Counter(row["reason"] for row in rows) == {"": 36, "never rolled out": 4}
    assert all(row["failed"] == (row["reason"] == "") for row in rows)


def test_the_draw_follows_from_the_seed(tmp_path: Path) -> None:
    first, same, other = (drawn(tmp_path / str(n), 8, seed)[0] for n, seed in enumerate((1, 1, 2)))
    assert first == same != other


@pytest.mark.parametrize("failed", [0, 3])
def test_few_failures_are_few_draws(tmp_path: Path, failed: int) -> None:
    rows, _ = drawn(tmp_path, failed)
    assert sum(bool(row["failed"]) for row in rows) == failed
