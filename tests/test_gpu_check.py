"""The script for a day with a card runs, in miniature: its table, its JSON, its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from transformers import LlamaConfig, LlamaForCausalLM

from benchmarks.gpu.job import GIB
from benchmarks.gpu.parts import PARTS, train
from benchmarks.gpu.student import SMALL
from sws.student.folder import save_student
from sws.student.tokenizer import build_tokenizer

ROOT = Path(__file__).parents[1]
QUICK = ("fork", "resume", "spread", "sampler")
LONG = pytest.mark.skipif(
    "SWS_GPU_CHECK" not in os.environ, reason="SWS_GPU_CHECK=1 runs every part (two minutes)"
)


def checked(out: Path, *options: str) -> tuple[int, list[str], dict[str, Any]]:
    """Exit code, table and JSON of a check on the CPU."""
    command = [sys.executable, "-m", "benchmarks.gpu", "--cpu", "--out", str(out), *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=850
    )
    return done.returncode, done.stdout.splitlines(), json.loads(out.read_text())


@pytest.mark.parametrize("names", [QUICK, pytest.param(tuple(PARTS), marks=LONG)])
def test_every_part_runs_in_miniature(names: tuple[str, ...], tmp_path: Path) -> None:
    code, table, found = checked(tmp_path / "found.json", "--minutes", "14", "--only", *names)
    assert {name: part.get("error") for name, part in found["parts"].items()} == dict.fromkeys(
        names
    )
    assert code == 0 and [line.split()[:2] for line in table] == [[name, "ok"] for name in names]
    spread = found["parts"]["spread"]
    assert 1e-5 < spread["std of a token"] < 0.1  # bfloat16 has three digits


def test_what_finds_no_time_fails(tmp_path: Path) -> None:
    code, table, found = checked(tmp_path / "found.json", "--minutes", "0", "--only", "fork")
    assert code == 1 and table[0].split()[:2] == ["fork", "FAILED"]
    assert found["parts"]["fork"]["error"] == "no time left for it"


@LONG
def test_a_trained_parameter_takes_the_bytes_that_are_planned(tmp_path: Path) -> None:
    """Weights, gradient and moments in 32 bits: 16. All else is the same for both students."""
    small, large = (peak(tmp_path, layers) for layers in (4, 24))
    assert 15 < (large[1] - small[1]) / (large[0] - small[0]) < 18


def peak(folder: Path, layers: int) -> tuple[int, float]:
    """Parameters of a student of these layers, and bytes of its training at the peak."""
    student, tokenizer = folder / str(layers), build_tokenizer(["What is 3+4?"], 320, 128)
    shape = SMALL | {"hidden_size": 512, "intermediate_size": 1408, "num_attention_heads": 8}
    model = LlamaForCausalLM(LlamaConfig(**shape | {"num_hidden_layers": layers}, dtype="float32"))
    save_student(model, tokenizer, student, source="random weights")
    changes = {"steps": 2, "prompts_per_step": 1, "completions_per_device": 1}
    rigged = {"SWS_CHECK_RIGGED": "1", "OMP_NUM_THREADS": "1"}
    found = train(student, folder / f"out-{layers}", 32, variables=rigged, **changes)
    return model.num_parameters(), found["peak"] * GIB
