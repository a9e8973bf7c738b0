"""`sws sweep`: a point's graph in a folder of its own goes on where it was, and is measured."""

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.whole
Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: `as-is` lies finished in its folder when the sweep starts; `broken` cannot run.
SWEEP = """
preset: nano
seeds: [1]
points:
  as-is: {}
  broken: {augmented_size: 30, seed_set: {source: not-there.jsonl}}
"""


@pytest.fixture(scope="module")
def out(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sweep in which a run was stopped just before its summary."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "sweep.yaml").write_text(SWEEP)
    own = folder / "as-is" / "seed1"
    for name in ("data", "logs", ".snakemake"):
        shutil.copytree(project / name, own / name, symlinks=True)
    (own / "data/summary.json").unlink()
    return folder


def test_it_goes_on_measures_and_names_what_failed(run: Run, project: Path, out: Path) -> None:
    sweep = ("sws", "sweep", str(out / "sweep.yaml"), "--out", str(out))
    done = run(*sweep, "--set", "frugal.explore=0.05", ok=False)  # the default
    assert done.returncode == 1
    assert f"{out}/broken/seed1: the run ended with exit code 1" in done.stderr
    assert "not-there.jsonl" in (out / "broken/seed1/logs/sweep.log").read_text()

    summary = json.loads((project / "data/summary.json").read_text())
    (row,) = csv.DictReader((out / "runs.csv").open())
    gain = summary["gains"]["sws - extended"]["overall"]["avg@4"]["value"]
    assert float(row["sws"]) - float(row["extended"]) == pytest.approx(gain)
    given = "--out DIR --set=frugal.explore=0.05 --point as-is --seed 1"
    assert row["command"] == f"sws sweep {out}/sweep.yaml {given}"
    assert row["command"].removesuffix(" --point as-is --seed 1") in (out / "sweep.md").read_text()
    assert int(row["equal_steps"]) >= 4  # those of the control
    assert float(row["processor_minutes"]) > 0 and float(row["entropy"]) >= 0
    found = json.loads((out / "sweep.json").read_text())["points"]["as-is"]["gains"]
    assert found["sws - extended"]["all"]["by_seed"] == [pytest.approx(gain)]


def test_a_finished_run_is_not_run_again(run: Run, out: Path) -> None:
    log = out / "as-is/seed1/logs/sweep.log"
    before = log.read_text()
    sweep = ("sws", "sweep", str(out / "sweep.yaml"), "--out", str(out), "--point", "as-is")
    assert "as-is" in run(*sweep).stdout and log.read_text() == before


IMPROVE = """
preset: nano
seeds: [1]
base: as-is
points:
  as-is: {}
  half-seed: {curriculum: {seed_share: 0.5}}
"""


def test_a_point_starts_as_a_copy_of_its_base_and_runs_what_differs(run: Run, out: Path) -> None:
    (out / "improve.yaml").write_text(IMPROVE)
    run("sws", "sweep", str(out / "improve.yaml"), "--out", str(out), "--point", "half-seed")
    before, after = (out / point / "seed1/data" for point in ("as-is", "half-seed"))
    student = "round1/training/extended/student/student.json"
    assert (after / student).stat().st_mtime == (before / student).stat().st_mtime
    log = (out / "half-seed/seed1/logs/sweep.log").read_text()
    run_again = set(re.findall(r"Shell command: sws (\w+ ?\w*)", log))
    assert run_again == {"config ", "train sws", "evaluate sws", "summary data", "metrics data"}

    rollouts = f"'{after}/round1/training/sws/rollouts.parquet'"
    groups = f"select distinct step, epoch, problem_id, source = 'seed' as seed from {rollouts}"
    augmented = f"'{after}/round1/augmented.parquet'"
    ((share,),) = duckdb.execute(
        f"select avg(seed::int) from ({groups} join {augmented} using (problem_id))"
    ).fetchall()
    assert share == pytest.approx(0.5, abs=0.05)


def test_with_nothing_finished_it_says_what_to_do(run: Run, out: Path, tmp_path: Path) -> None:
    sweep = ("sws", "sweep", str(out / "sweep.yaml"), "--out", str(tmp_path), "--only-show")
    assert "run `sws sweep` without --only-show" in run(*sweep, ok=False).stderr
