"""A seed set of mathematics, code and text goes through every stage of SwS."""

import json
from pathlib import Path

import pytest

from sws.store import read_rows
from sws.verifiers.mixed import domain_of
from tests.conftest import _play, _run, small

WORDS = [("red", "blue"), ("cat", "dog"), ("sun", "moon"), ("one", "two"), ("tea", "milk")]


def test_it_ends_in_an_augmented_set_and_a_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = [
        {"problem": f"Write f(x): {n} times x.", "category": "Programming",
         "answer": "code: " + json.dumps([f"assert f(2) == {2 * n}", f"assert f(-1) == {-n}"])}
        for n in range(2, 9)
    ]  # fmt: skip
    text = [
        {
            "problem": f"Which word is before {b}? {a} {b}",
            "answer": f"exact: {a}",
            "category": "Words",
        }
        for a, b in WORDS
    ]
    maths = [
        {
            "problem": f"What is {n} plus {n + 20}?",
            "answer": str(2 * n + 20),
            "category": "Prealgebra",
        }
        for n in range(30, 40)
    ]
    (tmp_path / "mixed.jsonl").write_text("\n".join(map(json.dumps, [*code, *text, *maths])))
    source = str(tmp_path / "mixed.jsonl")
    held = [{"name": "mixed", "source": source, "verifier": "mixed", "limit": 3}]
    _play(tmp_path, monkeypatch)
    at = _run(small(seed_set={"source": source, "verifier": "mixed"}, benchmarks=held), tmp_path)
    augmented = list(read_rows(at.augmented))
    kept = {domain_of(row["answer"]) for row in augmented if row["source"] == "seed"}
    assert kept == {"mathematics", "code", "text"}
    assert {domain_of(row["answer"]) for row in augmented if row["source"] != "seed"} == {
        "mathematics"
    }
    solved = [row for row in read_rows(at.evaluations["sws"]) if row["set"] == "mixed"]
    assert any(row["answer"].startswith("def f") for row in solved if row["outcome"] == "correct")
    accuracy = json.loads(at.summary.read_text())["arms"]["sws"]["benchmarks"]["mixed"]["avg@4"]
    assert accuracy["value"] > 0.5
