"""S²R on `nano`, after the finished graph, by the real TRL and vLLM; its presets plan."""

import json
from pathlib import Path

import pytest

from sws.config import load
from sws.planning.plan import plan
from sws.self_verify.metrics import METRICS
from sws.store import count, count_where, read_rows
from tests.workflow.conftest import Run
from tests.workflow.test_dry_run import dry_run


@pytest.mark.whole
@pytest.mark.xdist_group("whole")
def test_the_second_method_runs_on_nano(run: Run, project: Path) -> None:
    run("snakemake", "--cores", "2", "self_verify", "--config", "preset=nano")
    data = project / "data" / "self_verify"
    summary = json.loads((data / "summary.json").read_text())
    assert list(summary["students"]) == ["base", "outcome", "process", "sft"]
    assert all(set(found["metrics"]) == set(METRICS) for found in summary["students"].values())
    assert count([data / "attempts.json"]) == 16 * count_where(project / "data" / "seed.json")
    assert count_where(data / "trajectories.json") > 0
    for level in ("outcome", "process"):
        rollouts = read_rows(data / "training" / level / "rollouts.json", ["run", "step"])
        assert {(row["run"], row["step"]) for row in rollouts} == {(level, n) for n in range(4)}
    again = run("snakemake", "-n", "self_verify", "--config", "preset=nano")
    assert "Nothing to be done" in again.stdout + again.stderr


@pytest.mark.parametrize("preset", ["s2r-qwen2.5-math-7b", "s2r-qwen2-7b", "s2r-llama-3.1-8b"])
def test_the_papers_presets(preset: str, tmp_path: Path) -> None:
    config = [f"preset={preset}", "self_verify={enabled: true}"]
    shown = dry_run(tmp_path, *config)
    table = shown.split("Job stats:")[1].split("total")[0]
    jobs = {row[0]: int(row[1]) for row in map(str.split, table.splitlines()) if len(row) == 2}
    assert jobs["examine"] == 4 and jobs["reinforce"] == 2
    planned = plan(load(preset, {"self_verify": {"enabled": True}}), measured=False)
    works = {}
    for stage in planned.stages:
        name = stage.stage.partition(":")[0].replace("fine_tune", "sft")
        works[name] = works.get(name, 0) + stage.jobs
    assert all(
        works[name] == jobs[name]
        for name in ("attempts", "verifications", "trajectories", "sft", "reinforce", "examine")
    )
