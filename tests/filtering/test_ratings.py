"""Ratings: what each judge says, one row per screened problem that was kept."""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.engines import Request, Response
from sws.engines.textbook import TextbookEngine
from sws.errors import SwsError
from sws.filtering import ratings
from sws.prompts.judge import CRITERIA, RATINGS, UNPARSED
from sws.store import parquet_of, read_rows


def rated(small_run: SimpleNamespace, judge: str) -> list[dict]:
    return list(read_rows(small_run.folder / "ratings" / judge / "00.json"))


def test_one_rating_per_problem_in_order(small_run: SimpleNamespace) -> None:
    expected = [
        row["problem_id"] for row in read_rows(small_run.screened[0], ["problem_id"], only="kept")
    ]
    for judge in ("strict", "kind"):
        rows = rated(small_run, judge)
        assert [row["problem_id"] for row in rows] == expected
        assert {row["judge"] for row in rows} == {judge}
        assert {row["verdict"] for row in rows} <= {*RATINGS, UNPARSED}
        assert {tuple(sorted(row["criteria"])) for row in rows} == {tuple(sorted(CRITERIA))}


def test_judges_err_independently(small_run: SimpleNamespace) -> None:
    strict, kind = (rated(small_run, judge) for judge in ("strict", "kind"))
    assert [row["verdict"] for row in strict] != [row["verdict"] for row in kind]


def test_a_rerun_writes_the_same_bytes(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "answers")
    ratings.run(small_run.config, "kind", small_run.screened[0], None, tmp_path / "again.json")
    first = parquet_of(small_run.folder / "ratings" / "kind" / "00.json").read_bytes()
    assert parquet_of(tmp_path / "again.json").read_bytes() == first


def test_a_judge_that_nobody_configured(small_run: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="judge 'stranger'"):
        ratings.run(
            small_run.config, "stranger", small_run.screened[0], None, tmp_path / "out.json"
        )


def test_a_completion_that_was_cut_off_has_no_verdict(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = TextbookEngine.answer

    def cut_off(self: TextbookEngine, requests: Iterable[Request]) -> Iterator[Response]:
        for response in whole(self, requests):
            yield dataclasses.replace(response, finish_reasons=("length",))

    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "answers")
    monkeypatch.setattr(TextbookEngine, "answer", cut_off)
    ratings.run(small_run.config, "kind", small_run.screened[0], None, tmp_path / "cut.json")
    rows = list(read_rows(tmp_path / "cut.json"))
    assert {row["verdict"] for row in rows} == {UNPARSED}
    tables = [row["criteria"] for row in rated(small_run, "kind")]
    assert [row["criteria"] for row in rows] == tables
