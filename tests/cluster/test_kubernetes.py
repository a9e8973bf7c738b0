"""Snakemake through profiles/kubernetes, against a cluster of the tests' own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.kubernetes import ROOT, Kubernetes, kubernetes
from tests.workflow.conftest import copy_of_the_project, run_in

SNAKEFILE = """
rule all:
    input: "good", "greedy", "two"

rule good:
    output: "good"
    log: "good.log"
    shell: "echo $SWS_WORD {threads} > {output} 2> {log}"

rule greedy:
    output: "greedy"
    resources: mem_mb=lambda wildcards, attempt: 100 * attempt
    shell: "echo {resources.mem_mb} > {output}"

rule one:
    output: "one"
    group: "both"
    threads: 2
    shell: "echo 1 > {output}"

rule two:
    input: "one"
    output: "two"
    group: "both"
    shell: "cat {input} > {output}"

rule bad:
    output: "bad"
    log: "bad.log"
    shell: "echo out of luck > {log}; exit 3"

rule slow:
    output: "slow"
    shell: "sleep 600; touch {output}"
"""
OPTIONS = ["--seconds-between-status-checks", "1", "--latency-wait", "5"]


class Workflow:
    """A folder with the profile and a Snakefile, and the cluster that it runs on."""

    def __init__(self, folder: Path, cluster: Kubernetes) -> None:
        self.folder, self.cluster = folder, cluster
        shutil.copytree(ROOT / "profiles", folder / "profiles")
        self.template = folder / "profiles/kubernetes/job.yaml"
        self.edit("mountPath: /volume", f"mountPath: {folder}")
        self.edit("{name: PYTHONPATH, value: /volume/sws}", f"{{name: PYTHONPATH, value: {ROOT}}}")
        (folder / "Snakefile").write_text(SNAKEFILE)

    def edit(self, old: str, new: str) -> None:
        """Change the template."""
        text = self.template.read_text()
        assert old in text
        self.template.write_text(text.replace(old, new))

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start Snakemake."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {
            **os.environ,
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "SWS_GPUS": "0",
            "SWS_WORD": "hello",
            "KUBECONFIG": str(self.cluster.folder / "kubeconfig"),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--profile", "profiles/kubernetes", *OPTIONS,
             *arguments],
            cwd=self.folder, env=environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            # Tests that run in the background inherit that SIGINT is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of Snakemake."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=800)
        return process.returncode, said

    def wait_for_a_pod(self, process: "subprocess.Popen[str]") -> str:
        """The name of a Job that runs."""
        deadline = time.monotonic() + 300
        while not self.cluster.running():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        return self.cluster.running()[0]


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    with kubernetes(tmp_path / "cluster", greedy={"greedy": 150}) as cluster:
        folder = tmp_path / "project"
        folder.mkdir()
        yield Workflow(folder, cluster)


def test_jobs_succeed_and_memory_is_doubled_after_a_kill(workflow: Workflow) -> None:
    code, said = workflow.run()
    assert code == 0, said
    assert (workflow.folder / "good").read_text() == "hello 1\n"
    assert (workflow.folder / "greedy").read_text() == "200\n"
    assert (workflow.folder / "two").read_text() == "1\n"
    assert "OOMKilled (exit code 137)" in said
    rules = sorted(job["metadata"]["labels"]["sws/rule"] for job in workflow.cluster.seen)
    assert rules == ["both", "good", "greedy", "greedy"]
    good = next(job for job in workflow.cluster.seen if "good" in job["metadata"]["name"])
    assert good["spec"]["template"]["spec"]["activeDeadlineSeconds"] == 7200
    assert not workflow.cluster.deleted


def test_a_failure_says_why_and_is_tried_again(workflow: Workflow) -> None:
    code, said = workflow.run("--retries", "1", "bad")
    assert code == 1 and len(workflow.cluster.seen) == 2
    assert "(bad) failed: pod sws-bad-" in said and "Error (exit code 1)" in said
    assert "out of luck" in said  # the log of the rule


def test_a_deleted_job_is_tried_again(workflow: Workflow) -> None:
    process = workflow.start("--retries", "0", "slow")
    workflow.cluster.delete(workflow.wait_for_a_pod(process))
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1 and "somebody deleted it" in said


def test_an_image_that_cannot_be_pulled(workflow: Workflow) -> None:
    workflow.edit("registry.example.org/sws", "nowhere/sws")
    code, said = workflow.run("--retries", "0", "good")
    assert code == 1 and "failed: ImagePullBackOff: Back-off pulling image" in said
    assert len(workflow.cluster.deleted) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_jobs_end_with_snakemake(workflow: Workflow, number: int) -> None:
    """After Ctrl-C, and after a kill that gives it no time to do anything."""
    process = workflow.start("slow")
    name = workflow.wait_for_a_pod(process)
    time.sleep(2)
    os.kill(process.pid, number)
    process.communicate(timeout=300)
    deadline = time.monotonic() + 120
    while name not in workflow.cluster.deleted and time.monotonic() < deadline:
        time.sleep(0.1)
    assert workflow.cluster.deleted == [name] and not workflow.cluster.running()


def test_a_cluster_that_refuses(workflow: Workflow) -> None:
    workflow.cluster.refuses = (403, 'jobs.batch is forbidden: User "me" cannot list')
    code, said = workflow.run("--retries", "0", "good")
    assert code == 1 and "the cluster refuses: 403 jobs.batch is forbidden" in said
    assert "jobs (batch): create, list, delete" in said


def test_a_dry_run_needs_no_cluster(tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path / "project")
    (tmp_path / "none").touch()
    shown = run_in(folder)(
        "env",
        f"KUBECONFIG={tmp_path / 'none'}",
        "snakemake",
        "--profile",
        "profiles/kubernetes",
        "-n",
    )
    assert "This was a dry-run" in shown.stdout


def test_first_stages_of_nano(tmp_path: Path) -> None:
    """The graph itself, as far as nothing is trained; the volume is where the project is."""
    folder = copy_of_the_project(tmp_path / "project")
    template = folder / "profiles/kubernetes/job.yaml"
    template.write_text(template.read_text().replace("/volume", str(tmp_path)))
    with kubernetes(tmp_path / "cluster") as cluster:
        shown = run_in(folder)(
            "env", f"KUBECONFIG={cluster.folder / 'kubeconfig'}", "SWS_GPUS=0",
            "snakemake", "--profile", "profiles/kubernetes", *OPTIONS,
            "--config", "seed=7", "--", "data/config.json", "data/seed.json",
        )  # fmt: skip
    rules = [job["metadata"]["labels"]["sws/rule"] for job in cluster.seen]
    assert sorted(rules) == ["benchmarks", "config", "seed"], shown.stderr
    assert json.loads((folder / "data/config.json").read_text())["seed"] == 7
    assert (folder / "data/seed.parquet").exists()
