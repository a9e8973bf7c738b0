"""The whole graph through a real Slurm on this machine, and a node that dies in the middle."""

import io
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.kill import contents
from sws.config import load
from sws.engines.cache import AnswerCache
from sws.engines.textbook import TextbookEngine
from sws.planning.queue import slurm_jobs
from sws.planning.show_status import print_status
from sws.planning.status import status
from tests.cluster.slurm import Slurm, missing
from tests.workflow.conftest import copy_of_the_project

pytestmark = [
    pytest.mark.whole,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("slurm"),  # one cluster, by one worker
    pytest.mark.skipif(
        bool(missing()),
        reason=f"not installed: {', '.join(missing())} (Debian's slurm-wlm and munge)",
    ),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Slurm]:
    with Slurm(cpus=2) as slurm:
        yield slurm


def submit(cluster: Slurm, folder: Path, *targets: str) -> "subprocess.Popen[bytes]":
    """Start the workflow on the cluster; its output goes to slurm.log."""
    command = [sys.executable, "-m", "tests.cluster.impatient", "--profile", "profiles/slurm"]
    command += ["--jobs", "2", "--", *targets]
    path = f"{Path(sys.executable).parent}:{cluster.environment['PATH']}"
    return subprocess.Popen(
        command,
        cwd=folder,
        # Jobs share two cores with other tests: threads that wait must not spin.
        env={
            **cluster.environment,
            "PATH": path,
            "PYTHONPATH": str(folder),
            "OMP_WAIT_POLICY": "passive",
        },
        stdout=(folder / "slurm.log").open("w"),
        stderr=subprocess.STDOUT,
    )


def succeeds(workflow: "subprocess.Popen[bytes]", cluster: Slurm, folder: Path) -> None:
    """Wait for the workflow; the test fails with what it and the daemons said if it did."""
    try:
        code: int | str = workflow.wait(1500)
    except subprocess.TimeoutExpired:
        code = "never came: killed after 25 minutes"
    finally:  # SIGKILL: it would wait for the jobs of a cluster that is going away
        workflow.kill()
        workflow.wait()
    if code:
        said = (folder / "slurm.log").read_text()
        pytest.fail(f"its exit code: {code}\n{said[-6000:]}\n{cluster.logs()}")


def test_nano_on_slurm_has_the_rows_of_the_local_run(
    cluster: Slurm, project: Path, tmp_path: Path
) -> None:
    """Students train anew, bit for bit, or their answers would not be found; teachers answer."""
    folder = copy_of_the_project(tmp_path / "project")
    config = load("nano")
    textbook = TextbookEngine(config.textbook, config.seed).fingerprint
    teachers = AnswerCache(project / "cache/answers", textbook).folder.name
    ignore = shutil.ignore_patterns(teachers)
    shutil.copytree(project / "cache/answers", folder / "cache/answers", ignore=ignore)
    succeeds(submit(cluster, folder), cluster, folder)
    assert contents(folder) == contents(project)


def test_a_job_whose_node_dies_is_tried_again(
    cluster: Slurm, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon and every process of its jobs are killed, and the node comes back."""
    monkeypatch.setenv("SLURM_CONF", cluster.environment["SLURM_CONF"])
    folder = tmp_path / "project"
    shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(".git", ".dvc"))
    shutil.rmtree(folder / "data/round1/labels")
    (folder / "data/round1/augmented.json").unlink()  # it misses the labels
    workflow = submit(cluster, folder, "data/round1/augmented.json")
    deadline = time.monotonic() + 120
    while not cluster.ask("squeue", "--noheader", "--states=R"):
        assert workflow.poll() is None and time.monotonic() < deadline, cluster.logs()
        time.sleep(0.2)
    time.sleep(2)  # in the middle of the job
    seen = slurm_jobs(folder)  # what `sws status` shows
    cluster.crash()
    succeeds(workflow, cluster, folder)
    assert "NODE_FAIL" in (folder / "slurm.log").read_text()
    assert contents(folder) == contents(project)
    assert any(one.what.startswith("label") and one.state == "RUNNING" for one in seen), seen


def test_status_shows_the_jobs_of_its_own_run(
    cluster: Slurm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two run, the others wait; those of another folder are another run's."""
    monkeypatch.setenv("SLURM_CONF", cluster.environment["SLURM_CONF"])
    other = tmp_path / "other"
    other.mkdir()
    sbatch = ("sbatch", "--parsable", "--output=/dev/null", "--wrap=sleep 100")
    for shard in range(4):
        comment = f"--comment=rule_label_wildcards_1_{shard:02d}"
        assert cluster.ask(*sbatch, comment, f"--chdir={tmp_path}"), cluster.logs()
    assert cluster.ask(*sbatch, f"--chdir={other}")
    try:
        deadline = time.monotonic() + 60
        jobs = slurm_jobs(tmp_path)
        while sum(one.state == "RUNNING" for one in jobs) < 2:
            assert time.monotonic() < deadline, (jobs, cluster.logs())
            time.sleep(0.2)
            jobs = slurm_jobs(tmp_path)
        assert sorted(one.what for one in jobs) == [f"label 1_{shard:02d}" for shard in range(4)]
        assert [one.state for one in jobs].count("PENDING") == 2
        assert len(slurm_jobs(other)) == 1
        print_status(status(load("nano"), tmp_path), Console(file=(out := io.StringIO())))
        assert "Slurm: 2 running, 2 waiting (" in out.getvalue()
    finally:
        cluster.ask("scancel", "--me")
        cluster.wait_until_idle()
