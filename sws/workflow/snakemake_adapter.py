"""Everything this project uses of Snakemake's private interface, in one module.

Snakemake has no public way to list the jobs of a graph with their parameters, nor to read or write
its metadata records. `HOLDS_FOR` names the releases that tests/workflow/test_snakemake_adapter.py
passes on; check a new release with that test before changing the pin in pyproject.toml.
"""

import json
import logging
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

#: The Snakemake releases that this module has been tested with.
HOLDS_FOR = ("9.20.0", "9.26.1", "9.27.1")
#: The fields of a metadata record that decide whether a job runs again.
RECORD_FIELDS = (
    "rule", "input", "log", "shellcmd", "params", "code", "record_format_version", "conda_env",
    "container_img_url", "software_stack_hash", "input_checksums",
)  # fmt: skip
_FOLDER = Path(".snakemake")


@dataclass(frozen=True)
class ResolvedJob:
    """One job of the graph: its rule, its files, and the values of its parameters as text."""

    rule: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    params: tuple[str, ...]


def resolve_jobs(snakefile: Path, overrides: Mapping[str, Any]) -> list[ResolvedJob]:
    """Every job of the graph, upstream first; nothing runs.

    `overrides` is what `--config` would pass. Raises Snakemake's own errors for a broken Snakefile.
    """
    with _dag(snakefile, overrides, forceall=True) as dag:
        return [
            ResolvedJob(
                job.rule.name,
                tuple(map(str, job.input)),
                tuple(map(str, job.output)),
                tuple(map(str, job.params)),
            )
            for level in dag.toposorted()
            for job in sorted(level, key=lambda job: [str(path) for path in job.output])
        ]


def due_jobs(snakefile: Path, overrides: Mapping[str, Any]) -> list[tuple[str, list[str], str]]:
    """Every job that a dry run lists: its rule, its outputs, and why it is due.

    Raises Snakemake's own errors for a broken Snakefile or a missing source file.
    """
    with _dag(snakefile, overrides, forceall=False) as dag:
        return [
            (job.rule.name, [str(path) for path in job.output], str(dag.reason(job)))
            for level in dag.toposorted()
            for job in sorted(level, key=lambda job: [str(path) for path in job.output])
            if dag.needrun(job)
        ]


@contextmanager
def _dag(snakefile: Path, overrides: Mapping[str, Any], *, forceall: bool) -> Iterator[Any]:
    """The graph of the default target; nothing runs and nothing is locked."""
    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings

    with _no_lines(), SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        opened = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(config=dict(overrides)),
            snakefile=snakefile,
        )
        opened.dag()
        workflow = opened._workflow
        workflow._prepare_dag(forceall=forceall, ignore_incomplete=True, lock_warn_only=True)
        workflow._build_dag()
        yield workflow.dag


@contextmanager
def _no_lines() -> Iterator[None]:
    """Keep Snakemake's log lines from the root logger, whose handlers know nothing of `quiet`."""
    logger = logging.getLogger("snakemake")
    before, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.propagate = before


def around_every_run(workflow: Any, before: Callable[[], None], after: Callable[[], None]) -> None:
    """Call `before` when jobs start, and `after` when they end; not in a dry run.

    `onstart` and the like are those of the main Snakefile alone: a module's are never called. These
    are called in addition to the main one's, wherever it defines them.
    """
    for name, own in (("onstart", before), ("onsuccess", after), ("onerror", after)):
        _call_too(workflow, name, own)


def _call_too(workflow: Any, name: str, own: Callable[[], None]) -> None:
    register, current = getattr(workflow, name), getattr(workflow, f"_{name}")

    def both(log: str, theirs: Callable[[str], None] = current) -> None:
        own()
        theirs(log)

    setattr(workflow, f"_{name}", both)
    setattr(workflow, name, lambda theirs: register(partial(both, theirs=theirs)))


def name_group(workflow: Any, parent: str, name: str) -> str:
    """`name`, a group of which `group-components` counts those of `parent`.

    Snakemake knows this of groups that are patterns with wildcards, not of functions.
    """
    workflow.parent_groupids[name] = parent
    return name


def has_path_prefix(workflow: Any) -> bool:
    """Whether this is a module whose `prefix` or `replace_prefix` moves the files of its rules."""
    paths = workflow.modifier.path_modifier
    return paths is not None and (paths.prefix or paths._prefix_replacements) is not None


class Records:
    """Snakemake's metadata records of the current folder: how each output was made."""

    def __init__(self) -> None:
        from snakemake.persistence.file import FilePersistence

        self._persistence = FilePersistence(path=_FOLDER.absolute())

    def read(self, path: str) -> dict[str, Any] | None:
        """The `RECORD_FIELDS` of an output; None when nothing is recorded about it."""
        record = self._persistence._read_record(path)
        return None if record is None else {name: record.get(name) for name in RECORD_FIELDS}

    def write(self, path: str, fields: Mapping[str, Any]) -> None:
        """Record an existing output as made with these fields at its modification time.

        Raises ValueError when a field is not of the type that Snakemake writes.
        """
        from snakemake.persistence import MetadataRecord

        made = Path(path).stat().st_mtime
        when = {"starttime": made, "endtime": made, "incomplete": False}
        record = MetadataRecord.model_validate({**fields, **when})
        self._persistence._write_record(path, record)


def all_records() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every output that has a record, with its `RECORD_FIELDS`; damaged records are skipped.

    Reads the files directly, in a tenth of the time that importing Snakemake's classes takes. A
    record's file name is the output's path in URL-safe base64; a long one is split over folders
    named `@...`.
    """
    folder = _FOLDER / "metadata"
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            encoded = "".join(part.removeprefix("@") for part in file.relative_to(folder).parts)
            try:
                record = json.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(record, dict):
                fields = {name: record.get(name) for name in RECORD_FIELDS}
                yield urlsafe_b64decode(encoded).decode(), fields
