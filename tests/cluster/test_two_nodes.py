"""One training job over two nodes of a real Slurm, a process on each, over gloo."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sws.store import read_rows
from tests.cluster.slurm import Slurm, missing
from tests.workflow.conftest import copy_of_the_project

pytestmark = [
    pytest.mark.whole,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(
        bool(missing()),
        reason=f"not installed: {', '.join(missing())} (Debian's slurm-wlm and munge)",
    ),
]
ROLLOUTS = "data/round1/training/initial/rollouts.json"
CONFIG = [
    "preset=nano",
    "student={scratch: {steps: 2, rows: 300}}",
    "initial_rl={steps: 2, prompts_per_step: 4, save_steps: 1, threads: 1}",
]


def snakemake(folder: Path, environment: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "tests.cluster.impatient", *arguments, "--config", *CONFIG]
    path = f"{folder}/bin:{Path(sys.executable).parent}:{environment['PATH']}"
    subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PATH": path, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"},
        check=True,
    )


def test_a_training_job_spans_two_nodes(tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path / "project")
    snakemake(folder, dict(os.environ), "--cores", "1", "data/base/student.json", "data/seed.json")
    (folder / "bin").mkdir()
    listing = folder / "bin" / "nvidia-smi"  # a GPU on each node, for who counts them
    listing.write_text('#!/bin/sh\n[ "$1" = --list-gpus ] && echo "GPU 0: none"\n')
    listing.chmod(0o755)
    with Slurm(cpus=8, nodes=2, gpus=1) as cluster:
        environment = cluster.environment | {
            "SWS_GPUS": "1",
            "SWS_NODES": "2",
            "SWS_LAUNCH": "profiles/accelerate/slurm.sh",
            "SWS_ACCELERATE": "ddp",
            "ACCELERATE_USE_CPU": "true",
        }
        options = ["--jobs", "1", "--retries", "0"]
        try:
            snakemake(folder, environment, "--profile", "profiles/slurm", *options, ROLLOUTS)
        except subprocess.CalledProcessError:
            logs = [path.read_text()[-3000:] for path in folder.glob("logs/**/*.log")]
            pytest.fail("\n".join([*logs, cluster.logs()]))
    rows = list(read_rows(folder / ROLLOUTS))
    assert {row["rank"] for row in rows} == {0, 1}
    journal = (folder / "data/round1/training/initial/metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in journal] == [0, 1]
    assert (folder / "logs/round1/train/initial.rank1.log").exists()
