"""Extraction: one decision for every failed problem, through the real engine contract."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from sws.concepts import extract
from sws.config.schema import Config
from sws.engines import Request, Response
from sws.engines.cache import AnswerCache
from sws.errors import SwsError
from sws.store import DECISION, kept, read_rows, rejected, write_table

CONFIG = Config.model_validate({"preset": "test", "roles": {}, "concepts": {"per_problem": 2}})
FAILURES = pa.schema([("id", pa.string()), ("category", pa.string()), *DECISION])
SEED = pa.schema([("id", pa.string()), ("text", pa.string())])
ANSWERS = {
    "A": '```json\n["Circle area", "Chords", "Tangents"]\n```',
    "B": "I would rather not.",
    "C": None,
}


class ScriptedEngine:
    fingerprint = "scripted"

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        for request in reversed(list(requests)):
            text = ANSWERS[request.fields["problem"]]
            assert request.fields["problem"] in request.messages[0]["content"]
            ended = "stop" if text else "prompt too long"
            yield Response(request.id, (text,) if text else (), (ended,), 1, (1,))


def test_every_failed_problem_has_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def open_scripted(config: Config, role: str, student: Path | None) -> Iterator[object]:
        assert role == "extractor"
        with AnswerCache(tmp_path / "cache", "scripted") as cache:
            yield SimpleNamespace(engine=ScriptedEngine(), cache=cache)

    monkeypatch.setattr(extract, "open_engine", open_scripted)
    failed = [{"id": i, "category": "Geometry", **kept()} for i in "cab"]
    solved = {"id": "d", "category": "Geometry", **rejected("solved")}
    write_table(tmp_path / "failures.json", FAILURES, [*failed, solved])
    seed = [{"id": i, "text": i.upper()} for i in "abcd"]
    write_table(tmp_path / "seed.json", SEED, seed)

    out = tmp_path / "extracted.json"
    extract.run(CONFIG, tmp_path / "failures.json", tmp_path / "seed.json", out)
    a, b, c = read_rows(out)
    assert (a["id"], a["category"], a["kept"]) == ("a", "Geometry", True)
    assert a["names"] == ["Circle area", "Chords"]
    assert (b["kept"], b["names"], b["reason"]) == (False, [], "no closed ```json block")
    assert json.loads(b["evidence"]) == {"completion": "I would rather not."}
    assert (c["kept"], c["reason"]) == (False, "prompt too long")


def test_a_seed_set_of_another_run_is_refused(tmp_path: Path) -> None:
    failures, seed = tmp_path / "failures.json", tmp_path / "seed.json"
    write_table(failures, FAILURES, [{"id": i, "category": "Geometry", **kept()} for i in "ab"])
    write_table(seed, SEED, [{"id": "b", "text": "B"}])
    with pytest.raises(SwsError, match="1 of the failed problems"):
        extract.run(CONFIG, failures, seed, tmp_path / "extracted.json")
    assert not (tmp_path / "extracted.json").exists()
