"""Extraction: one decision for every failed problem, through the real engine contract."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from sws.concepts import extract
from sws.config.schema import Config
from sws.engines import Request, Response
from sws.engines.cache import AnswerCache
from sws.engines.open import RoleClient
from sws.errors import SwsError
from sws.store import read_rows, write_table

CONFIG = Config.model_validate({"preset": "test", "roles": {}, "concepts": {"per_problem": 2}})
FAILURES = pa.schema(
    [("problem_id", pa.string()), ("category", pa.string()), ("failed", pa.bool_())]
)
SEED = pa.schema([("problem_id", pa.string()), ("problem", pa.string())])
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

    def close(self) -> None:
        """Nothing is held."""


def test_every_failed_problem_has_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def open_scripted(config: Config, role: str, student: Path | None) -> Iterator[RoleClient]:
        assert role == "extractor"
        with AnswerCache(tmp_path / "cache", "scripted") as cache:
            yield RoleClient(ScriptedEngine(), cache)

    monkeypatch.setattr(extract, "open_role", open_scripted)
    failed = [{"problem_id": i, "category": "Geometry", "failed": True} for i in "cab"]
    solved = {"problem_id": "d", "category": "Geometry", "failed": False}
    write_table(tmp_path / "failures.json", FAILURES, [*failed, solved])
    seed = [{"problem_id": i, "problem": i.upper()} for i in "abcd"]
    write_table(tmp_path / "seed.json", SEED, seed)

    out = tmp_path / "extracted.json"
    extract.run(CONFIG, tmp_path / "failures.json", tmp_path / "seed.json", None, out)
    a, b, c = read_rows(out)
    assert (a["problem_id"], a["category"], a["kept"]) == ("a", "Geometry", True)
    assert a["concepts"] == ["Circle area", "Chords"]
    assert (b["kept"], b["concepts"], b["reason"]) == (False, [], "no closed ```json block")
    assert b["evidence"] == {"completion": "I would rather not."}
    assert (c["kept"], c["reason"]) == (False, "prompt too long")


def test_a_seed_set_of_another_run_is_refused(tmp_path: Path) -> None:
    failures, seed = tmp_path / "failures.json", tmp_path / "seed.json"
    write_table(
        failures,
        FAILURES,
        [{"problem_id": i, "category": "Geometry", "failed": True} for i in "ab"],
    )
    write_table(seed, SEED, [{"problem_id": "b", "problem": "B"}])
    with pytest.raises(SwsError, match="1 of the failed problems"):
        extract.run(CONFIG, failures, seed, None, tmp_path / "extracted.json")
    assert not (tmp_path / "extracted.json").exists()
