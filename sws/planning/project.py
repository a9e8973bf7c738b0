"""What the artifacts of a project show: rows that passed each filter, and what stages cost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from sws.errors import SwsError
from sws.ledger import FOLDER, Entry
from sws.store import count, count_where

#: The configuration that the artifacts were made with.
CONFIG = Path("data/config.json")
#: Prefix of stages in data/roundN-random, the branch of the arm `random`.
BRANCH = "random/"
#: What the ledger counts of requests to models.
_REQUESTS = ("requests", "cached", "completions", "prompt_tokens", "completion_tokens")
_COUNTS = (*_REQUESTS, "not_asked", "not_drawn")
#: A folder that does not exist, for a project without artifacts.
NOTHING = "nothing yet"


class Project:
    """The artifacts in a project folder, complete or not; empty if of another preset."""

    def __init__(self, preset: str, folder: Path = Path()) -> None:
        self.preset = preset
        self.folder = folder if _preset_of(folder) == preset else folder / NOTHING
        self._ledger = folder / FOLDER

    def share(self, table: str, otherwise: float) -> float:
        """The share of rows that a filter kept, over all finished shards; else `otherwise`."""
        manifests = sorted(self.folder.glob(f"data/round*/{table}.json"))
        try:
            rows = count(manifests)
            passed = "failed" if table == "failures" else "kept"
            return count_where(manifests, passed) / rows if rows else otherwise
        except (SwsError, KeyError):
            return otherwise  # a broken table; its stage reports it

    def kept(self, table: str) -> int | None:
        """Rows kept in a table outside the rounds; None if it does not exist yet, or is broken."""
        manifest = self.folder / f"data/{table}.json"
        try:
            return count_where(manifest) if manifest.exists() else None
        except SwsError:
            return None  # being replaced, or damaged; its stage reports it

    def drawn(self) -> float:
        """The share of the requested blueprints that could be drawn."""
        asked = drawn = 0
        for path in self.folder.glob("data/round*/budget*.json"):
            try:
                rows = list(json.loads(path.read_text(encoding="utf-8")).values())
                asked += sum(row["asked"] for row in rows)
                drawn += sum(row["drawn"] for row in rows)
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                return 1.0  # a broken report; its stage reports it
        return drawn / asked if asked else 1.0

    def ledger(self) -> Iterator[Entry]:
        """Every process of this preset's stages so far; unreadable entries are skipped."""
        return (entry for entry, _ in self.entries())

    def entries(self) -> Iterator[tuple[Entry, float]]:
        """Those entries, each with when it was written last, in seconds since the epoch."""
        known = {column.name for column in fields(Entry)}
        for path in sorted(self._ledger.glob("*.json")):
            try:
                row = json.loads(path.read_text(encoding="utf-8"))
                entry = Entry(**{name: row[name] for name in known if name in row})
                changed = path.stat().st_mtime
            except (OSError, ValueError, TypeError):
                continue
            if entry.preset == self.preset:
                yield entry, changed


def _preset_of(folder: Path) -> str | None:
    """The preset of the artifacts in a folder, as the rule `config` recorded it."""
    try:
        written = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return str(written["preset"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


@dataclass
class Spent:
    """What all processes of one stage spent."""

    outs: set[str] = field(default_factory=set)  # finished outputs; a repeated one counts once
    jobs: int = 0
    lost: int = 0  # processes that did not finish: killed or failed
    hours: float = 0.0  # GPU-hours, or hours of the machine without a GPU
    processor_hours: float = 0.0
    requests: int = 0
    cached: int = 0
    completions: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    not_asked: int = 0
    not_drawn: int = 0

    def add(self, entry: Entry) -> None:
        """Add one process."""
        if entry.finished:
            self.outs.add(entry.out)
        self.jobs += entry.finished
        self.lost += not entry.finished
        self.hours += entry.seconds * max(entry.gpus, 1) / 3600
        self.processor_hours += entry.processor_seconds / 3600
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(entry, name))


def spent(entries: Iterator[Entry]) -> tuple[dict[str, Spent], str]:
    """Spending by stage, and the device: the GPU's name, `cpu`, or "" if nothing has run."""
    stages: dict[str, Spent] = {}
    devices: set[str] = set()
    for entry in entries:
        branch = BRANCH if "-random/" in entry.out else ""
        stages.setdefault(branch + entry.stage, Spent()).add(entry)
        devices.add(entry.device)
    return stages, max(devices - {"cpu"}, default="cpu" if devices else "")
