"""Runs over two processes against one, copied or sharded, undisturbed or killed and resumed.

Completions and rewards are rigged (rigged.py), so that they depend on the problem alone.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from safetensors.torch import load_file

from sws.config.student import ScratchConfig
from sws.store import read_rows
from sws.student.scratch import train_scratch
from tests.weights import apart

ROOT = Path(__file__).parents[2]
RIGGED = Path(__file__).with_name("rigged.py")
UPDATES = 4
CONFIG = {
    "steps": UPDATES,
    "prompts_per_step": 8,
    "group_size": 4,
    "updates_per_step": 1,
    "completions_per_device": 4,
    "learning_rate": 0.02,
    "gradient_checkpointing": False,
    "save_steps": 2,
    "threads": 1,
}
LAUNCH = ("-m", "accelerate.commands.launch", "--main_process_port", "0", "--num_processes", "2")
WAYS = {
    "one": (),
    "ddp": (*LAUNCH, "--multi_gpu"),
    "fsdp": (
        *(*LAUNCH, "--mixed_precision", "no"),
        *("--config_file", str(ROOT / "profiles" / "accelerate" / "fsdp.yaml")),
    ),
}


class Trained(NamedTuple):
    """What a run left."""

    weights: dict[str, torch.Tensor]
    rows: list[tuple[object, ...]]
    ranks: Counter[int]


def run(way: str, student: Path, out: Path, killed_at: int | None = None) -> int:
    """Train as that way launches; the exit code."""
    command = [sys.executable, *WAYS[way], str(RIGGED), str(student), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    if way != "fsdp":
        environment["ACCELERATE_USE_CPU"] = "true"
    if killed_at is not None:
        environment["SWS_KILLED_AT"] = str(killed_at)
    done = subprocess.run([*command, json.dumps(CONFIG)], env=environment, timeout=800)
    return done.returncode


def trained(way: str, student: Path, out: Path) -> Trained:
    assert run(way, student, out) == 0
    names = ("step", "problem_id", "sample", "completion", "outcome")
    rows = list(read_rows(out / "rollouts.json"))
    return Trained(
        load_file(out / "student" / "model.safetensors"),
        [tuple(row[name] for name in names) for row in rows],
        Counter(row["rank"] for row in rows),
    )


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent


@pytest.fixture(scope="module")
def one(student: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return trained("one", student, tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def moved(student: Path, one: Trained) -> float:
    """How far training moved the weights."""
    found = apart(one.weights, load_file(student / "model.safetensors"))
    assert found > 1e-3
    return found


def test_two_sharded_processes_train_as_one(
    student: Path, one: Trained, moved: float, tmp_path: Path
) -> None:
    """Their ranks keep different numbers of rows, since groups without a gradient are dropped."""
    two = trained("fsdp", student, tmp_path)
    assert apart(one.weights, two.weights) < 1e-5 * moved
    assert two.rows == one.rows and len(set(two.rows)) == UPDATES * 8 * 4
    assert two.ranks == {0: 64, 1: 64}


@pytest.mark.parametrize("way", ["ddp", "fsdp"])
def test_two_processes_that_are_killed_resume_as_if_they_were_not(
    way: str, student: Path, one: Trained, moved: float, tmp_path: Path
) -> None:
    assert run(way, student, tmp_path, killed_at=3) != 0
    assert not (tmp_path / "rollouts.json").exists()
    assert list(tmp_path.glob("work/checkpoints/checkpoint-2/trainer_state.json"))
    resumed = trained(way, student, tmp_path)
    assert apart(one.weights, resumed.weights) < 1e-5 * moved
    assert resumed.rows == one.rows
