"""The graph as Snakemake resolves it: every job with its files and the keys it depends on."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sws.errors import SwsError
from sws.workflow.milestones import milestone_of
from sws.workflow.snakemake_adapter import ResolvedJob, due_jobs, resolve_jobs

#: The rule whose jobs serve others while those run and leave nothing to keep, and its folder.
SERVICE, _SERVERS = "serve", "servers"


@dataclass(frozen=True)
class Job:
    """One job: its rule, milestone, files, and the configuration keys that it uses.

    `settings` is what the rule's parameters say, the values of those keys among them.
    """

    rule: str
    milestone: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    keys: frozenset[str]
    settings: tuple[str, ...] = ()


def jobs(overrides: Mapping[str, Any] | None = None, folder: Path = Path()) -> list[Job]:
    """Every job of the project in `folder`, upstream first; nothing runs.

    Raises SwsError when the folder has no Snakefile.
    """
    with _kept_environment():
        resolved = resolve_jobs(_snakefile(folder), overrides or {})
    return [_job(job) for job in resolved if job.outputs and job.rule != SERVICE]


@dataclass(frozen=True)
class Pending:
    """A job that is still to be run: its rule, its first output, and why."""

    rule: str
    output: str
    reason: str


def pending(overrides: Mapping[str, Any] | None = None, folder: Path = Path()) -> list[Pending]:
    """The jobs that a run of the project in `folder` would do now; none when it is finished.

    Raises SwsError when the folder has no Snakefile.
    """
    with _kept_environment():
        due = due_jobs(_snakefile(folder), overrides or {})
    return [
        Pending(rule, outputs[0], " ".join(reason.split())[:160])
        for rule, outputs, reason in due
        if outputs
    ]


def above(graph: Sequence[Job], target: str) -> list[Job]:
    """The jobs that a file needs, upstream first; none where the graph does not make it."""
    wanted, found = {target}, []
    for job in reversed(graph):
        if wanted.intersection(job.outputs):
            wanted.update(job.inputs)
            found.append(job)
    return found[::-1]


def _snakefile(folder: Path) -> Path:
    for snakefile in (folder / "Snakefile", folder / "workflow" / "Snakefile"):
        if snakefile.exists():
            return snakefile
    raise SwsError(f"{folder / 'Snakefile'}: not found", fix="run this in the project's folder")


@contextmanager
def _kept_environment() -> Iterator[None]:
    """Restore the environment, in which reading the Snakefile leaves variables for its jobs."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _job(job: ResolvedJob) -> Job:
    keys: set[str] = set()
    for value in job.params:
        keys |= set(json.loads(value)) if value.startswith("{") else set()
    milestone = milestone_of(job.rule, job.outputs)
    inputs = tuple(name for name in job.inputs if f"/{_SERVERS}/" not in name)
    return Job(job.rule, milestone, inputs, job.outputs, frozenset(keys), job.params)
