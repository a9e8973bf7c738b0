"""`sws sweep`: a point's graph in a folder of its own goes on where it was, and is measured."""

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from sws.store import read_rows, write_json
from sws.sweep.beginnings import MADE, Beginnings, graph_of
from sws.sweep.running import prepare
from sws.sweep.setting import read_sweep, runs_of
from sws.workflow.graph import above

pytestmark = pytest.mark.whole
Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: `as-is` lies finished in its folder when the sweep starts; `broken` cannot run; `frugal` begins
#: as `as-is` did, and runs in two waves; `mostly-seed` has its new problems and its control.
SWEEP = """
preset: nano
seeds: [1]
points:
  as-is: {}
  broken: {benchmarks: [{name: own, source: not-there.jsonl}]}
  frugal: {preset: nano+frugal, shards: 1, frugal: {waves: 2, first: 0.2}}
  mostly-seed: {curriculum: {seed_share: 0.75}}
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
    chosen = ("--point", "as-is", "--point", "broken")
    done = run(*sweep, *chosen, "--set", "frugal.explore=0.05", ok=False)  # the default
    assert done.returncode == 1
    assert f"{out}/broken/seed1: what it begins with failed" in done.stderr
    (log,) = re.findall(rf"the run ended with exit code 1; see ({out}/\S+)", done.stderr)
    assert "not-there.jsonl" in Path(log).read_text()

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


def test_with_nothing_finished_it_says_what_to_do(run: Run, out: Path, tmp_path: Path) -> None:
    sweep = ("sws", "sweep", str(out / "sweep.yaml"), "--out", str(tmp_path), "--only-show")
    assert "run `sws sweep` without --only-show" in run(*sweep, ok=False).stderr


def test_a_frugal_run_goes_on_from_the_shared_beginning(run: Run, project: Path, out: Path) -> None:
    """The whole of nano+frugal: the same failures, synthesis in waves, both arms, and its cost."""
    folder = out / "frugal" / "seed1"
    begun = laid_out(project, out, "frugal")
    for target in (folder, begun["data/round1/augmented.json"]):
        shutil.copytree(project / "cache/answers", target / "cache/answers")

    sweep = ("sws", "sweep", str(out / "sweep.yaml"), "--out", str(out))
    shown = run(*sweep, "--point", "as-is", "--point", "frugal").stdout
    log = (begun["data/round1/evaluation/sws.json"] / "logs/sweep.log").read_text()
    assert "rule train" in log and "rule generate" not in log, "its new problems were made once"
    concepts = begun["data/round1/concepts.json"]
    assert not (concepts / "logs").exists(), "what it begins with was there, and nothing ran"
    rows = {row["point"]: row for row in csv.DictReader((out / "runs.csv").open())}
    plain, spared = rows["as-is"], rows["frugal"]
    assert plain["failed"] == spared["failed"] and plain["synthetic"] == spared["synthetic"]
    assert int(spared["synthesis_spared"]) > 0 < float(spared["synthesis_minutes"])
    assert int(spared["arms_tokens"]) > 0 and int(spared["blueprints"]) > 0
    assert "synthesis tokens" in shown and "%)" in shown

    # What the waves drew is the beginning of what one draw was, with the same labels.
    kept = {row["problem_id"]: row["answer"] for row in labels_of(project, only="kept")}
    waves = {row["problem_id"]: row["answer"] for row in labels_of(folder, only="kept")}
    assert waves and waves.items() <= kept.items() and len(waves) < len(kept)


def test_a_point_runs_only_what_differs(run: Run, project: Path, out: Path) -> None:
    """The same new problems and the same control, another mixture in training."""
    begun = laid_out(project, out, "mostly-seed")
    run("sws", "sweep", str(out / "sweep.yaml"), "--out", str(out), "--point", "mostly-seed")
    before, after = (out / point / "seed1/data" for point in ("as-is", "mostly-seed"))
    student = "round1/training/extended/student/student.json"
    assert (after / student).stat().st_mtime == (before / student).stat().st_mtime
    arm, own = begun["data/round1/evaluation/sws.json"], out / "mostly-seed/seed1"
    assert stages(arm) == ["train", "evaluate"], "made once, for other points, too"
    assert sorted(stages(own)) == ["config", "metrics", "summary"]

    rollouts = f"'{after}/round1/training/sws/rollouts.parquet'"
    groups = f"select distinct step, epoch, problem_id, source = 'seed' as seed from {rollouts}"
    augmented = f"'{after}/round1/augmented.parquet'"
    ((share,),) = duckdb.execute(
        f"select avg(seed::int) from ({groups} join {augmented} using (problem_id))"
    ).fetchall()
    assert share == pytest.approx(0.75, abs=0.05)


def stages(folder: Path) -> list[str]:
    """The stages that were run in a folder of a sweep, in their order."""
    return re.findall(r"Shell command: sws (\w+)", (folder / "logs/sweep.log").read_text())


def laid_out(project: Path, out: Path, point: str) -> dict[str, Path]:
    """Lay out what `point` shares with `as-is`, from the finished project; where it begins."""
    runs = list(runs_of(read_sweep(out / "sweep.yaml"), points=["as-is", point]))
    for one in runs:
        prepare(one, out)
    graphs = {one.folder: graph_of(one, out) for one in runs}
    plain, begun = (Beginnings(out, graphs).folders(one) for one in runs)
    for end in [end for end in begun if plain.get(end) == begun[end]]:
        for job in above(graphs[runs[0].folder], end):
            for name in filter(lambda name: (project / name).exists(), job.outputs):
                copy(project / name, begun[end] / name)
        copy(project / "data/provenance", begun[end] / "data/provenance")
        write_json(begun[end] / MADE, {})
    return begun


def copy(source: Path, target: Path) -> None:
    """Copy an output, and what lies beside a manifest: a table, or the weights of a student."""
    if source.name == "student.json":
        source, target = source.parent, target.parent
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
        return
    for suffix in {source.suffix, ".parquet"}:
        if source.with_suffix(suffix).exists():
            shutil.copy2(source.with_suffix(suffix), target.with_suffix(suffix))


def labels_of(folder: Path, only: str) -> Iterator[dict[str, object]]:
    """The labels of a run."""
    for manifest in sorted((folder / "data/round1/labels").glob("*.json")):
        yield from read_rows(manifest, only=only)
