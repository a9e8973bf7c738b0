"""Why a run cannot be published: unfinished, stale, changed, or of another configuration."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.errors import SwsError
from sws.evaluation.round import Round
from sws.publishing.tables import tables_of
from sws.store import parquet_of, read_manifest, sha256_of
from sws.workflow.graph import Pending, pending

_SHOWN = 8
#: What decides about a run, by Git's pathspecs.
_DECIDING = ("params.yaml", "presets", "rules", "Snakefile", "workflow", "sws")


def check_fit(config: Config, overrides: Mapping[str, Any], folder: Path = Path()) -> None:
    """Raise SwsError with everything that makes the run in `folder` unfit to be published."""
    faults = [*_configuration(config, folder), *_uncommitted(config, folder)]
    faults += _changed(config, folder)
    faults += _unfinished(pending({**overrides, "preset": config.preset}, folder))
    if faults:
        raise SwsError(
            "the run is not fit to be published:\n" + "\n".join(f"  - {one}" for one in faults),
            expected="a finished run of the configuration in force, as it was made",
            fix="run `snakemake --cores all`, commit what decides about the run, and try again",
        )


def _configuration(config: Config, folder: Path) -> Iterator[str]:
    path = folder / "data" / "config.json"
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        yield f"{path}: not found or not JSON: no configuration is on record"
        return
    ours = config.model_dump(mode="json", exclude={"publishing"})
    keys = [key for key, value in ours.items() if key in recorded and recorded[key] != value]
    if keys:
        yield f"{path}: made with another configuration; these differ: {', '.join(keys)}"


def _uncommitted(config: Config, folder: Path) -> Iterator[str]:
    """Files under version control that decide about a run and are not as committed."""
    own = [path for path in config.prompts.model_dump().values() if path]
    head = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if not head:
        return  # no repository, or nothing committed yet
    said = _git(folder, "status", "--porcelain", "--", *_DECIDING, *own)
    names = [line[3:] for line in said.splitlines() if line[3:]]
    if names:
        yield f"not committed to Git: {_listed(names)}"


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _changed(config: Config, folder: Path) -> Iterator[str]:
    """Tables that are not what their manifests say."""
    for manifest in _manifests(config, folder / "data"):
        if not manifest.exists():
            continue  # the graph reports it
        try:
            said = read_manifest(manifest)
            if "tables" in said:  # of the concepts, which `open_concepts` compares
                continue
            found = sha256_of(parquet_of(manifest))
        except (SwsError, OSError) as error:
            yield f"{manifest}: {getattr(error, 'what', error)}"
            continue
        if said.get("sha256") != found:
            yield f"{parquet_of(manifest)}: changed since its stage wrote it (SHA-256)"


def _manifests(config: Config, data: Path) -> Iterator[Path]:
    """The manifests of everything that is published, and what those tables were made from."""
    rounds = [Round.in_folder(config, data / f"round{n + 1}") for n in range(config.rounds)]
    tables = (one for found in rounds for one in tables_of(config, data, found))
    own = dict.fromkeys(manifest for table in tables for manifest in table.manifests)
    yield from own
    yield from (found.extracted for found in rounds)


def _unfinished(jobs: list[Pending]) -> Iterator[str]:
    missing_first = sorted(jobs, key=lambda job: not job.reason.startswith("Missing"))
    for job in missing_first[:_SHOWN]:
        yield f"{job.output}: {job.reason} (rule {job.rule})"
    if len(jobs) > _SHOWN:
        yield f"{len(jobs) - _SHOWN} more jobs are due; `snakemake -n` lists them"


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + rest
