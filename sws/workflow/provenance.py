"""Provenance that travels: what Snakemake knows of a file goes where the file goes.

Snakemake decides whether a job must run by what it recorded in `.snakemake/metadata` (parameters,
code, checksums of inputs), which no clone and no `dvc pull`, `dvc checkout` or run-cache brings
along; without it only modification times are left, and those are all new. So the records of each
milestone are kept in a file among its outputs, and a record comes back into force where all the
files it speaks of have the content it says.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from snakemake.persistence import MetadataRecord
from snakemake.persistence.file import FilePersistence

from sws.store import sha256_of, write_json
from sws.workflow.milestones import PROVENANCE, milestone_of

#: Larger files are known by their size; the small manifest beside each holds its SHA-256.
HASHED = 1 << 20
#: What was kept or restored last, so that most starts of Snakemake only look at a few times.
SEEN = Path(".snakemake/provenance.json")
_FIELDS = (
    "rule", "input", "log", "shellcmd", "params", "code", "record_format_version", "conda_env",
    "container_img_url", "software_stack_hash", "input_checksums",
)  # fmt: skip
_FOLDER = Path(PROVENANCE).parent


def keep() -> None:
    """Write the provenance of every milestone, after a run, whether it succeeded or not."""
    milestones: dict[str, dict[str, Any]] = {}
    for path, record in _records(Path(".snakemake/metadata")):
        if Path(path).exists() and record.get("rule"):
            known: dict[str, Any] = {name: record.get(name) for name in _FIELDS}
            jobs = milestones.setdefault(milestone_of(known["rule"], [path]), {})
            job = jobs.setdefault(json.dumps(known, sort_keys=True), {"outputs": {}, **known})
            job["outputs"][path] = _fingerprint(Path(path))
    for name, jobs in milestones.items():
        content = sorted(jobs.values(), key=lambda job: min(job["outputs"]))
        own = Path(PROVENANCE.format(milestone=name))
        if _read(own) != content:
            write_json(own, content)
    write_json(SEEN, _stamps())


def restore() -> None:
    """Bring back the records of files that came from elsewhere; instant when nothing came."""
    stamps = _stamps()
    seen = _read(SEEN) or {}
    if stamps == seen:
        return
    persistence = FilePersistence(path=Path(".snakemake").absolute())
    for name, stamp in stamps.items():
        if seen.get(name) != stamp:
            for job in _jobs(Path(name)):
                if all(_fingerprint(Path(path)) == said for path, said in job["outputs"].items()):
                    _restore(persistence, job)
    write_json(SEEN, stamps)


def _jobs(path: Path) -> list[dict[str, Any]]:
    """The jobs that a provenance file tells of; a damaged one brings nothing back."""
    found = _read(path)
    return [
        job
        for job in (found if isinstance(found, list) else [])
        if isinstance(job, dict) and isinstance(job.get("outputs"), dict)
    ]


def _restore(persistence: FilePersistence, job: dict[str, Any]) -> None:
    known = {name: job.get(name) for name in _FIELDS}
    for path in job["outputs"]:
        record = persistence._read_record(path)
        if record is None or {name: record.get(name) for name in _FIELDS} != known:
            made = Path(path).stat().st_mtime
            fresh = MetadataRecord(**known, starttime=made, endtime=made, incomplete=False)
            persistence._write_record(path, fresh)


def _records(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record with the file it is about; a long path is split over folders named `@...`."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            encoded = "".join(part.removeprefix("@") for part in path.relative_to(folder).parts)
            record = _read(path)
            if isinstance(record, dict):
                yield urlsafe_b64decode(encoded).decode(), record


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
