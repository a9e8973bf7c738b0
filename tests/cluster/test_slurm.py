"""The whole graph through a real Slurm on this machine, and a node that dies in the middle."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.kill import contents
from tests.workflow.conftest import copy_of_the_project, run_in

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(
        "SWS_TEST_SLURM" not in os.environ,
        reason="writes /etc/slurm and starts daemons: only where SWS_TEST_SLURM=1 allows it "
        "(needs root and Debian's slurm-wlm and munge)",
    ),
]
SLURM = Path(__file__).with_name("slurm.sh")
OPTIONS = ["--profile", "profiles/slurm", "--jobs", "2", "--latency-wait", "10"]


@pytest.fixture(scope="module")
def slurm() -> Iterator[None]:
    subprocess.run([SLURM, "start", "2"], check=True)
    os.environ.update(SWS_GPUS="0", SWS_SLURM_ACCOUNTING="0")
    yield
    subprocess.run([SLURM, "stop"], check=True)


def test_nano_on_slurm_has_the_rows_of_the_local_run(
    slurm: None, project: Path, tmp_path: Path
) -> None:
    folder = copy_of_the_project(tmp_path / "project")
    run_in(folder)("snakemake", *OPTIONS)
    assert contents(folder) == contents(project)


def test_a_job_whose_node_dies_is_tried_again(slurm: None, project: Path, tmp_path: Path) -> None:
    """The daemon and every process of its jobs are killed, and the node comes back."""
    folder = tmp_path / "project"
    shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(".git", ".dvc"))
    shutil.rmtree(folder / "data/round1/labels")
    (folder / "data/round1/augmented.json").unlink()  # it misses the labels
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    with subprocess.Popen(["snakemake", *OPTIONS], cwd=folder, env=environment) as workflow:
        deadline = time.monotonic() + 300
        while "RUNNING" not in squeue() and time.monotonic() < deadline:
            time.sleep(0.5)
        time.sleep(5)
        subprocess.run([SLURM, "crash"], check=True)
        assert workflow.wait(600) == 0
    assert contents(folder) == contents(project)


def squeue() -> str:
    command = ["squeue", "--noheader", "--format", "%T"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
