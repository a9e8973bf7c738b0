"""A run where the home cannot be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sws.workflow.home import INSTEAD, VARIABLE, move_caches
from tests.workflow.conftest import ROOT


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nobody, root included, can make a folder: a file."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    home.touch()
    monkeypatch.setenv("HOME", str(home))
    return home


def test_caches_stay_in_a_home_that_can_be_written(home: Path) -> None:
    home.unlink()
    move_caches()
    assert VARIABLE not in os.environ and (home / ".cache").is_dir()


def test_caches_move_to_the_run_otherwise(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")  # restored afterwards
    move_caches()
    assert os.environ[VARIABLE] == str(Path(INSTEAD).absolute())


def test_snakemake_starts_without_a_home(home: Path) -> None:
    command = [sys.executable, "-m", "snakemake", "-n", "-s", str(ROOT / "Snakefile")]
    done = subprocess.run(
        [*command, "-d", str(home.parent), "--config", "preset=nano"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "rule metrics:" in done.stdout
