"""Kills, full disks, broken files, two runs at once: recovery or a clear error, nothing lost."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.kill import answered, contents, kill_and_resume
from sws.config import load
from sws.engines.cache import AnswerCache
from sws.engines.textbook import TextbookEngine
from sws.errors import SwsError
from sws.store import count
from sws.synthesis import candidates
from tests.conftest import write_blueprints
from tests.workflow.conftest import run_in

Run = Callable[..., "subprocess.CompletedProcess[str]"]
#: The tables from synthesis to labels: cheap to make again, by the textbook.
CHEAP = ("blueprints", "candidates", "screened", "ratings", "verdicts", "labels")


def forget(folder: Path, *tables: str) -> None:
    """Remove tables, and the augmented set: tables that only serve others are not missed alone."""
    for table in tables:
        shutil.rmtree(folder / "data/round1" / table)
    (folder / "data/round1/augmented.json").unlink()


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy of the finished project of its own."""
    folder = tmp_path / "project"
    shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(".git", ".dvc"))
    return folder


@pytest.mark.whole
def test_a_run_that_is_killed_ends_with_the_same_rows(
    project: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snakemake, its jobs and their children are killed; benchmarks/kill.py does it 30 times."""
    forget(copy, *CHEAP)
    config = load("nano")
    textbook = TextbookEngine(config.textbook, config.seed).fingerprint
    shutil.rmtree(AnswerCache(copy / "cache/answers", textbook).folder)
    monkeypatch.setenv("PYTHONPATH", str(copy))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    result = kill_and_resume(copy, kills=3, between=(4.0, 12.0))
    assert contents(copy) == contents(project)
    assert result["answered_twice"] <= 0.01 * result["answers"]
    assert "Nothing to be done" in run_in(copy)("snakemake", "-n").stdout


@pytest.mark.whole
def test_a_second_run_in_the_same_folder_ends_at_once(copy: Path) -> None:
    hold = "from pathlib import Path; from sws.locks import hold_until_exit as take; import time; "
    hold += "take(Path('.snakemake/running'), 'x'); print('held', flush=True); time.sleep(600)"
    first = subprocess.Popen(
        [sys.executable, "-c", hold],
        cwd=copy,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(copy)},
    )
    try:
        assert first.stdout and first.stdout.readline() == "held\n"
        (copy / "data/metrics.json").unlink()
        second = run_in(copy)("snakemake", "--cores", "1", ok=False)
        assert second.returncode == 1
        assert "already running here: process" in second.stdout + second.stderr
        assert not (copy / "data/metrics.json").exists()
    finally:
        first.kill()
        first.wait()
    run_in(copy)("snakemake", "--cores", "1")  # the killed holder left nothing to clean up
    assert (copy / "data/metrics.json").exists()


@pytest.mark.whole
def test_ctrl_c_ends_cleanly_and_keeps_what_is_done(copy: Path) -> None:
    forget(copy, "labels")
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    started = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1"],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Tests that run in the background inherit that SIGINT is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert started.stdout
    for line in started.stdout:
        if "rule label" in line:
            break
    time.sleep(1)
    started.send_signal(signal.SIGINT)
    started.stdout.read()
    assert started.wait(120) != 0
    assert not list((copy / "data").rglob("*.tmp"))
    run_in(copy)("snakemake", "--cores", "1")
    assert "Nothing to be done" in run_in(copy)("snakemake", "-n").stdout


@pytest.mark.whole
def test_a_truncated_shard_is_named_by_who_reads_it_and_made_again(
    project: Path, copy: Path
) -> None:
    table = copy / "data/round1/screened/00.parquet"
    table.write_bytes(table.read_bytes()[:-100])
    run = run_in(copy)
    failed = run("snakemake", "--cores", "1", "-R", "augment", ok=False)
    said = failed.stdout + failed.stderr
    assert "screened/00.parquet: the Parquet file is corrupt" in said
    assert "run its stage again" in said
    run("snakemake", "--cores", "1", "-R", "screen", "augment")
    assert contents(copy) == contents(project)


def test_a_corrupt_segment_costs_a_stage_its_own_answers_and_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Garbage in the middle, a changed letter that still reads well, and a torn last line."""
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "cache/answers")
    write_blueprints(tmp_path / "blueprints.json", 0, per_category=20)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    candidates.run(load("nano"), tmp_path / "blueprints.json", None, first)
    (segment,) = (tmp_path / "cache/answers").rglob("*.jsonl")
    lines = segment.read_bytes().splitlines(keepends=True)
    lines[3] = b"\x00\xff garbage\n"
    lines[70] = lines[70].replace(b'"stop"', b'"shop"', 1)
    lines[-1] = lines[-1][:-20]
    segment.write_bytes(b"".join(lines))
    candidates.run(load("nano"), tmp_path / "blueprints.json", None, second)
    assert first.with_suffix(".parquet").read_bytes() == second.with_suffix(".parquet").read_bytes()
    own = [path for path in segment.parent.glob("*.jsonl") if path != segment]
    assert sum(len(path.read_bytes().splitlines()) for path in own) == 3  # asked again
    assert f"{segment}: 2 damaged lines" in caplog.text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_reported_and_what_was_answered_is_kept(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.engines.open.CACHE", small_disk / "cache/answers")
    write_blueprints(tmp_path / "blueprints.json", 0, per_category=200)
    out = small_disk / "candidates.json"
    with pytest.raises(SwsError, match=r"cannot be kept|disk is full"):
        candidates.run(load("nano"), tmp_path / "blueprints.json", None, out)
    assert [path.name for path in small_disk.iterdir()] == ["cache"]
    kept, _ = answered(small_disk)
    assert kept > 0
    larger = ["mount", "-o", "remount,size=40m", str(small_disk)]
    subprocess.run(larger, check=True)
    candidates.run(load("nano"), tmp_path / "blueprints.json", None, out)
    assert count([out]) == 1400
    assert answered(small_disk)[1] == 0  # nothing was asked twice
