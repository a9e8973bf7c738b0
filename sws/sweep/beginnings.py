"""What runs of a sweep share: the student, and the graph up to the concepts, each made once."""

import logging
import shutil
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import chdir
from pathlib import Path

from snakemake.exceptions import WorkflowError

from sws.errors import SwsError
from sws.identity import content_id
from sws.installation import ASSETS
from sws.store import write_json
from sws.sweep.project import run_graph, write_params
from sws.sweep.setting import Run
from sws.workflow.graph import Job, above, jobs

log = logging.getLogger(__name__)
#: In the sweep's folder: what runs share.
SHARED = "shared"
#: What is shared, each end after those before it: the student; the initial run and its failures.
ENDS = ("data/base/student.json", "data/round1/concepts.json")
_DONE = "shared.json"
#: A run takes these with it: what was made, what it cost.
_TAKEN = ("data", "logs/benchmarks", "logs/cost")


class Beginnings:
    """The beginnings of runs, known by the rules and the settings that make them."""

    def __init__(self, out: Path, graphs: Mapping[Path, Sequence[Job]]) -> None:
        """`graphs` has the jobs of each run by its folder; of a run without, nothing is shared."""
        self._out = out / SHARED
        self._keys = {folder: _keys(graph) for folder, graph in graphs.items()}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def folders(self, run: Run) -> list[Path]:
        """Where the beginnings of a run are made, one for each of `ENDS` that its graph has."""
        return [self._out / key for _, key in self._keys.get(run.folder, [])]

    def take(self, run: Run, folder: Path) -> None:
        """Copy what a run shares with others into its folder, unless it has begun on its own.

        Raises SwsError, naming the log, when the graph of the beginning fails.
        """
        keys = self._keys.get(run.folder, [])
        if not keys or any((folder / end).exists() for end in ENDS):
            return
        try:
            _copy(self._made(run, keys), folder)
        except SwsError as error:
            raise SwsError(f"{folder}: what it begins with failed: {error}") from None

    def _made(self, run: Run, keys: Sequence[tuple[str, str]]) -> Path:
        *before, (end, key) = keys
        folder = self._out / key
        with self._locks[key]:
            if not (folder / _DONE).exists():
                write_params(run, folder)
                if before and not (folder / before[-1][0]).exists():
                    _copy(self._made(run, before), folder)
                run_graph(folder, end)
                write_json(folder / _DONE, {"makes": end, "first": str(run.folder)})
        return folder


def graph_of(run: Run, out: Path) -> list[Job]:
    """The jobs of a run, by the params.yaml in its folder; none where it cannot be resolved."""
    try:
        with chdir(out / run.folder):
            return jobs(folder=ASSETS)
    except (WorkflowError, SwsError) as error:  # the run itself will fail, and say why in its log
        log.info("%s: shares nothing: its graph cannot be resolved (%s)", run.folder, error)
        return []


def _keys(graph: Sequence[Job]) -> list[tuple[str, str]]:
    """Each end that the graph makes, with a hash of all that makes it."""
    chains = [(end, above(graph, end)) for end in ENDS]
    return [(end, content_id(*map(_identity, chain))) for end, chain in chains if chain]


def _identity(job: Job) -> tuple[object, ...]:
    return job.rule, job.inputs, job.outputs, job.settings


def _copy(source: Path, folder: Path) -> None:
    for name in _TAKEN:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
