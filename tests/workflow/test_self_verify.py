"""S²R on `nano`, after the finished graph, by the real TRL and vLLM; its presets plan."""

import json
import os
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks.kill import contents, kill_and_resume
from sws.config import load
from sws.errors import SwsError
from sws.planning.plan import plan
from sws.self_verify.budget import tokens_of
from sws.self_verify.metrics import METRICS
from sws.store import count, count_where, read_rows
from tests.workflow.conftest import copy_of_the_project, run_in
from tests.workflow.test_dry_run import dry_run, jobs

RUNS = ("outcome", "process", "offline", "plain")

pytestmark = pytest.mark.xdist_group("self_verify")  # one finished run, of one worker


@pytest.fixture(scope="module")
def finished(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the finished project that DVC takes on to S²R: what is finished is not remade."""
    folder = tmp_path_factory.mktemp("self_verify") / "project"
    shutil.copytree(project, folder, symlinks=True)
    params = folder / "params.yaml"
    params.write_text(params.read_text().replace("preset: nano", "preset: nano+self-verify"))
    run = run_in(folder)
    run("sws", "dvc")
    run("dvc", "repro")
    return folder


@pytest.mark.whole
def test_the_second_method_runs_on_nano(finished: Path) -> None:
    run = run_in(finished)
    data = finished / "data" / "self_verify"
    summary = json.loads((data / "summary.json").read_text())
    assert sorted(summary["students"]) == sorted(["base", "sft", *RUNS])
    assert all(set(found["metrics"]) == set(METRICS) for found in summary["students"].values())
    assert count([data / "attempts.json"]) > 0
    assert count_where(data / "trajectories.json") > 0
    for name in RUNS:
        rollouts = read_rows(data / "training" / name / "rollouts.json", ["run", "step"])
        steps = {(row["run"], row["step"]) for row in rollouts}
        assert steps == {(name, n) for n in range(len(steps))}
        assert len(steps) == 4 or name == "plain"
    of = {name: data / "training" / name / "metrics.jsonl" for name in ("sft", "outcome", "plain")}
    spent = tokens_of([data / "attempts.json", of["sft"], of["outcome"]])
    assert tokens_of([of["plain"]]) >= spent
    again = run("snakemake", "-n", "self_verify")
    assert "Nothing to be done" in again.stdout + again.stderr
    assert "up to date" in run("dvc", "repro").stdout


@pytest.mark.whole
def test_it_is_killed_and_ends_with_the_same_rows(finished: Path, tmp_path: Path) -> None:
    """Wherever it is at RL of actions, offline sampling, or RL on those samples."""
    copy = Path(shutil.copytree(finished, tmp_path / "project", symlinks=True))
    own = copy / "data/self_verify"
    for name in ("process", "offline"):
        shutil.rmtree(own / "training" / name)
        (own / f"evaluation/{name}.json").unlink()
    for name in ("offline.json", "summary.json"):  # what lacks only in between is not made again
        (own / name).unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(copy))
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        killed = kill_and_resume(copy, kills=3, between=(8.0, 25.0), options=("self_verify",))
    assert killed["kills"] and contents(copy) == contents(finished)


@pytest.mark.whole
def test_a_round_of_sws_starts_from_its_student(finished: Path, tmp_path: Path) -> None:
    """In a folder of its own, since there it is the base student."""
    run = run_in(copy_of_the_project(tmp_path))
    taught = finished / "data/self_verify/training/process/student"
    params = tmp_path / "params.yaml"
    small = {
        "student": {"source": str(taught), "max_tokens": 100},
        "initial_rl": {"steps": 4},
        "blueprints": {"total": 60},
        "arms": {"names": ["sws"], "training": {"steps": 2}},
    }
    params.write_text(yaml.safe_dump({"preset": "nano", **small}))
    run("snakemake", "--cores", "2", "data/round1/evaluation/sws.json")
    weights = "model.safetensors"
    assert (tmp_path / "data/base" / weights).read_bytes() == (taught / weights).read_bytes()
    assert count([tmp_path / "data/round1/evaluation/sws.json"]) > 0
    run("sws", "verify-metrics", "data/round1/evaluation/sws.json", *_SETS)


_SETS = ("--problems", "data/benchmarks.json", "--problems", "data/seed.json")


@pytest.mark.parametrize(
    ("preset", "student", "beta"),
    [
        ("s2r-qwen2.5-math-7b", "Qwen/Qwen2.5-Math-7B", 0.01),
        ("s2r-qwen2-7b", "Qwen/Qwen2-7B-Instruct", 0.05),
        ("s2r-llama-3.1-8b", "meta-llama/Llama-3.1-8B-Instruct", 0.05),
    ],
)
def test_the_papers_presets(preset: str, student: str, beta: float) -> None:
    config = load(preset)
    assert (config.student.source, config.self_verify.rl.beta) == (student, beta)
    assert config.self_verify.sft.epochs == 3 and config.self_verify.rl.steps == 500


def test_on_gpus_its_rules_ask_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWS_GPUS", "8")
    shown = dry_run(tmp_path, "preset=s2r-qwen2.5-math-7b", "--", "self_verify")
    blocks = re.findall(r"^rule (\w+):\n(.*?)\n(?:Shell|\n)", shown, re.MULTILINE | re.DOTALL)
    asked = {name: gpu[1] for name, block in blocks if (gpu := re.search(r" gpu=(\d+)", block))}
    wanted = {"attempts": 1, "sft": 8, "reinforce": 8, "examine": 1}
    assert {name: int(asked[name]) for name in wanted} == wanted


@pytest.mark.parametrize(("preset", "runs"), [("s2r-qwen2.5-math-7b", 3), ("s2r-micro", 4)])
def test_the_plan_lists_the_jobs_of_a_dry_run(preset: str, runs: int, tmp_path: Path) -> None:
    found = jobs(tmp_path, f"{preset}+self-verify")
    assert (found["examine"], found["reinforce"], found["offline"]) == (2 + runs, runs, 1)
    planned = plan(load(f"{preset}+self-verify"), measured=False)
    works: Counter[str] = Counter()
    for stage in planned.stages:
        works[stage.stage.partition(":")[0].replace("fine_tune", "sft")] += stage.jobs
    names = (
        *("attempts", "verifications", "trajectories", "sft", "offline", "reinforce", "examine"),
        "compare",
    )
    assert {name: works[name] for name in names} == {name: found[name] for name in names}


def test_the_control_is_planned_with_the_tokens_that_it_spends() -> None:
    planned = plan(load("s2r-micro+self-verify"), measured=False)
    tokens = {stage.stage: stage.completion_tokens for stage in planned.stages}
    assert tokens["reinforce:offline"] == 0 < tokens["offline"]
    assert tokens["reinforce:plain"] > tokens["reinforce:outcome"] + tokens["attempts"]


def test_rollouts_that_replace_the_initial_run_are_no_attempts(tmp_path: Path) -> None:
    run = run_in(copy_of_the_project(tmp_path))
    foreign = "initial_rl={rollouts: rollouts.jsonl}"
    shown = run("snakemake", "-n", "self_verify", "--config", foreign, ok=False)
    assert "set self_verify.trajectories.attempts to samples" in shown.stdout + shown.stderr
    with pytest.raises(SwsError, match="set it to samples"):
        load("nano+self-verify", {"initial_rl": {"rollouts": "rollouts.jsonl"}})


def test_its_milestones_are_versioned(tmp_path: Path) -> None:
    """`sws dvc` writes a stage for each."""
    copy_of_the_project(tmp_path)
    run = run_in(tmp_path)
    params = tmp_path / "params.yaml"
    params.write_text(params.read_text().replace("preset: nano", "preset: s2r-micro+self-verify"))
    run("sws", "dvc")
    stages = yaml.safe_load((tmp_path / "dvc.yaml").read_text())["stages"]
    wanted = ("trajectories", "sft", "outcome", "process", "offline", "plain", "self-verification")
    assert [name for name in stages if name in wanted] == list(wanted)
    assert "data/self_verify/summary.json" in str(stages["self-verification"]["outs"])
