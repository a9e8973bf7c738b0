"""Fine-tuning, RL of actions and offline RL over two processes learn what one process learns."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

from sws.config.student import ScratchConfig
from sws.store import read_rows
from sws.student.scratch import train_scratch
from tests.self_verify.sums import write_tables
from tests.weights import apart

ROOT = Path(__file__).parents[2]
JOB = Path(__file__).with_name("job.py")
TWO = (
    *("-m", "accelerate.commands.launch", "--multi_gpu"),
    *("--main_process_port", "0", "--num_processes", "2"),
)


def trained(student: Path, folder: Path, *launched: str) -> Path:
    """The folder in which the program ran."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_tables()
    variables = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    command = [sys.executable, *launched, str(JOB), str(student), str(folder)]
    subprocess.run(command, env={**os.environ, **variables}, check=True, timeout=800)
    return folder


def test_two_processes_learn_as_one(tmp_path: Path) -> None:
    tiny = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    start = train_scratch(tiny, 0, tmp_path / "tiny")
    one, two = trained(start, tmp_path / "one"), trained(start, tmp_path / "two", *TWO)
    before = load_file(start.parent / "model.safetensors")
    for run in ("sft", "process", "offline"):
        file = Path(run) / "student" / "model.safetensors"
        ours, theirs = load_file(one / file), load_file(two / file)
        moved = apart(ours, before)
        assert moved > 1e-4 and apart(ours, theirs) < 1e-5 * moved
        before = load_file(one / "sft" / "student" / "model.safetensors")
    for run in ("process", "offline"):
        rows = [list(read_rows(folder / run / "rollouts.json")) for folder in (one, two)]
        assert {row["rank"] for row in rows[1]} == {0, 1}
        assert [{**row, "rank": 0} for row in rows[1]] == rows[0]
