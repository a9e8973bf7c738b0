"""The graph as Snakemake resolves it: every job with its files and the keys it depends on."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sws.errors import SwsError
from sws.workflow.milestones import milestone_of


@dataclass(frozen=True)
class Job:
    """One job: its rule, milestone, files, and the configuration keys that it uses."""

    rule: str
    milestone: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    keys: frozenset[str]


def jobs(overrides: Mapping[str, Any] | None = None, folder: Path = Path()) -> list[Job]:
    """Every job of the project in `folder`, upstream first; nothing is run.

    Raises SwsError where there is no Snakefile.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings

    snakefile = folder / "Snakefile"
    if not snakefile.exists():
        raise SwsError(f"{snakefile}: there is none", fix="run this in the project's folder")
    with _kept_environment(), SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        opened = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(config=dict(overrides or {})),
            snakefile=snakefile,
        )
        opened.dag()
        workflow = opened._workflow
        workflow._prepare_dag(forceall=True, ignore_incomplete=True, lock_warn_only=True)
        workflow._build_dag()
        levels = list(workflow.dag.toposorted())
        return [
            _job(job)
            for level in levels
            for job in sorted(level, key=lambda job: [str(path) for path in job.output])
            if job.output
        ]


@contextmanager
def _kept_environment() -> Iterator[None]:
    """Take back what reading the Snakefile leaves in the environment for its jobs."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _job(job: Any) -> Job:
    outputs = tuple(map(str, job.output))
    keys: set[str] = set()
    for value in job.params:
        keys |= set(json.loads(value)) if str(value).startswith("{") else set()
    return Job(
        job.rule.name,
        milestone_of(job.rule.name, outputs),
        tuple(map(str, job.input)),
        outputs,
        frozenset(keys),
    )
