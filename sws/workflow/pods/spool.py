"""The files by which the commands and the watcher speak: a Job and, beside it, its state."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(".snakemake/pods")
#: What a state file says; none is there before the Job is created.
CREATED, SUCCESS, FAILED = "created", "success", "failed"


class Spool:
    """The Jobs of the run at work in this folder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder

    def submit(self, job: dict[str, Any]) -> None:
        """Leave a Job to be created."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(f"{job['metadata']['name']}.json", json.dumps(job, indent=1))

    def read(self, name: str) -> dict[str, Any]:
        """The Job as it was submitted."""
        job: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text())
        return job

    def states(self) -> dict[str, str]:
        """The state of each Job at work by its name; '' for one that is yet to be created."""
        return {path.stem: self.state(path.stem) for path in sorted(self.folder.glob("*.json"))}

    def state(self, name: str) -> str:
        """The state of a Job; '' before it is created."""
        try:
            return (self.folder / f"{name}.state").read_text()
        except FileNotFoundError:
            return ""

    def set(self, name: str, state: str) -> None:
        """Write down the state of a Job; one that ended leaves only that and is not at work."""
        self._write(f"{name}.state", state)
        if state in (SUCCESS, FAILED):
            (self.folder / f"{name}.json").unlink(missing_ok=True)

    def status(self, name: str) -> str:
        """What Snakemake wants to hear of a Job: running, success or failed."""
        state = self.state(name)
        return state if state in (SUCCESS, FAILED) else "running"

    def clear(self) -> None:
        """Forget all Jobs."""
        for path in self.folder.glob("*.*"):
            path.unlink(missing_ok=True)

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all."""
        temporary = self.folder / f".{name}.{os.getpid()}"
        temporary.write_text(text)
        temporary.replace(self.folder / name)
