"""S²R on `nano`, after the finished graph, by the real TRL and vLLM; its presets plan."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from sws.config import load
from sws.planning.plan import plan
from sws.self_verify.metrics import METRICS
from sws.store import count, count_where, read_rows
from tests.workflow.conftest import Run
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


def test_the_plan_lists_the_jobs_of_a_dry_run(tmp_path: Path) -> None:
    found = jobs(tmp_path, "s2r-qwen2.5-math-7b+self-verify")
    assert found["examine"] == 4 and found["reinforce"] == 2
    planned = plan(load("s2r-qwen2.5-math-7b+self-verify"), measured=False)
    works: Counter[str] = Counter()
    for stage in planned.stages:
        works[stage.stage.partition(":")[0].replace("fine_tune", "sft")] += stage.jobs
    names = ("attempts", "verifications", "trajectories", "sft", "reinforce", "examine", "compare")
    assert {name: works[name] for name in names} == {name: found[name] for name in names}
