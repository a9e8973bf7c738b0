"""Where a run stands, from the files it writes; no lock is taken, so it is safe at any time.

Finished jobs are manifests in `data/`; answers, time and running processes come from the ledger in
`logs/cost`, which every process updates while it works, here or on a node of a cluster; rows and
their rate from the logs; steps from Snakemake's own log. On Slurm, the queue says what waits.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.ledger import HEARTBEAT
from sws.planning.plan import Plan, Stage, plan
from sws.planning.project import BRANCH, CONFIG, Project, Spent, spent
from sws.planning.queue import QueuedJob, slurm_jobs

#: A process that has not written for this long does not work any more.
SILENT = 3 * HEARTBEAT
#: The manifests of a stage in the folder of a round; the ledger counts stages not listed.
_TABLES = {
    "failures": "failures.json",
    "control": "failures.json",
    "extract": "extracted.json",
    "concepts": "concepts.json",
    "blueprints": "blueprints/*.json",
    "generate": "candidates/*.json",
    "screen": "screened/*.json",
    "judge": "ratings/{name}/*.json",
    "verdicts": "verdicts/*.json",
    "label": "labels/*.json",
    "difficulty": "difficulty/*.json",
    "augment": "augmented.json",
    "select": "selected.json",
    "train": "training/{name}/student/student.json",
    "evaluate": "evaluation/{name}.json",
}
_OUTSIDE = {
    "config": "data/config.json",
    "benchmarks": "data/benchmarks.json",
    "seed": "data/seed.json",
    "student": "data/base/student.json",
    "bank": "data/bank.json",
    "summary": "data/summary.json",
    "metrics": "data/metrics.json",
}
#: One job writes all of a round's shards, or of a wave's.
_WHOLE = ("blueprints", "screen")
_STEPS = re.compile(r"^(\d+) of (\d+) steps \(\d+%\) done", re.MULTILINE)
_ROWS = re.compile(r"([^:\n]+): (\d+)(?: of (\d+) \(\d+%\))?, ([\d.]+) per second$", re.MULTILINE)
_TAIL = 1 << 16


@dataclass(frozen=True)
class StageStatus:
    """A stage: jobs and answers done of those planned, its rate, and the hours spent and left.

    `rate` is answers per second of its processes; `hours_left` is None where nothing measured says.
    """

    stage: str
    state: str
    jobs: int
    jobs_planned: int
    answers: int
    answers_planned: int
    rate: float
    hours: float
    hours_left: float | None
    running: int
    lost: int


@dataclass(frozen=True)
class Progress:
    """The last line of progress in the log of a running job."""

    log: str
    what: str
    rows: int
    of: int | None
    rate: float

    @property
    def hours_left(self) -> float | None:
        """What is left at this rate."""
        return (self.of - self.rows) / self.rate / 3600 if self.of and self.rate else None


@dataclass(frozen=True)
class Status:
    """The run in a folder: every stage, jobs that run or wait in Slurm, and Snakemake's steps."""

    preset: str
    running: int
    stages: list[StageStatus]
    progress: list[Progress]
    steps: tuple[int, int] | None
    hours_left: float
    unmeasured: list[str]
    queue: list[QueuedJob]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


