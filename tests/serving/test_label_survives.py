"""The label stage on a real `vllm serve` that is killed twice in the middle of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.kill import answered
from sws.engines.address import wait_for
from sws.store import read_rows
from tests.workflow.conftest import ROOT

pytestmark = [
    pytest.mark.whole,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        os.environ.get("SWS_LONG_TESTS") != "1",
        reason="three starts of a real server take minutes: SWS_LONG_TESTS=1 runs it; "
        "tests/cluster/test_served.py kills one once",
    ),
]

STUDENT = "data/round1/training/initial/student/student.json"
VERDICTS = "data/round1/verdicts/00.json"
#: The student labels; every answer is sampled, so that equal rows are no accident.
SETTINGS = (
    "roles.labeler.engine=vllm",
    "roles.labeler.model=student",
    "roles.labeler.temperature=1.0",
    "roles.labeler.max_tokens=100",
    "roles.labeler.concurrency=4",
    "labels.samples=16",
)


def sws(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    settings = [part for setting in SETTINGS for part in ("--set", setting)]
    command = [sys.executable, "-m", "sws", *arguments, *settings, "--student", STUDENT]
    return subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)})


def label(folder: Path, server: str = "") -> "subprocess.Popen[bytes]":
    return sws(folder, "label", VERDICTS, "--out", "out/00.json", "--server", server)


@pytest.fixture
def folders(project: Path, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Two copies of the finished nano, without any answers."""
    for name in ("alone", "served"):
        ignore = shutil.ignore_patterns(".git", ".dvc", ".snakemake", "cache")
        shutil.copytree(project, tmp_path / name, symlinks=True, ignore=ignore)
    yield tmp_path / "alone", tmp_path / "served"


def kill_server(supervisor: "subprocess.Popen[bytes]") -> None:
    (server,) = psutil.Process(supervisor.pid).children()
    server.kill()


def test_rows_are_those_of_an_undisturbed_run(folders: tuple[Path, Path]) -> None:
    alone, served = folders
    assert label(alone).wait() == 0
    rows = list(read_rows(alone / "out/00.json"))
    supervisor = sws(served, "serve", "labeler", "--out", "server.json")
    try:
        wait_for(served / "server.json")
        stage = label(served, "server.json")
        for kept in (len(rows) // 4, len(rows) // 2):
            while answered(served)[0] < kept:
                assert stage.poll() is None, "it ended before the server was killed"
                time.sleep(0.05)
            kill_server(supervisor)
        assert stage.wait() == 0
    finally:
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(60) == 0
    assert list(read_rows(served / "out/00.json")) == rows
    assert answered(served) == (len(rows), 0)
