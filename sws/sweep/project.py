"""A folder in which a run of a sweep, or what several share, is made by the graph."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from sws.errors import SwsError
from sws.installation import SNAKEFILE
from sws.store import write_text
from sws.sweep.setting import Run


def write_params(run: Run, folder: Path) -> None:
    """Write the params.yaml of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "params.yaml", yaml.safe_dump(dict(run.params), sort_keys=False))


def run_graph(folder: Path, *targets: str) -> None:
    """The graph in a folder, on one core; its output goes to logs/sweep.log there.

    Raises SwsError, naming that log, when it fails.
    """
    path = folder / "logs" / "sweep.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "snakemake", "-s", str(SNAKEFILE), "--cores", "1", *targets]
    found = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with path.open("a", encoding="utf-8") as output:
        done = subprocess.run(
            command, cwd=folder, stdout=output, stderr=output, env={**os.environ, "PATH": found}
        )
    if done.returncode:
        raise SwsError(f"{folder}: the run ended with exit code {done.returncode}; see {path}")
