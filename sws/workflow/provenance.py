"""Provenance that travels: what Snakemake knows about a file goes where the file goes.

Snakemake decides whether a job must run by what it recorded in `.snakemake/metadata` (parameters,
code, checksums of inputs). Neither a clone nor `dvc pull`, `dvc checkout` or DVC's run cache brings
those records along; without them only modification times are left, and those are all new. So the
records of each milestone are kept in a file among its outputs, and a record is restored when every
file it describes has the recorded content.
"""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from sws.store import sha256_of, write_json
from sws.workflow.milestones import PROVENANCE, milestone_of
from sws.workflow.snakemake_adapter import RECORD_FIELDS, Records, all_records

#: Larger files are identified by their size; the small manifest beside each holds its SHA-256.
HASHED = 1 << 20
#: The provenance files seen last, so that most starts of Snakemake only compare a few times.
SEEN = Path(".snakemake/provenance.json")
_FOLDER = Path(PROVENANCE).parent


def keep() -> None:
    """Write the provenance of every milestone, after a run, whether it succeeded or not."""
    milestones: dict[str, dict[str, Any]] = {}
    for path, record in all_records():
        if Path(path).exists() and record["rule"]:
            jobs = milestones.setdefault(milestone_of(record["rule"], [path]), {})
            job = jobs.setdefault(json.dumps(record, sort_keys=True), {"outputs": {}, **record})
            job["outputs"][path] = _fingerprint(Path(path))
    for name, jobs in milestones.items():
        content = sorted(jobs.values(), key=lambda job: min(job["outputs"]))
        own = Path(PROVENANCE.format(milestone=name))
        if _read(own) != content:
            write_json(own, content)
    write_json(SEEN, _stamps())


def restore() -> None:
    """Restore the records of files that came from elsewhere; instant when nothing came."""
    stamps = _stamps()
    seen = _read(SEEN) or {}
    if stamps == seen:
        return
    records = Records()
    for name, stamp in stamps.items():
        if seen.get(name) != stamp:
            for job in _jobs(Path(name)):
                if all(_is_as_recorded(Path(path), said) for path, said in job["outputs"].items()):
                    _restore(records, job)
    write_json(SEEN, stamps)


def _jobs(path: Path) -> list[dict[str, Any]]:
    """The jobs in a provenance file; none when it is damaged."""
    found = _read(path)
    return [
        job
        for job in (found if isinstance(found, list) else [])
        if isinstance(job, dict) and isinstance(job.get("outputs"), dict)
    ]


def _restore(records: Records, job: dict[str, Any]) -> None:
    fields = {name: job.get(name) for name in RECORD_FIELDS}
    for path in job["outputs"]:
        if records.read(path) != fields:
            with suppress(ValueError):  # a damaged record: its job runs again
                records.write(path, fields)


def _is_as_recorded(path: Path, fingerprint: str | None) -> bool:
    return fingerprint is not None and _fingerprint(path) == fingerprint


def _fingerprint(path: Path) -> str | None:
    try:
        size = path.stat().st_size
        return f"sha256:{sha256_of(path)}" if size <= HASHED else f"bytes:{size}"
    except OSError:
        return None


def _stamps() -> dict[str, list[int]]:
    """Size and modification time of each provenance file."""
    stats = {str(path): path.stat() for path in sorted(_FOLDER.glob("*.json"))}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
