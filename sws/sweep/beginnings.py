"""What runs of a sweep share, from the student to whole arms: each is made once."""

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
#: Students that points may have in common.
_ALIKE = ("base", "initial", "extended", "random", "selection", "sws")
#: In the sweep's folder: what runs share.
SHARED = "shared"
#: What is shared, each end after those that it needs: the student, the initial run, its failures,
#: their concepts, the new problems by weakness and regardless of it, and evaluations, with the
#: arms' training. What two of them need is an end, too: made twice, it would be newer in one place
#: than what was made of it in another.
ENDS = (
    "data/base/student.json",
    "data/round1/training/initial/student/student.json",
    "data/round1/failures.json",
    "data/round1/concepts.json",
    "data/round1/augmented.json",
    "data/round1-random/augmented.json",
    *(f"data/round1/evaluation/{arm}.json" for arm in _ALIKE),
)
#: In a folder of what is shared: written when it is made.
MADE = "shared.json"
#: A run takes these with it: what it cost, what was made. The last one says that all is there.
_TAKEN = ("logs/benchmarks", "logs/cost", "data")


class Beginnings:
    """The beginnings of runs, known by the rules and the settings that make them."""

    def __init__(self, out: Path, graphs: Mapping[Path, Sequence[Job]]) -> None:
        """`graphs` has the jobs of each run by its folder; of a run without, nothing is shared."""
        self._out = out / SHARED
        self._keys: dict[Path, dict[str, str]] = {}
        self._needs: dict[Path, set[str]] = {}
        self._locks: dict[Path, threading.Lock] = defaultdict(threading.Lock)
        for of_run, graph in graphs.items():
            chains = {end: above(graph, end) for end in ENDS}
            self._keys[of_run] = {
                end: content_id(*map(_identity, chain)) for end, chain in chains.items() if chain
            }
            for end, key in self._keys[of_run].items():
                made = {output for job in chains[end] for output in job.outputs}
                self._needs[self._out / key] = made & set(ENDS)

    def folders(self, run: Run) -> dict[str, Path]:
        """Where each end is made that the run's graph has."""
        return {end: self._out / key for end, key in self._keys.get(run.folder, {}).items()}

    def take(self, run: Run, folder: Path) -> None:
        """Copy what a run shares with others into its folder, unless it has begun on its own.

        Raises SwsError, naming the log, when the graph of the beginning fails.
        """
        ends = self.folders(run)
        if not ends or (folder / "data").exists():
            return
        try:
            for end in ends:
                self._make(run, end)
        except SwsError as error:
            raise SwsError(f"{folder}: what it begins with failed: {error}") from None
        _copy(list(ends.values()), folder)

    def _make(self, run: Run, end: str) -> None:
        """Make an end in its folder, from the ends that it needs."""
        ends = self.folders(run)
        folder = ends[end]
        with self._locks[folder]:
            if not (folder / MADE).exists():
                write_params(run, folder)
                needs = [other for other in ends if other in self._needs[folder] and other != end]
                if not (folder / "data").exists():
                    _copy([ends[other] for other in needs], folder)
                run_graph(folder, end)
                write_json(folder / MADE, {"makes": end, "first": str(run.folder)})


def graph_of(run: Run, out: Path) -> list[Job]:
    """The jobs of a run, by the params.yaml in its folder; none where it cannot be resolved."""
    try:
        with chdir(out / run.folder):
            return jobs(folder=ASSETS)
    except (WorkflowError, SwsError) as error:  # the run itself will fail, and say why in its log
        log.info("%s: shares nothing: its graph cannot be resolved (%s)", run.folder, error)
        return []


def _identity(job: Job) -> tuple[object, ...]:
    return job.rule, job.inputs, job.outputs, job.settings


def _copy(sources: Sequence[Path], folder: Path) -> None:
    """All sources in one; times are kept, since Snakemake remakes what is older than its input."""
    partial = folder / "begun.partial"
    shutil.rmtree(partial, ignore_errors=True)
    for name in _TAKEN:
        for source in sources:
            if (source / name).is_dir():
                shutil.copytree(source / name, partial / name, dirs_exist_ok=True)
        if (partial / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(folder / name, ignore_errors=True)
            (partial / name).rename(folder / name)
    shutil.rmtree(partial, ignore_errors=True)
