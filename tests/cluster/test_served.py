"""Two shards on a real Slurm share one real `vllm serve`, which is killed once at work."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.kill import answered
from sws.store import read_rows
from tests.cluster.slurm import Slurm, missing

pytestmark = [
    pytest.mark.whole,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(
        bool(missing()),
        reason=f"not installed: {', '.join(missing())} (Debian's slurm-wlm and munge)",
    ),
]
#: The student labels; every answer is sampled, so that equal rows are no accident.
ROLE = {
    "engine": "vllm",
    "model": "student",
    "temperature": 1.0,
    "max_tokens": 100,
    "concurrency": 4,
}
STUDENT = "data/round1/training/initial/student/student.json"
SHARDS = ("00", "01")


@pytest.fixture
def unlabelled(project: Path, tmp_path: Path) -> Path:
    """The finished nano, without its labels and all that follows from them."""
    folder = tmp_path / "project"
    shutil.copytree(project, folder, symlinks=True, ignore=shutil.ignore_patterns(".git", ".dvc"))
    shutil.rmtree(folder / "data/round1/labels")
    return folder


def overrides(**role: object) -> str:
    return json.dumps({"labeler": {**ROLE, **role}})


def labelled_in_process(folder: Path, out: Path) -> list[dict]:
    """The same labels by vLLM in the stage's own process, with a cache of its own."""
    shutil.copytree(
        folder, out, symlinks=True, ignore=shutil.ignore_patterns("cache", ".snakemake")
    )
    for shard in SHARDS:
        command = [
            sys.executable,
            "-m",
            "sws",
            "label",
            f"data/round1/verdicts/{shard}.json",
            "--student",
            STUDENT,
            "--out",
            f"data/round1/labels/{shard}.json",
            "--set",
            f"roles={overrides()}",
        ]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        subprocess.run(command, cwd=out, env=environment, check=True)
    return rows_of(out)


def rows_of(folder: Path) -> list[dict]:
    tables = (folder / f"data/round1/labels/{shard}.json" for shard in SHARDS)
    return [row for table in tables for row in read_rows(table)]


def answers_of(folder: Path) -> int:
    """Answers of the labeler alone: the cache has those of every role."""
    return answered(folder)[0]


def server_of(cluster: Slurm) -> psutil.Process | None:
    """The API server that a job of this cluster started."""
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("SLURM_CONF") == cluster.environment["SLURM_CONF"]
            if mine and "vllm.entrypoints.openai.api_server" in process.cmdline()[:3]:
                return process
        except (psutil.Error, OSError):
            continue
    return None


def test_two_shards_share_a_server_that_dies_once(unlabelled: Path, tmp_path: Path) -> None:
    before = answers_of(unlabelled)
    targets = [f"data/round1/labels/{shard}.json" for shard in SHARDS]
    with Slurm(cpus=4) as cluster:
        command = [
            sys.executable, "-m", "tests.cluster.impatient", "--profile", "profiles/slurm",
            "--jobs", "2", "--allowed-rules", "serve", "label",
            "--config", f"roles={overrides(servers=1)}", "--", *targets,
        ]  # fmt: skip
        path = f"{Path(sys.executable).parent}:{cluster.environment['PATH']}"
        environment = {**cluster.environment, "PATH": path, "PYTHONPATH": str(unlabelled)}
        with (unlabelled / "slurm.log").open("w") as log:
            workflow = subprocess.Popen(
                command, cwd=unlabelled, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            killed = None
            while workflow.poll() is None:
                if killed is None and answers_of(unlabelled) >= before + 5:
                    killed = server_of(cluster)
                    assert killed, "no server is at work"
                    killed.kill()
                time.sleep(0.05)
        finally:
            workflow.kill()
            workflow.wait()
        said = (unlabelled / "slurm.log").read_text()
        assert workflow.returncode == 0, f"{said[-5000:]}\n{cluster.logs()}"
    log = (unlabelled / "logs/round1/serve/labeler/0.log").read_text()
    assert killed and log.count("serving at") == 2
    answers, twice = answered(unlabelled)
    rows = rows_of(unlabelled)
    assert twice == 0 and answers == before + len(rows)
    assert rows == labelled_in_process(unlabelled, tmp_path / "alone")
