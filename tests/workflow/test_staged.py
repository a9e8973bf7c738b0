"""Staged RL on `nano`, by the real TRL, vLLM and sandbox; killed and resumed; its preset plans."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.kill import kill_tree
from sws.config import load
from sws.planning.plan import plan
from sws.store import read_rows
from sws.workflow.dvcfile import dvcfile
from sws.workflow.graph import jobs as graph_jobs
from tests.workflow.conftest import ROOT, Run
from tests.workflow.test_dry_run import dry_run, jobs

NANO = ("staged", "--config", "preset=nano")
PAPER = "staged-r1-distill-qwen-1.5b"


@pytest.mark.whole
def test_the_third_method_runs_on_nano_and_resumes_after_a_kill(run: Run, project: Path) -> None:
    stage1 = project / "cache/training/data/staged/training/stage1"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    workflow = subprocess.Popen(
        ["snakemake", "--cores", "2", *NANO],
        cwd=project,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(project)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 600
    while not list(stage1.glob("rollouts/*.parquet")):
        assert workflow.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    kill_tree(workflow.pid)  # jobs have process groups of their own
    workflow.wait()
    run("snakemake", "--cores", "2", *NANO)
    data = project / "data" / "staged"
    summary = json.loads((data / "summary.json").read_text())
    assert list(summary["students"]) == ["base", "stage1", "stage2"]
    assert [(one["steps"], one["stopped_by"]) for one in summary["stages"]] == [(3, "steps")] * 2
    for stage in ("stage1", "stage2"):
        rows = list(read_rows(data / "training" / stage / "rollouts.json"))
        assert {(row["run"], row["step"]) for row in rows} == {(stage, n) for n in range(3)}
        lines = (data / "training" / stage / "metrics.jsonl").read_text().splitlines()
        for line in map(json.loads, lines):
            drawn = {name: one["drawn"] for name, one in line["domains"].items()}
            assert drawn == {"mathematics": 9, "code": 5}  # 14 prompts at 2.1 to 1
    levels = list(read_rows(data / "levels.json"))
    assert all(row["pass_rate_p32"] == 1 for row in levels if "easy" in row["levels"])
    assert {row["domain"] for row in levels} == {"mathematics", "code"}
    shown = run("sws", "staged").stdout
    assert "stage2" in shown and "no level: dropped" in shown.replace("\n", " ")
    again = run("snakemake", "-n", *NANO)
    assert "Nothing to be done" in again.stdout + again.stderr


def test_the_papers_preset() -> None:
    settings = load(PAPER).staged
    first, second = settings.stages
    assert (first.level, first.max_tokens, first.mask_truncated, first.entropy) == (
        "level2", 16_384, False, 0.001,
    )  # fmt: skip
    assert (second.level, second.max_tokens, second.mask_truncated, second.entropy) == (
        "level3", 24_576, True, 0.0,
    )  # fmt: skip
    assert first.plateau and not second.plateau
    rl = settings.training
    assert (rl.prompts_per_step, rl.group_size, rl.updates_per_step, rl.learning_rate) == (
        128, 16, 1, 1e-6,
    )  # fmt: skip


def test_on_gpus_its_rules_ask_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWS_GPUS", "8")
    shown = dry_run(tmp_path, f"preset={PAPER}", "--", "staged")
    blocks = re.findall(r"^rule (\w+):\n(.*?)\n(?:Shell|\n)", shown, re.MULTILINE | re.DOTALL)
    asked: dict[str, int] = {}
    for name, block in blocks:
        scorer = re.search(r"scorer=(\w+)", block)
        if gpu := re.search(r" gpu=(\d+)", block):
            asked[f"{name}:{scorer[1]}" if scorer else name] = int(gpu[1])
    wanted = {"p1": 1, "p7": 1, "p32": 2, "pR": 0}
    assert {name: asked[f"pass_rates:{name}"] for name in wanted} == wanted
    assert (asked["train_stage"], asked["assess"]) == (8, 1)


def test_the_plan_lists_the_jobs_of_a_dry_run(tmp_path: Path) -> None:
    preset = f"{PAPER}+staged"
    found = jobs(tmp_path, preset)
    assert found["train_stage"] == 2 and found["pass_rates"] == 4 * 50
    planned = plan(load(preset), measured=False)
    works: Counter[str] = Counter()
    for stage in planned.stages:
        works[stage.stage.partition(":")[0]] += stage.jobs
    names = ("pool", "pass_rates", "levels", "train_stage", "assess", "compare_stages")
    assert {name: works[name] for name in names} == {name: found[name] for name in names}
    assert any("stage1: may stop before its 1,600 steps" in note for note in planned.notes)


def test_milestones_of_dvc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = graph_jobs({"preset": "nano+staged"}, ROOT)
    own = {job.milestone for job in found if any("staged" in path for path in job.outputs)}
    assert own == {"code", "levels", "stage1", "stage2", "staged"}
    text = dvcfile(found, "nano+staged")
    assert "staged.stages.1" in text and "data/staged/training/stage1" in text


@pytest.mark.parametrize("variant", ["staged-augmented", "staged"])
def test_the_augmented_set_is_staged_from_the_initial_student(variant: str, tmp_path: Path) -> None:
    shown = dry_run(tmp_path, f"preset=nano+{variant}")
    augmented = variant == "staged-augmented"
    student = "round1/training/initial" if augmented else "base"
    assert f"train-stage stage1 --student data/{student}/student" in shown
    assert (f"sws pool data/{'round1/augmented' if augmented else 'seed'}.json" in shown) is True
