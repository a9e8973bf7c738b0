"""The workflow as others use it: a project of `sws init`, a module, a tag of this repository."""

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

DEPLOYED = """\
from snakemake.utils import min_version
min_version("6.10.0")
configfile: "config/config.yaml"
module sws:
    snakefile: gitfile("{origin}", path="workflow/Snakefile", tag="v1")
    config: config
use rule * from sws
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
    assert "extended" in run("make", "run", "CORES=1").stdout


@pytest.mark.whole
def test_a_deployed_tag_runs_to_its_end(project: Path, tmp_path: Path) -> None:
    """The layout of `snakedeploy deploy-workflow`, with a tag of a local repository."""
    origin, folder = tmp_path / "origin", tmp_path / "deployed"
    tagged(origin)
    (folder / "workflow").mkdir(parents=True)
    (folder / "workflow/Snakefile").write_text(DEPLOYED.format(origin=origin))
    shutil.copytree(ROOT / "config", folder / "config")
    config = folder / "config/config.yaml"
    config.write_text(config.read_text().replace("preset: micro", "preset: nano"))
    runs_to_its_end(folder, unfinished(folder, project))


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


def tagged(folder: Path) -> None:
    """A repository with this workflow at the tag v1, and nothing of it in the working tree."""
    for name in ("workflow", "rules"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True)
    shutil.copy(ROOT / "Snakefile", folder)
    run = run_in(folder)
    run("git", "init", "-q")
    run("git", "add", "-A")
    run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one")
    run("git", "tag", "v1")
    for name in ("Snakefile", "workflow", "rules"):
        run("rm", "-r", name)
