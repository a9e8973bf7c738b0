"""Difficulty: the student's accuracy on labelled candidates, and the band worth training on."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.config.filtering import Band
from sws.filtering import difficulty, sequential
from sws.schemas import LabelRow, schema_of
from sws.store import read_rows, write_table


@pytest.mark.parametrize(
    ("solved", "reason"), [(1, "too hard"), (2, ""), (4, ""), (6, ""), (7, "too easy")]
)
def test_the_band_of_the_paper_is_2_to_6_of_8_both_included(solved: int, reason: str) -> None:
    assert sequential.outside(solved / 8, Band(low=0.25, high=0.75)) == reason


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_is_kept_lies_in_the_band(accuracy: float, one: float, other: float) -> None:
    band = Band(low=min(one, other), high=max(one, other))
    assert (sequential.outside(accuracy, band) == "") == (band.low <= accuracy <= band.high)


def measure(at: SimpleNamespace, folder: Path, arm: str, **band: float) -> list[dict]:
    config = at.config.model_copy(update={"difficulty": Band(**band)})
    student = folder / "students" / arm / "student.json"
    difficulty.run(config, at.labels[0], student, folder / f"{arm}.json")
    return list(read_rows(folder / f"{arm}.json"))


@pytest.mark.usefixtures("pupils")
def test_every_labelled_candidate_has_a_decision_with_its_accuracy(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    rows = measure(small_run, tmp_path, "initial", samples=8, low=0.6, high=0.7)
    labelled = list(read_rows(small_run.labels[0], only="kept"))
    assert [(row["problem_id"], row["answer"]) for row in rows] == [
        (row["problem_id"], row["answer"]) for row in labelled
    ]
    assert {row["n_samples"] for row in rows} == {8}
    for row in rows:
        if not row["kept"]:
            counts = {name: int(n) for name, n in row["evidence"].items()}
            assert sum(counts.values()) == 8
            assert counts.get("correct", 0) / 8 == row["accuracy"]
    assert {row["reason"] for row in rows} == {"", "too hard", "too easy"}


@pytest.mark.usefixtures("pupils")
def test_a_better_student_finds_the_same_problems_easier(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    means = []
    for arm in ("base", "initial", "sws"):
        rows = measure(small_run, tmp_path, arm, samples=4, low=0, high=1)
        means.append(sum(row["accuracy"] for row in rows) / len(rows))
    assert means == sorted(means) and means[0] < means[2]


def test_nothing_to_measure_starts_no_engine(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "answers")
    write_table(tmp_path / "labels.json", schema_of(LabelRow), [])
    student = tmp_path / "there is no such student"
    difficulty.run(small_run.config, tmp_path / "labels.json", student, tmp_path / "out.json")
    assert list(read_rows(tmp_path / "out.json")) == []
