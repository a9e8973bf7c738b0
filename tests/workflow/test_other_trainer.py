"""Rollouts of another trainer in place of the initial run: the whole graph on `nano`."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from sws.planning.plan import plan
from tests.workflow.conftest import Run, run_in
from tests.workflow.test_dry_run import jobs

STRANGER = "Who wrote this problem, which no seed set has?"


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy of the finished project, whose initial run is replaced by a dump of it."""
    folder = Path(shutil.copytree(project, tmp_path / "project", symlinks=True))
    dump(folder, folder / "dump")
    for name in ("round1", "summary.json"):  # nothing of the initial run is left
        path = folder / "data" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    params = "preset: nano\ninitial_rl: {rollouts: dump/}\n"
    (folder / "params.yaml").write_text(params)
    return folder


def dump(project: Path, folder: Path) -> None:
    """The rollouts of the initial run as verl's `trainer.rollout_data_dir` has them."""
    folder.mkdir()
    rows = duckdb.execute(f"""
        select step, problem, completion, outcome
        from '{project}/data/round1/training/initial/rollouts.parquet'
        join '{project}/data/seed.parquet' using (problem_id)
    """).fetchall()
    for step in sorted({row[0] for row in rows}):
        lines = [
            {"input": f"user\n{problem}\nassistant\n", "output": completion, "gts": "",
             "score": float(outcome == "correct"), "step": step}
            for at, problem, completion, outcome in rows if at == step
        ]  # fmt: skip
        lines.append({**lines[0], "input": STRANGER})
        (folder / f"{step}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.whole
def test_the_whole_graph_without_an_initial_run(project: Path, copy: Path) -> None:
    run: Run = run_in(copy)
    run("sws", "config")
    run("snakemake", "--cores", "2")
    theirs, ours = (f"{folder}/data/round1/failures.parquet" for folder in (copy, project))
    same = "select problem_id, category, failed, reason from '{}' order by 1"
    assert duckdb.execute(same.format(theirs)).fetchall() == (
        duckdb.execute(same.format(ours)).fetchall()
    )
    log = (copy / "logs/round1/failures.log").read_text()
    assert "are not of the seed set and are left out" in log and STRANGER[:40] in log
    assert not (copy / "data/round1/training/initial").exists()
    summary = json.loads((copy / "data/summary.json").read_text())
    assert set(summary["arms"]) == {"base", "extended", "sws"}
    assert set(summary["gains"]) == {"sws - extended"}
    assert "Nothing to be done" in run("snakemake", "-n").stdout
    assert "extended" in run("sws", "show").stdout
    run("sws", "dvc")
    stages = (copy / "dvc.yaml").read_text()
    assert "training/initial" not in stages and "initial_rl.rollouts" in stages


def test_only_the_first_round_has_none(tmp_path: Path) -> None:
    """The second starts from the first's `sws` student, whose rollouts nobody has yet."""
    given = ("initial_rl={rollouts: dump/}",)
    found = jobs(tmp_path, "nano", *given)
    assert found["train"] == 2 and found["evaluate"] == 3 and found["failures"] == 1
    assert jobs(tmp_path, "nano", *given, "--", "report")["train"] == 2
    found = jobs(tmp_path, "nano+second-round", *given)
    assert found["train"] == 1 + 1 + 2 and found["evaluate"] == 4


def test_the_plan_leaves_the_initial_run_out() -> None:
    from sws.config import load

    stages = {one.stage for one in plan(load("nano", {"initial_rl": {"rollouts": "x"}})).stages}
    assert "failures" in stages and "train:initial" not in stages
    assert "evaluate:initial" not in stages and "evaluate:base" in stages
