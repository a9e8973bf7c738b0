"""A folder in which a run of a sweep, or what several share, is made by the graph."""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

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

    Raises SwsError when it fails, naming that log, with what the stage said that failed.
    """
    path = folder / "logs" / "sweep.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "snakemake", "-s", str(SNAKEFILE), "--cores", "1", *targets]
    found = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    before = path.stat().st_size if path.exists() else 0
    with path.open("a", encoding="utf-8") as output:
        done = subprocess.run(
            command, cwd=folder, stdout=output, stderr=output, env={**os.environ, "PATH": found}
        )
    if done.returncode:
        said = _last_error(path.read_bytes()[before:].decode(errors="replace"))
        raise SwsError(
            f"{folder}: the run ended with exit code {done.returncode}; see {path}{said}"
        )


def _last_error(output: str) -> str:
    """The error that a stage printed last, indented below the sweep's own; empty if none did."""
    errors = re.findall(r"^sws: .*(?:\n  .*)*", output, re.MULTILINE)
    return indent(f"\n{errors[-1]}", "    ") if errors else ""
