"""Launching: `$SWS_LAUNCH` is given the command as a module, and is not started twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.rl.launch import LAUNCHED, LAUNCHER, one_process_per_gpu, relaunch

ROOT = Path(__file__).parents[2]
CALL = "from sws.rl.launch import relaunch; relaunch(['train', 'a b']); print('in one process')"


def run(**variables: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-c", CALL]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_the_launcher_gets_the_command_as_it_is() -> None:
    assert run(**{LAUNCHER: "echo --nodes 2 -m"}) == "--nodes 2 -m sws train a b\n"


def test_what_a_launcher_started_trains() -> None:
    assert run(**{LAUNCHER: "echo", LAUNCHED: "1"}) == "in one process\n"
    assert run() == "in one process\n"


def test_a_launcher_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LAUNCHER, "no-such-launcher -m")
    monkeypatch.delenv(LAUNCHED, raising=False)
    with pytest.raises(SwsError, match="no-such-launcher cannot be started"):
        relaunch(["train"])
    os.environ.pop(LAUNCHED, None)


def test_several_gpus_get_a_process_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 4)
    command = one_process_per_gpu()
    assert command[1:3] == ["-m", "accelerate.commands.launch"]
    assert command[-3:] == ["--num_processes", "4", "-m"]
    assert command[3] == "--config_file" and command[4].endswith("fsdp.yaml")
    assert one_process_per_gpu(sharded=False)[4].endswith("ddp.yaml")  # LoRA: a copy on each
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    assert one_process_per_gpu() == []
    monkeypatch.setattr("torch.cuda.device_count", lambda: 4)
    monkeypatch.setenv("RANK", "0")  # a launcher has started this process
    assert one_process_per_gpu() == []


def test_training_that_sees_several_gpus_becomes_the_launcher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """TRL would raise in the one process."""
    became: list[list[str]] = []
    for name in (LAUNCHER, LAUNCHED, "RANK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("os.execvp", lambda _, command: became.append(command))
    relaunch(["train", "initial"])
    os.environ.pop(LAUNCHED, None)
    ((*_, processes, as_module, module, verb, run),) = became
    assert (processes, as_module, module, verb, run) == ("2", "-m", "sws", "train", "initial")
