"""Candidates: one for each blueprint, whatever the generator wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sws.config import load
from sws.engines import Response
from sws.engines.cache import AnswerCache
from sws.engines.open import RoleClient
from sws.store import parquet_of, read_rows, write_table
from sws.synthesis import candidates


def test_every_blueprint_has_a_candidate_in_order(small_run: SimpleNamespace) -> None:
    for blueprints, written in zip(small_run.blueprints, small_run.candidates, strict=True):
        asked, found = list(read_rows(blueprints)), list(read_rows(written))
        assert [row["blueprint_id"] for row in found] == [row["blueprint_id"] for row in asked]
        for blueprint, row in zip(asked, found, strict=True):
            for name in ("category", "concepts", "level"):
                assert row[name] == blueprint[name]
            assert row["completion"] and row["finish_reason"] == "stop" and row["tokens"] > 0


def test_no_two_candidates_share_an_id(small_run: SimpleNamespace) -> None:
    ids = [row["candidate_id"] for row in read_rows(small_run.candidates, ["candidate_id"])]
    assert len(set(ids)) == len(ids)


def test_a_rerun_writes_the_same_bytes(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "other answers")
    candidates.run(small_run.config, small_run.blueprints[0], None, tmp_path / "again.json")
    first = parquet_of(small_run.candidates[0]).read_bytes()
    assert parquet_of(tmp_path / "again.json").read_bytes() == first


class TooLong:
    """An engine that refuses the first prompt."""

    fingerprint = "too long"

    def answer(self, requests: Any) -> Iterator[Response]:
        for number, request in enumerate(requests):
            if number == 0:
                yield Response.refusal(request.id, "prompt too long", prompt_tokens=9999)
            else:
                yield Response(request.id, ("A problem.",), ("stop",), 9, (3,))

    def close(self) -> None:
        """Nothing is held."""


def test_a_refused_prompt_is_a_row_that_says_so(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def refusing(*_: object) -> Iterator[RoleClient]:
        with AnswerCache(tmp_path, "refusing") as cache:
            yield RoleClient(TooLong(), cache)

    monkeypatch.setattr(candidates, "open_role", refusing)
    candidates.run(small_run.config, small_run.blueprints[0], None, tmp_path / "out.json")
    first, *others = read_rows(tmp_path / "out.json")
    assert len(others) == 139
    assert (first["completion"], first["finish_reason"], first["tokens"]) == (
        "",
        "prompt too long",
        0,
    )
    assert {row["completion"] for row in others} == {"A problem."}


def test_no_blueprint_no_candidate_and_no_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    missing = {"engine": "vllm", "model": "there/is/no/such/model"}
    config = load("nano", {"roles": {"generator": missing}})
    from sws.schemas import BlueprintRow, schema_of

    write_table(tmp_path / "blueprints.json", schema_of(BlueprintRow), [])
    candidates.run(config, tmp_path / "blueprints.json", None, tmp_path / "out.json")
    assert list(read_rows(tmp_path / "out.json")) == []
