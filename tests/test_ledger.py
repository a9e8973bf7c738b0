"""The ledger records what a stage spent, also if it was killed."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sws import ledger

STAGE = """
import time
from sws import ledger
ledger.HEARTBEAT = 0.05
with ledger.measured("nano", "generate", "out.json"):
    ledger.count(requests=3, completion_tokens=40)
    time.sleep(60)
"""


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in (folder / "logs/cost").glob("*.json")]


def test_a_stage_is_counted_once_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ledger.measured("nano", "label", "labels/00.json"):
        ledger.count(requests=2, completions=16, completion_tokens=99)
        ledger.count(cached=5)
    [entry] = entries(tmp_path)
    assert entry["stage"] == "label" and entry["finished"] is True
    assert (entry["requests"], entry["completions"], entry["cached"]) == (2, 16, 5)
    ledger.count(requests=1)  # outside a stage nothing is counted, and nothing breaks


def test_the_processor_time_of_a_stage_is_its_own_and_its_childrens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    with ledger.measured("nano", "label", "out"):
        time.sleep(0.3)  # no work
        subprocess.run([sys.executable, "-c", busy], check=True)
    [entry] = entries(tmp_path)
    assert 0.3 <= entry["processor_seconds"] < entry["seconds"]


def test_a_stage_that_fails_is_counted_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError), ledger.measured("nano", "label", "out"):
        raise RuntimeError
    assert [entry["finished"] for entry in entries(tmp_path)] == [False]


def test_only_the_first_process_of_a_training_run_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RANK", "1")
    with ledger.measured("nano", "train:sws", "out"):
        pass
    assert entries(tmp_path) == []


def test_a_killed_stage_is_counted_up_to_its_last_heartbeat(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[1])
    environment = {"PYTHONPATH": root, "PATH": ""}
    with subprocess.Popen([sys.executable, "-c", STAGE], cwd=tmp_path, env=environment) as stage:
        deadline = time.monotonic() + 60
        while not any(one["requests"] for one in entries(tmp_path)) and time.monotonic() < deadline:
            time.sleep(0.05)
        stage.send_signal(signal.SIGKILL)
        stage.wait()
    [entry] = entries(tmp_path)
    assert entry["finished"] is False and entry["requests"] == 3
