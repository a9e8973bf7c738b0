"""`sws sweep`: a point's graph in a folder of its own goes on where it was, and is measured."""

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sws.store import read_rows
from sws.sweep.beginnings import Beginnings, graph_of
from sws.sweep.running import prepare
from sws.sweep.setting import read_sweep, runs_of

pytestmark = pytest.mark.whole
Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: `as-is` lies finished in its folder when the sweep starts; `broken` cannot run; `frugal` begins
#: as `as-is` did, and runs in two waves.
SWEEP = """
preset: nano
seeds: [1]
points:
  as-is: {}
  broken: {augmented_size: 30, seed_set: {source: not-there.jsonl}}
  frugal: {preset: nano+frugal, shards: 1, frugal: {waves: 2, first: 0.2}}
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
    done = run(*sweep, "--point", "as-is", "--point", "broken", ok=False)
    assert done.returncode == 1
    assert f"{out}/broken/seed1: what it begins with failed" in done.stderr
    (log,) = re.findall(rf"the run ended with exit code 1; see ({out}/\\S+)", done.stderr)
    assert "not-there.jsonl" in Path(log).read_text()

    summary = json.loads((project / "data/summary.json").read_text())
    (row,) = csv.DictReader((out / "runs.csv").open())
    gain = summary["gains"]["sws - extended"]["overall"]["avg@4"]["value"]
    assert float(row["sws"]) - float(row["extended"]) == pytest.approx(gain)
    assert row["command"].endswith("--out DIR --point as-is --seed 1")
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
    (frugal,) = runs_of(read_sweep(out / "sweep.yaml"), points=["frugal"])
    prepare(frugal, out)
    begun = Beginnings(out, {frugal.folder: graph_of(frugal, out)}).folders(frugal)[-1]
    for name in ("base", "round1/training/initial"):
        shutil.copytree(project / "data" / name, begun / "data" / name)
    for name in ("benchmarks", "seed", "round1/failures", "round1/extracted", "round1/concepts"):
        for path in (project / "data").glob(f"{name}.*"):
            shutil.copy2(path, begun / path.relative_to(project))
    shutil.copy2(project / "data/round1/weights.json", begun / "data/round1/weights.json")
    folder = out / frugal.folder
    shutil.copytree(project / "cache/answers", folder / "cache/answers")

    sweep = ("sws", "sweep", str(out / "sweep.yaml"), "--out", str(out))
    shown = run(*sweep, "--point", "as-is", "--point", "frugal").stdout
    assert not (begun / "logs/round1").exists(), "what it begins with was there, and nothing ran"
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


def labels_of(folder: Path, only: str) -> Iterator[dict[str, object]]:
    """The labels of a run."""
    for manifest in sorted((folder / "data/round1/labels").glob("*.json")):
        yield from read_rows(manifest, only=only)
