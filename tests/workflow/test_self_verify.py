"""S²R on `nano`, after the finished graph, by the real TRL and vLLM; its presets plan."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from sws.config import load
from sws.errors import SwsError
from sws.planning.plan import plan
from sws.self_verify.metrics import METRICS
from sws.store import count, count_where, read_rows
from tests.workflow.conftest import Run, copy_of_the_project, run_in
from tests.workflow.test_dry_run import dry_run, jobs


@pytest.mark.whole
def test_the_second_method_runs_on_nano(run: Run, project: Path) -> None:
    run("snakemake", "--cores", "2", "self_verify", "--config", "preset=nano")
    data = project / "data" / "self_verify"
    summary = json.loads((data / "summary.json").read_text())
    assert list(summary["students"]) == ["base", "outcome", "process", "sft"]
    assert all(set(found["metrics"]) == set(METRICS) for found in summary["students"].values())
    assert count([data / "attempts.json"]) > 0
    assert count_where(data / "trajectories.json") > 0
    for level in ("outcome", "process"):
        rollouts = read_rows(data / "training" / level / "rollouts.json", ["run", "step"])
        assert {(row["run"], row["step"]) for row in rollouts} == {(level, n) for n in range(4)}
    again = run("snakemake", "-n", "self_verify", "--config", "preset=nano")
    assert "Nothing to be done" in again.stdout + again.stderr


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
