"""At the end of a run every rank waits for rank 0, which alone writes the table and the student."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.rl.test_processes import CONFIG, ROOT, WAYS

JOB = Path(__file__).with_name("waiting.py")
ONE_STEP = json.dumps({**CONFIG, "steps": 1, "save_steps": 1})


def run(
    student: Path, out: Path, seconds: int, patience: int
) -> "subprocess.CompletedProcess[str]":
    """Two processes over gloo, of which rank 0 takes `seconds` longer to write the rollouts."""
    job = [str(JOB), str(student), str(out), ONE_STEP, str(seconds), str(patience)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *WAYS["ddp"], *job],
        env={**environment, "ACCELERATE_USE_CPU": "true"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_no_rank_returns_before_rank_0_has_written_its_files(student: Path, tmp_path: Path) -> None:
    done = run(student, tmp_path, 3, 0)
    assert done.returncode == 0, done.stderr[-3000:]
    found = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    assert found == [[True, True], [True, True]]


def test_the_timeout_of_that_wait_is_the_projects_own(student: Path, tmp_path: Path) -> None:
    """With a timeout shorter than rank 0's work, the same run fails: the timeout is the one set."""
    done = run(student, tmp_path, 20, 8)
    assert done.returncode != 0
    assert "Timed out waiting 8000ms" in done.stderr, done.stderr[-3000:]
