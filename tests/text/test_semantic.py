"""Duplicates by meaning: the index against its definition, and a real embedder on real problems."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sws.cli import app
from sws.text.semantic import SemanticIndex

THRESHOLD = 0.8

#: The same problem in other words twice; other numbers; the same numbers in another problem.
TRAIN = "A train travels 120 miles in 3 hours. What is its average speed in miles per hour?"
TEXTS = [
    TRAIN,
    "In 3 hours a train covers a distance of 120 miles. Find the train's average speed in mph.",
    TRAIN.replace("120", "150"),
    "A bag holds 120 red and 3 blue marbles. What is the probability of drawing a blue marble?",
    "How many ways are there to seat five friends around a round table?",
    "In how many ways can five friends sit around a circular table?",
]


def vectors_of(texts: list[str]) -> np.ndarray:
    """A fixed unit vector in three dimensions for every text."""
    rows = np.array([np.random.default_rng(int(text)).normal(size=3) for text in texts])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_the_index_is_its_definition_whatever_the_batches(seed: int, batch: int) -> None:
    rng = random.Random(seed)
    texts = [str(rng.randrange(1000)) for _ in range(25)]
    numbers = np.array([rng.randrange(3) for _ in texts], np.uint64)
    vectors = vectors_of(texts).astype(np.float16).astype(np.float32)
    expected: list[int] = []
    for row in range(len(texts)):
        kept = [i for i in range(row) if expected[i] < 0 and numbers[i] == numbers[row]]
        cosines = [float(vectors[i] @ vectors[row]) for i in kept]
        best = max(range(len(kept)), key=cosines.__getitem__, default=-1)
        expected.append(kept[best] if best >= 0 and cosines[best] >= THRESHOLD else -1)
    index = SemanticIndex(vectors_of, THRESHOLD)
    found: list[tuple[int, float]] = []
    for start in range(0, len(texts), batch):
        rows = range(start, min(start + batch, len(texts)))
        found += index.find_or_add(texts[start : start + batch], numbers[rows], rows)
    assert [label for label, _ in found] == expected
    for row, (label, cosine) in enumerate(index.find(texts, numbers)):  # now it knows them all
        assert expected[label] == -1 and numbers[label] == numbers[row]
        assert cosine >= THRESHOLD - 1e-3


def test_only_what_can_be_compared_is_embedded() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> np.ndarray:
        asked.extend(texts)
        return vectors_of(list(texts))

    index = SemanticIndex(embed, THRESHOLD)
    index.find_or_add(["1", "2"], np.array([10, 20], np.uint64), [0, 1])
    index.add(["3"], np.array([30], np.uint64), [2])
    assert index.find(["4"], np.array([40], np.uint64)) == [(-1, -2.0)]
    assert not asked
    index.find_or_add(["5"], np.array([20], np.uint64), [4])
    assert sorted(asked) == ["2", "5"]
    assert index.find(["3"], np.array([30], np.uint64))[0][0] == 2


def test_nothing_to_compare() -> None:
    index = SemanticIndex(vectors_of, THRESHOLD)
    none = np.empty(0, np.uint64)
    index.add([], none, [])
    assert index.find_or_add([], none, []) == index.find([], none) == []
    assert index.find(["1"], np.zeros(1, np.uint64)) == [(-1, -2.0)]


def test_the_verbs_with_the_packaged_embedder(tmp_path: Path) -> None:
    path, held_out = tmp_path / "texts.jsonl", tmp_path / "held_out.jsonl"
    path.write_text("\n".join(json.dumps({"text": text}) for text in TEXTS))
    held_out.write_text(json.dumps({"problem": TRAIN}))
    run = CliRunner().invoke
    found = run(app, ["dedup", str(path), "--semantic", "0.8"])
    assert found.exit_code == 0, found.stderr
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["kept"] for row in rows] == [True, False, True, True, True, False]
    assert {row["reason"] for row in rows} == {"", "semantic duplicate"}
    assert rows[5]["evidence"]["of_row"] == "4"
    assert float(rows[1]["evidence"]["cosine"]) >= 0.8
    without = run(app, ["dedup", str(path), "--json"])
    assert json.loads(without.stdout)["kept"] == len(TEXTS)
    arguments = [str(path), "--against", str(held_out), "--semantic", "0.8", "--json"]
    report = json.loads(run(app, ["decontaminate", *arguments]).stdout)
    # The first is the benchmark's, the third shares a run of words with it, the second its meaning.
    assert report["benchmarks"]["held_out"] == {"problems": 1, "overlapping_rows": 3}
    assert report["pairs"][1]["text"] == TEXTS[1] and "cosine" in report["pairs"][1]["evidence"]
