"""The script for a day with a card runs, in miniature: its table, its JSON, its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.gpu.parts import PARTS

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
