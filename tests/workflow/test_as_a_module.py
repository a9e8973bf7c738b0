"""The workflow as others use it: a project of `sws init`, a module of their own."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sws.project.create import create
from tests.workflow.conftest import ROOT, run_in

Run = Callable[..., "subprocess.CompletedProcess[str]"]

#: The last milestone: what is left to do where all but the evaluation is finished.
LAST = ("data/round1/evaluation", "data/summary.json", "data/summary.svg", "data/summary.png",
        "data/metrics.json", "data/provenance/evaluation.json")  # fmt: skip

PREFIXED = """\
module weakness:
    snakefile: "{snakefile}"
    config: config["weakness"]
    {more}
use rule * from weakness as weakness_*

rule all:
    default_target: True
    input: rules.weakness_all.input
    shell: "echo mine"
"""


def unfinished(folder: Path, finished: Path) -> Run:
    """Give a folder the results of a finished nano but for the evaluation; runs commands there."""
    for name in ("data", "cache"):
        shutil.copytree(finished / name, folder / name, symlinks=True, dirs_exist_ok=True)
    for name in LAST:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    run = run_in(folder)
    return lambda *command, ok=True: run("env", f"PYTHONPATH={ROOT}", *command, ok=ok)


def runs_to_its_end(folder: Path, run: Run) -> None:
    """Snakemake finds only the evaluation left, runs it, and then has nothing left to do."""
    left = run("snakemake", "-n").stdout
    assert "rule evaluate:" in left and "rule metrics:" in left and "rule train:" not in left
    run("snakemake", "--cores", "2")
    assert (folder / "data/summary.json").exists() and (folder / "data/metrics.json").exists()
    # The handlers of the module: one run at a time, and provenance that travels.
    assert (folder / ".snakemake/running").exists()
    assert (folder / "data/provenance/evaluation.json").exists()
    assert "Nothing to be done" in run("snakemake", "-n").stdout


@pytest.mark.whole
def test_a_project_of_sws_init_runs_to_its_end(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mein Projekt ä"
    create(folder, "nano")
    run = unfinished(folder, project)
    runs_to_its_end(folder, run)
    shown = run("make", "run", "CORES=1").stdout
    assert "extended" in shown and "Not under Git" in shown


def test_a_module_with_prefixed_rules_and_its_part_of_the_configuration(tmp_path: Path) -> None:
    shown = dry_run(tmp_path, PREFIXED.format(snakefile=ROOT / "Snakefile", more=""))
    assert "rule weakness_train:" in shown.stdout and "echo mine" in shown.stdout
    assert "sws train initial" in shown.stdout and not shown.returncode


def test_a_module_whose_files_are_moved_is_refused(tmp_path: Path) -> None:
    moved = PREFIXED.format(snakefile=ROOT / "Snakefile", more='prefix: "runs/first"')
    shown = dry_run(tmp_path, moved)
    assert shown.returncode and "use rule * from sws as sws_*" in shown.stdout + shown.stderr


def dry_run(folder: Path, snakefile: str) -> "subprocess.CompletedProcess[str]":
    """A dry run of a Snakefile with a configuration that has parts for others, too."""
    (folder / "Snakefile").write_text(snakefile)
    (folder / "config.yaml").write_text("weakness: {preset: nano}\nother: 1\n")
    command = ("snakemake", "-n", "-p", "--configfile", "config.yaml")
    return run_in(folder)("env", f"PYTHONPATH={ROOT}", *command, ok=False)
