"""A copy of the project in which the whole graph is run once, through DVC and Snakemake."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run_in(folder: Path) -> Run:
    """A function that runs a command in `folder` which must succeed unless `ok` is False."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(folder)}

    def run(*command: str, ok: bool = True) -> "subprocess.CompletedProcess[str]":
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if ok and result.returncode:
            pytest.fail(f"{' '.join(command)}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}")
        return result

    return run


def copy_of_the_project(folder: Path) -> Path:
    """What Git would clone, the working tree's state, with `nano` chosen."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in files.splitlines():
        if (ROOT / name).is_file() and not name.startswith(("data/", "dvc.lock")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    params = folder / "params.yaml"
    params.write_text(params.read_text().replace("preset: micro", "preset: nano"))
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with `nano` finished by `dvc repro`: run once, and a copy for each worker.

    $SWS_FINISHED_NANO names one that is finished already, to copy instead: minutes saved.
    """
    folder = tmp_path_factory.mktemp("nano") / "project"
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    finished = Path(os.environ.get("SWS_FINISHED_NANO") or shared / "finished")
    with FileLock(shared / "finished.lock"):
        if not finished.exists():
            finish(shared / "unfinished").rename(finished)
    return Path(shutil.copytree(finished, folder, symlinks=True))


def finish(folder: Path) -> Path:
    """Run the whole graph in a copy of the project."""
    copy_of_the_project(folder)
    run = run_in(folder)
    run("sws", "dvc")
    run("git", "init", "-q")
    run("git", "add", "-A")
    run("dvc", "repro")
    return folder


@pytest.fixture(scope="session")
def run(project: Path) -> Run:
    """Runs a command in the finished project."""
    return run_in(project)
