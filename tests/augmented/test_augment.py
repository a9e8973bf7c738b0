"""The augmented set: Eq. 5 over the survivors, and where each row comes from."""

import json
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.augmented import augment
from sws.augmented.augment import share_out
from sws.config import load
from sws.errors import SwsError
from sws.schemas import DifficultyRow, LabelRow, ScreenedRow, SeedRow, schema_of
from sws.store import kept, parquet_of, read_rows, write_table

NAMES = ("a", "b", "c", "d")
WEIGHTS = st.fixed_dictionaries({name: st.floats(0, 1) for name in NAMES})
FOUND = st.fixed_dictionaries({name: st.integers(0, 50) for name in NAMES})


@pytest.mark.parametrize(
    ("total", "available", "taken"),
    [
        (10, {"a": 99, "b": 99}, {"a": 8, "b": 2}),
        (10, {"a": 99, "b": 1}, {"a": 9, "b": 1}),
        (10, {"a": 3, "b": 99}, {"a": 3, "b": 7}),
        (10, {"a": 3, "b": 1}, {"a": 3, "b": 1}),
        (10, {}, {"a": 0, "b": 0}),
        (0, {"a": 9, "b": 9}, {"a": 0, "b": 0}),
    ],
)
def test_what_a_category_lacks_goes_to_the_others(
    total: int, available: dict[str, int], taken: dict[str, int]
) -> None:
    assert share_out(total, {"a": 0.8, "b": 0.2}, available) == taken


@given(st.integers(0, 150), WEIGHTS, FOUND)
def test_no_more_is_taken_than_there_is_and_all_that_can_be(
    total: int, weights: dict[str, float], found: dict[str, int]
) -> None:
    taken = share_out(total, weights, found)
    assert all(0 <= taken[name] <= found[name] for name in NAMES)
    assert all(taken[name] == 0 for name in NAMES if not weights[name])
    reachable = sum(found[name] for name in NAMES if weights[name])
    assert sum(taken.values()) == min(total, reachable)


@given(st.integers(0, 40), WEIGHTS)
def test_where_there_is_enough_the_shares_are_those_of_eq_5(
    total: int, weights: dict[str, float]
) -> None:
    taken = share_out(total, weights, dict.fromkeys(NAMES, 1000))
    whole = sum(weights.values())
    for name in NAMES:
        assert not whole or abs(taken[name] - total * weights[name] / whole) < 1


def rows_of(path: Path, source: str) -> list[dict]:
    return [row for row in read_rows(path) if row["source"] == source]


def build(at: SimpleNamespace, out: Path, **changed: Path | list[Path]) -> None:
    names = ("seed", "weights", "screened", "labels", "difficulty")
    tables = {**{name: getattr(at, name) for name in names}, **changed}
    augment.run(at.config, *(tables[name] for name in names), out)


def test_the_seed_set_comes_first_and_whole(small_run: SimpleNamespace) -> None:
    found = rows_of(small_run.augmented, "seed")
    expected = list(read_rows(small_run.seed, only="kept"))
    assert [row["problem_id"] for row in found] == [row["problem_id"] for row in expected]
    assert list(read_rows(small_run.augmented))[: len(found)] == found
    for name in ("blueprint_id", "concepts", "level", "vote_share", "accuracy"):
        assert {row[name] for row in found} == {None}


def test_survivors_carry_their_provenance(small_run: SimpleNamespace) -> None:
    found = rows_of(small_run.augmented, "synthetic")
    assert len(found) == small_run.config.augmented_size
    screened = {row["problem_id"]: row for row in read_rows(small_run.screened, only="kept")}
    voted = {row["problem_id"]: row for row in read_rows(small_run.labels, only="kept")}
    measured = {row["problem_id"]: row for row in read_rows(small_run.difficulty, only="kept")}
    for row in found:
        origin = screened[row["problem_id"]]
        assert (row["problem"], row["blueprint_id"]) == (origin["problem"], origin["blueprint_id"])
        assert (row["concepts"], row["level"]) == (origin["concepts"], origin["level"])
        assert (row["answer"], row["vote_share"]) == (
            voted[row["problem_id"]]["answer"],
            voted[row["problem_id"]]["vote_share"],
        )
        assert row["accuracy"] == measured[row["problem_id"]]["accuracy"]
    assert len({row["problem_id"] for row in found}) == len(found)


def test_the_choice_depends_on_the_seed_and_not_on_the_shards(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    shards = {name: getattr(small_run, name)[::-1] for name in ("screened", "labels", "difficulty")}
    build(small_run, tmp_path / "turned.json", **shards)
    first = parquet_of(small_run.augmented).read_bytes()
    assert parquet_of(tmp_path / "turned.json").read_bytes() == first
    other = SimpleNamespace(**vars(small_run))
    other.config = small_run.config.model_copy(update={"seed": 99})
    build(other, tmp_path / "other.json")
    assert parquet_of(tmp_path / "other.json").read_bytes() != first


@pytest.mark.parametrize("text", ["", "[]", '{"Algebra": 1}'])
def test_a_file_of_weights_that_is_none_is_named(
    small_run: SimpleNamespace, tmp_path: Path, text: str
) -> None:
    (tmp_path / "weights.json").write_text(text)
    with pytest.raises(SwsError, match=r"weights\.json: not a file of category weights"):
        build(small_run, tmp_path / "out.json", weights=tmp_path / "weights.json")
    assert not (tmp_path / "out.json").exists()


def test_when_nothing_survived_it_is_the_seed_set_and_says_so(
    small_run: SimpleNamespace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_table(tmp_path / "labels.json", schema_of(LabelRow), [])
    write_table(tmp_path / "difficulty.json", schema_of(DifficultyRow), [])
    with caplog.at_level(logging.INFO):
        build(
            small_run,
            tmp_path / "out.json",
            labels=[tmp_path / "labels.json"],
            difficulty=[tmp_path / "difficulty.json"],
        )
    found = list(read_rows(tmp_path / "out.json"))
    assert {row["source"] for row in found} == {"seed"}
    assert "No candidate survived" in caplog.text


def test_a_category_may_have_a_quote_in_its_name(tmp_path: Path) -> None:
    """Fermat's: names of categories reach SQL as literals."""
    name = "Fermat's"
    problem = {"problem_id": "p", "problem": "2+2?", "answer": "4", "category": name}
    screened = {"candidate_id": "c", "blueprint_id": "b", "concepts": ["sums"], "level": "1"}
    vote = {"vote_share": 1.0, "n_votes": 8, "n_samples": 8, "tied": False, "low": 0.6, "high": 1.0}
    rows = {
        ScreenedRow: {**problem, **screened, **kept()},
        LabelRow: {**problem, **vote, "groups": [], **kept()},
        DifficultyRow: {**problem, "accuracy": 0.5, "n_samples": 8, **kept()},
        SeedRow: {**problem, "problem_id": "s", "source": "own", **kept()},
    }
    del rows[ScreenedRow]["answer"]
    paths = {row_type: tmp_path / f"{row_type.__name__}.json" for row_type in rows}
    for row_type, row in rows.items():
        write_table(paths[row_type], schema_of(row_type), [row])
    weights = tmp_path / "weights.json"
    weights.write_text(json.dumps({name: {"weight": 1.0}}))
    shards = [[paths[row_type]] for row_type in (ScreenedRow, LabelRow, DifficultyRow)]
    augment.run(load("nano"), paths[SeedRow], weights, *shards, tmp_path / "augmented.json")
    assert [row["category"] for row in read_rows(tmp_path / "augmented.json")] == [name, name]