def recorded(folder: Path = Path()) -> Config | None:
    """The configuration that the run in a folder was made with; None if it is not on record."""
    try:
        return Config.model_validate_json((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def status(config: Config, folder: Path = Path(), now: float | None = None) -> Status:
    """The status of the run of `config` in a project folder; `now` is the clock, in seconds."""
    now = time.time() if now is None else now
    project = Project(config.preset, folder)
    made = plan(config, project)
    spending, _ = spent(project.ledger())
    active = _active(project, now)
    stages = [_stage(folder, one, spending, active.get(one.stage, 0), made) for one in made.stages]
    stages = _without_results_of_others(stages)
    left = [one for one in stages if one.state != "done"]
    return Status(
        config.preset,
        sum(active.values()),
        stages,
        list(_progress(folder, now)) if active else [],
        _steps(folder),
        sum(one.hours_left or 0.0 for one in left),
        [one.stage for one in left if one.hours_left is None],
        slurm_jobs(folder) if left else [],
    )


def _active(project: Project, now: float) -> dict[str, int]:
    """Processes of each stage that wrote to the ledger a moment ago and have not finished."""
    found: dict[str, int] = {}
    for entry, changed in project.entries():
        if not entry.finished and now - changed < SILENT:
            branch = BRANCH if "-random/" in entry.out else ""
            found[branch + entry.stage] = found.get(branch + entry.stage, 0) + 1
    return found


def _stage(
    folder: Path, planned: Stage, spending: dict[str, Spent], running: int, made: Plan
) -> StageStatus:
    known = spending.get(planned.stage, Spent())
    jobs = min(_finished(folder, planned.stage, known), planned.jobs)
    done = jobs >= planned.jobs
    lost = max(known.lost - running, 0)
    begun = jobs or known.jobs or lost
    state = "done" if done else "running" if running else "stopped" if begun else "waiting"
    seconds = known.hours * 3600
    return StageStatus(
        planned.stage,
        state,
        jobs,
        planned.jobs,
        known.completions,
        planned.completions,
        known.completions / seconds if seconds else 0.0,
        known.hours,
        0.0 if done else _left(planned, known, jobs, made),
        running,
        lost,
    )


def _without_results_of_others(stages: list[StageStatus]) -> list[StageStatus]:
    """The stages; a summary that is there before what it sums up came with the clone."""
    results = ("summary", "metrics")
    if all(one.state == "done" for one in stages if one.stage not in results):
        return stages
    return [
        replace(one, jobs=0, state="waiting", hours_left=None) if one.stage in results else one
        for one in stages
    ]


def _left(planned: Stage, known: Spent, jobs: int, made: Plan) -> float | None:
    """Hours left: the plan's, less what is done; None where the plan has nothing measured."""
    if planned.basis == "calibration" and made.device == "cpu":
        return None
    if not planned.hours:
        return None
    share = known.completions / planned.completions if planned.completions else 0.0
    return planned.hours * (1 - min(max(share, jobs / planned.jobs), 1.0))


def _finished(folder: Path, stage: str, known: Spent) -> int:
    """Jobs of a stage whose output is there; for stages without a table, those in the ledger."""
    if stage in _OUTSIDE:
        return int((folder / _OUTSIDE[stage]).exists())
    rounds = "round*-random" if stage.startswith(BRANCH) else "round*[0-9]"
    name, _, which = stage.removeprefix(BRANCH).partition(":")
    if name not in _TABLES:
        return len(known.outs)
    pattern = _TABLES[name].format(name=which)
    found = list((folder / "data").glob(f"{rounds}/{pattern}"))
    if name in _WHOLE:
        return len({(path.parent, path.stem.rpartition("-")[0]) for path in found})
    return len(found)


def _steps(folder: Path) -> tuple[int, int] | None:
    """Steps done and planned, by the newest log of Snakemake."""
    logs = sorted((folder / ".snakemake/log").glob("*.snakemake.log"))
    found = _STEPS.findall(_tail(logs[-1])) if logs else []
    return (int(found[-1][0]), int(found[-1][1])) if found else None


def _progress(folder: Path, now: float) -> Iterator[Progress]:
    for path in sorted((folder / "logs").rglob("*.log")):
        try:
            if now - path.stat().st_mtime > SILENT:
                continue
        except OSError:
            continue  # gone: a job that was begun anew replaces its log
        if lines := _ROWS.findall(_tail(path)):
            what, rows, of, rate = lines[-1]
            total = int(of) if of else None
            name = str(path.relative_to(folder / "logs").with_suffix(""))
            if total is None or int(rows) < total:
                yield Progress(name, what.strip(), int(rows), total, float(rate))


def _tail(path: Path) -> str:
    """The end of a log that may be growing; '' if it cannot be read."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(path.stat().st_size - _TAIL, 0))
            return stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
