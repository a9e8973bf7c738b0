"""Run the graph at every point of a sweep, each in a folder of its own; what is equal, once."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import chdir
from pathlib import Path

from sws.config import Config, load
from sws.errors import SwsError
from sws.identity import content_id
from sws.progress import Meter
from sws.store import write_json
from sws.sweep.beginnings import Beginnings, graph_of
from sws.sweep.project import run_graph, write_params
from sws.sweep.setting import Run

#: In a run's folder: written when its graph has run to its end, with what it ran.
DONE = "sweep-run.json"


def run_all(runs: Sequence[tuple[Run, Config]], out: Path, cores: int) -> None:
    """Run what is not finished, `cores` runs side by side, each on one core.

    A run that is stopped goes on where it was. When one fails, the others are still run, and then
    SwsError names those that failed and their logs.
    """
    left = [(run, config) for run, config in runs if not is_done(config, out / run.folder)]
    beginnings = Beginnings(out, {run.folder: graph_of(run, out) for run, _ in left})
    failed: list[str] = []
    with Meter("Runs of the sweep", len(runs)) as meter, ThreadPoolExecutor(cores) as threads:
        futures = [threads.submit(_run, run, config, out, beginnings) for run, config in left]
        for done, future in enumerate(as_completed(futures), start=len(runs) - len(left) + 1):
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
    write_params(run, folder)
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


def _run(run: Run, config: Config, out: Path, beginnings: Beginnings) -> None:
    folder = out / run.folder
    beginnings.take(run, folder)
    run_graph(folder)
    write_json(folder / DONE, _identity(config))
