"""Processes on one machine never hold the same GPU, and wait for one that is free."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sws.gpus import Cards, cards_here

HOLD = "from sws.gpus import lease; print(lease({}), flush=True); input()"
EXEC = (
    "import os, sys; from sws.gpus import lease; lease(1);"
    "os.execv(sys.executable, [sys.executable, '-c', 'print(1, flush=True); input()'])"
)


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine on which nvidia-smi lists two GPUs of 80 GB."""
    listing = tmp_path / "bin" / "nvidia-smi"
    listing.parent.mkdir()
    listing.write_text("#!/bin/sh\necho 81559\necho 81559\n")
    listing.chmod(0o755)
    hidden = {"CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID", "KUBERNETES_SERVICE_HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    path = f"{listing.parent}:{os.environ['PATH']}"
    return {**kept, "PATH": path, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())}


def start(code: str, machine: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=machine,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate("\n", timeout=30)


def test_two_jobs_get_a_gpu_each_and_a_third_waits(machine: dict[str, str]) -> None:
    first = start(HOLD.format(1), machine)
    assert line(first) == "['0']"
    second = start(HOLD.format(1), machine)
    assert line(second) == "['1']"
    third = start(HOLD.format(1), machine)
    end(first)
    assert line(third) == "['0']"
    end(second)
    end(third)


def test_training_takes_all_and_holds_them_through_its_launcher(machine: dict[str, str]) -> None:
    launched = start(EXEC, machine)
    assert line(launched) == "1"
    training = start(HOLD.format(None), machine)
    with pytest.raises(subprocess.TimeoutExpired):
        training.wait(1)
    end(launched)
    assert line(training) == "['0', '1']"
    end(training)


def test_a_scheduler_has_given_this_job_its_own(machine: dict[str, str]) -> None:
    alone = start(HOLD.format(1), machine | {"SLURM_JOB_ID": "1"})
    assert line(alone) == "[]"
    end(alone)


def test_the_user_may_name_the_gpus(machine: dict[str, str]) -> None:
    chosen = start(HOLD.format(None), machine | {"CUDA_VISIBLE_DEVICES": "1"})
    assert line(chosen) == "['1']"
    end(chosen)


def test_the_cards_are_listed_without_cuda(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("PATH", machine["PATH"])
    assert cards_here() == Cards(2, 81559 * 2**20 / 1e9)
    monkeypatch.setenv("PATH", "/nowhere")
    assert cards_here() is None


@pytest.mark.parametrize(("chosen", "count"), [("1", 1), ("0,1,2", 2), ("", None), ("-1", None)])
def test_only_the_chosen_cards_count(
    chosen: str, count: int | None, machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", machine["PATH"])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
    found = cards_here()
    assert (found.count if found else None) == count
