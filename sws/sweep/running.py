"""Run the graph at every point of a sweep, each in a folder of its own, and share the students."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import chdir
from pathlib import Path

import yaml

from sws.config import Config, load
from sws.errors import SwsError
from sws.identity import content_id
from sws.installation import SNAKEFILE
from sws.progress import Meter
from sws.store import write_json, write_text
from sws.sweep.setting import Run

#: In a run's folder: written when its graph has run to its end, with what it ran.
DONE = "sweep-run.json"
#: The embedded students, each trained once for all points and copied to them.
STUDENTS = "students"
_BASE = "data/base/student.json"
#: Keys of other sections that the embedded student's training depends on, too.
_TEACHES = {
    "self_verify": {"pretraining", "phrases", "textbook", "trajectories"},
    "staged": {"lessons"},
}


class Locks(defaultdict[Path, threading.Lock]):
    """A lock for each folder that several runs may want to fill."""

    def __init__(self) -> None:
        super().__init__(threading.Lock)


def run_all(
    runs: Sequence[tuple[Run, Config]],
    out: Path,
    cores: int,
    bases: Mapping[int, tuple[Run, Config]] | None = None,
) -> None:
    """Run what is not finished, `cores` runs side by side, each on one core.

    `bases` has, by seed, the run that the others start as a copy of. A run that is stopped goes on
    where it was. When one fails, the others are still run, and then SwsError names those that
    failed and their logs.
    """
    locks, failed = Locks(), list[str]()
    with Meter("Runs of the sweep", len(runs)) as meter, ThreadPoolExecutor(cores) as threads:
        futures = [
            threads.submit(_run, run, config, out, locks, (bases or {}).get(run.seed))
            for run, config in runs
        ]
        for done, future in enumerate(as_completed(futures), start=1):
            try:
                future.result()
            except SwsError as error:
                failed.append(str(error))
            meter.update(done)
    if failed:
        raise SwsError(
            "\n".join(failed),
            expected="every run to its end",
            fix="read the logs; the same command goes on with what is missing",
        )


def prepare(run: Run, out: Path) -> Config:
    """Write the run's params.yaml, and check it before anything runs."""
    folder = out / run.folder
    folder.mkdir(parents=True, exist_ok=True)
    _write_params(run, folder)
    try:
        with chdir(folder):
            return load()
    except SwsError as error:
        raise SwsError(f"point {run.point}: {error}") from None


def is_done(config: Config, folder: Path) -> bool:
    """Whether the folder's graph ran to its end with this configuration."""
    try:
        said = json.loads((folder / DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(said == _identity(config))


def _identity(config: Config) -> dict[str, str]:
    return {"configuration": content_id(config.model_dump_json())}


def _run(
    run: Run, config: Config, out: Path, locks: Locks, base: tuple[Run, Config] | None = None
) -> None:
    folder = out / run.folder
    with locks[folder]:
        if is_done(config, folder):
            return
        if base and base[0] != run and not (folder / "data").exists():
            _run(*base, out, locks)
            _copy_run(out / base[0].folder, folder)
        if config.student.source == "scratch" and not (folder / _BASE).exists():
            shared = _student(run, config, out, locks)
            shutil.copytree(shared / "data", folder / "data", dirs_exist_ok=True)
        _snakemake(folder)
        write_json(folder / DONE, _identity(config))


def _copy_run(source: Path, folder: Path) -> None:
    """A finished run, with what Snakemake knows of it; `data` last, for it says that all is there.

    Times are kept: Snakemake reruns what is older than its input.
    """
    for name in (".snakemake/metadata", "cache/answers", "logs/benchmarks", "logs/cost"):
        if (source / name).exists():
            shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
    partial = folder / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(source / "data", partial)
    partial.rename(folder / "data")


def _student(run: Run, config: Config, out: Path, locks: Locks) -> Path:
    """The folder in which a point's student is trained, by the same graph, once for all points."""
    taught = config.self_verify.model_dump_json(include=_TEACHES["self_verify"])
    taught += config.staged.model_dump_json(include=_TEACHES["staged"])
    held_out = [one.model_dump_json() for one in config.benchmarks]
    key = content_id(config.seed, config.student.model_dump_json(), taught, *held_out)
    folder = out / STUDENTS / key
    with locks[folder]:
        if not (folder / DONE).exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write_params(run, folder)
            _snakemake(folder, _BASE)
            write_json(folder / DONE, {"student": key})
    return folder


def _write_params(run: Run, folder: Path) -> None:
    text = yaml.safe_dump(dict(run.params), sort_keys=False)
    write_text(folder / "params.yaml", text)


def _snakemake(folder: Path, *targets: str) -> None:
    """The graph in a folder; its output goes to logs/sweep.log there."""
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
