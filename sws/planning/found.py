"""What a project already knows about itself: how many rows went on, and what stages cost."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml

from sws.errors import SwsError
from sws.ledger import FOLDER, Entry
from sws.store import count, count_where

#: The configuration in force, as a file beside the artifacts made with it.
CONFIG = Path("data/config.yaml")
#: Before the names of the stages in data/roundN-random, the branch of the arm `random`.
BRANCH = "random/"


class Found:
    """The artifacts of a project folder, complete or not, if they are of this preset."""

    def __init__(self, preset: str, project: Path = Path()) -> None:
        self.preset = preset
        self.project = project if _preset_of(project) == preset else project / "nothing yet"
        self._ledger = project / FOLDER

    def share(self, table: str, otherwise: float) -> float:
        """The share of rows that a filter let through, over the shards and rounds there are."""
        manifests = sorted(self.project.glob(f"data/round*/{table}.json"))
        try:
            rows = count(manifests)
            passed = "failed" if table == "failures" else "kept"
            return count_where(manifests, passed) / rows if rows else otherwise
        except (SwsError, KeyError):
            return otherwise  # a broken table is for its stage to complain about

    def kept(self, table: str) -> int | None:
        """Rows that a table of the whole project keeps; None before it is there."""
        manifest = self.project / f"data/{table}.json"
        return count_where(manifest) if manifest.exists() else None

    def drawn(self) -> float:
        """The share of the blueprints asked for that could be drawn."""
        asked = drawn = 0
        for path in self.project.glob("data/round*/budget.json"):
            try:
                rows = list(json.loads(path.read_text(encoding="utf-8")).values())
                asked += sum(row["asked"] for row in rows)
                drawn += sum(row["drawn"] for row in rows)
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                return 1.0  # a broken report is for its stage to complain about
        return drawn / asked if asked else 1.0

    def ledger(self) -> Iterator[Entry]:
        """Every process of this preset's stages so far; what cannot be read is left out."""
        known = {column.name for column in fields(Entry)}
        for path in sorted(self._ledger.glob("*.json")):
            try:
                row = json.loads(path.read_text(encoding="utf-8"))
                entry = Entry(**{name: row[name] for name in known})
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if entry.preset == self.preset:
                yield entry


def _preset_of(project: Path) -> str | None:
    """What the artifacts in a folder were made with, as the rule `config` wrote it down."""
    try:
        written = yaml.safe_load((project / CONFIG).read_text(encoding="utf-8"))
        return str(written["preset"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return None


@dataclass
class Spent:
    """What the processes of one stage spent together."""

    outs: set[str] = field(default_factory=set)  # what was finished, however often
    jobs: int = 0
    lost: int = 0  # processes that did not finish: killed or failed
    hours: float = 0.0  # of GPUs where there are, of the machine otherwise
    requests: int = 0
    cached: int = 0
    completions: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, entry: Entry) -> None:
        """Count one process in."""
        if entry.finished:
            self.outs.add(entry.out)
        self.jobs += entry.finished
        self.lost += not entry.finished
        self.hours += entry.seconds * max(entry.gpus, 1) / 3600
        for name in ("requests", "cached", "completions", "prompt_tokens", "completion_tokens"):
            setattr(self, name, getattr(self, name) + getattr(entry, name))


def spent(entries: Iterator[Entry]) -> tuple[dict[str, Spent], str]:
    """By stage, and the device: the accelerator's name, `cpu`, or "" when nothing ran yet."""
    stages: dict[str, Spent] = {}
    devices: set[str] = set()
    for entry in entries:
        branch = BRANCH if "-random/" in entry.out else ""
        stages.setdefault(branch + entry.stage, Spent()).add(entry)
        devices.add(entry.device)
    return stages, max(devices - {"cpu"}, default="cpu" if devices else "")
