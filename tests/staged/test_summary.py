"""Students of staged RL on the benchmarks: asked as in training."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sws.engines import Request
from sws.evaluation import evaluate
from sws.seed import benchmarks
from sws.staged import summary
from sws.store import read_rows
from tests.conftest import small

SETS = [
    {"name": "textbook", "per_category": 1, "levels": [1]},
    {"name": "code", "source": "textbook-code", "verifier": "code", "per_category": 3,
     "levels": [1, 2, 3]},
]  # fmt: skip


def test_code_and_mathematics_are_asked_with_the_suffixes_of_training(
    small_run: SimpleNamespace, tmp_path: Path, pupils: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffixes = {"student": {"prompt_suffix": "Box it."}, "staged": {"code_suffix": "Program it."}}
    config = small(benchmarks=SETS, **suffixes)
    benchmarks.run(config, tmp_path / "held.json")
    asked: list[str] = []

    def request(name: str, messages: Any, *rest: Any) -> Request:
        asked.append(messages[-1]["content"])
        return Request(name, messages, *rest)

    monkeypatch.setattr(evaluate, "Request", request)
    out, student = tmp_path / "out.json", tmp_path / "students" / "sws"
    summary.assess(config, "stage1", student, tmp_path / "held.json", small_run.seed, out)
    assert {row["set"] for row in read_rows(out)} == {"textbook", "code"}
    of_code = [text for text in asked if text.startswith("Write f(x)")]
    assert len(of_code) == 3 and all(text.endswith("Program it.") for text in of_code)
    others = set(asked) - set(of_code)
    assert others and all(text.endswith("Box it.") for text in others)
