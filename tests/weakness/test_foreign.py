"""Rollouts of other trainers, each in the shape in which it writes them, against one seed set."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.identity import problem_id
from sws.schemas import SeedRow, schema_of
from sws.store import kept, read_rows, write_table

EASY = "What is 2 + 3 in the ring of integers modulo seven, written as a single digit?"
HARD = "How many triangles with integer sides have a perimeter of forty?"
SHORT = "Compute 17 * 23."

#: Rewards of two samples of each problem at each of two steps; HARD is never solved.
REWARDS = {EASY: [(0, 1), (1, 1)], HARD: [(0, 0), (0, 0)], SHORT: [(0, 1), (0, 0)]}


@pytest.fixture
def seed_set(tmp_path: Path) -> Path:
    rows = [
        {"problem_id": problem_id(text), "problem": text, "answer": "5", "category": "Algebra",
         "source": "own", **kept()}
        for text in REWARDS
    ]  # fmt: skip
    write_table(tmp_path / "seed.json", schema_of(SeedRow), rows)
    return tmp_path / "seed.json"


def samples() -> list[tuple[int, str, int]]:
    return [
        (step, text, reward)
        for step in (0, 1)
        for text, rewards in REWARDS.items()
        for reward in rewards[step]
    ]


def verl(folder: Path) -> Path:
    """`trainer.rollout_data_dir`: a file for each step, the chat template's text as input."""
    (folder / "dump").mkdir()
    for step in (0, 1):
        rows = [
            {"input": f"system\nBe brief.\nuser\nSolve it. {text} Box the answer.\nassistant\n",
             "output": "...", "gts": "5", "score": float(reward), "step": 10 * step}
            for at, text, reward in samples() if at == step
        ]  # fmt: skip
        (folder / "dump" / f"{10 * step}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "dump"


def trl(folder: Path) -> Path:
    """The completions that TRL logs: rewards bear the name of their function."""
    rows = [
        {"step": step, "prompt": [{"role": "user", "content": text}], "completion": "...",
         "accuracy_reward": float(reward), "advantage": 0.5}
        for step, text, reward in samples()
    ]  # fmt: skip
    (folder / "completions").mkdir()
    for step in (0, 1):
        part = [row for row in rows if row["step"] == step]
        path = folder / "completions" / f"completions_0000{step}.parquet"
        pq.write_table(pa.Table.from_pylist(part), path)
    return folder / "completions"


def plain(folder: Path) -> Path:
    rows = [f"{problem_id(text)},{step},{2 * reward - 1}" for step, text, reward in samples()]
    (folder / "rollouts.csv").write_text("\n".join(["problem_id,epoch,reward", *rows]))
    return folder / "rollouts.csv"


def failures(source: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["failures", str(source), *options])


@pytest.mark.parametrize("trainer", [verl, trl, plain])
def test_every_trainers_rollouts_give_the_same_failures(
    tmp_path: Path, seed_set: Path, trainer: Callable[[Path], Path]
) -> None:
    out = tmp_path / "failures.json"
    done = failures(trainer(tmp_path), "--seed-set", str(seed_set), "--out", str(out))
    assert done.exit_code == 0, done.output
    found = {row["problem_id"]: row for row in read_rows(out)}
    assert found[problem_id(EASY)]["accuracies"] == [0.5, 1.0]
    assert found[problem_id(SHORT)]["accuracies"] == [0.5, 0.0]
    assert [row["failed"] for row in found.values()].count(True) == 2
    assert not found[problem_id(EASY)]["failed"]


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "own.jsonl"


def test_what_cannot_be_joined_is_counted(tmp_path: Path, seed_set: Path) -> None:
    rows = [{"prompt": text, "step": 1, "reward": 0} for text in (EASY, "Something else?")]
    done = failures(write(tmp_path, *rows), "--seed-set", str(seed_set))
    assert done.exit_code == 0 and "1 of 2 rollouts" in done.stderr
    none = failures(write(tmp_path, rows[1]), "--seed-set", str(seed_set))
    assert none.exit_code == 1 and "no rollout is of a problem" in none.stderr


def test_rewards_that_are_not_0_or_1_need_a_threshold(tmp_path: Path, seed_set: Path) -> None:
    path = write(tmp_path, *({"prompt": EASY, "step": n, "reward": n / 4} for n in range(3)))
    refused = failures(path, "--seed-set", str(seed_set))
    assert refused.exit_code == 1 and "--threshold" in refused.stderr
    out = tmp_path / "failures.json"
    options = ["--seed-set", str(seed_set), "--threshold", "0.5", "--out", str(out)]
    assert failures(path, *options).exit_code == 0
    found = {row["problem_id"]: row["accuracies"] for row in read_rows(out)}
    assert found[problem_id(EASY)] == [0, 0, 1]


def test_a_file_that_lacks_something_says_what(tmp_path: Path) -> None:
    two = {"prompt": EASY, "step": 1, "format": 1.0, "exact": 0.0}
    refused = failures(write(tmp_path, two))
    assert refused.exit_code == 1 and "--reward" in refused.stderr
    assert failures(write(tmp_path, two), "--reward", "exact").exit_code == 0
    for row in ({"prompt": EASY, "reward": 1}, {"prompt": EASY, "step": 1, "reward": "good"}):
        refused = failures(write(tmp_path, row))
        assert refused.exit_code == 1 and "own.jsonl, line 1" in refused.stderr
