"""The cost of every stage: one small file per process, updated while it runs.

The files are in `logs/cost`, outside the declared outputs. That of a killed process is complete up
to its last heartbeat, so that lost work is counted too.
"""

import contextlib
import os
import re
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sws.errors import SwsError
from sws.store import write_json

FOLDER = Path("logs/cost")
#: Seconds between two heartbeats: the most that a SIGKILL can lose.
HEARTBEAT = 10.0
_DRIVER = Path("/proc/driver/nvidia/gpus")


@dataclass
class Entry:
    """One process of one stage: its time, its devices, and its requests to models."""

    preset: str
    stage: str
    out: str
    device: str
    gpus: int
    seconds: float = 0.0
    processor_seconds: float = 0.0  # of all cores; of child processes, those that have ended
    finished: bool = False
    requests: int = 0
    cached: int = 0
    completions: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    not_asked: int = 0  # requests that a decision made before spared
    not_drawn: int = 0  # samples that a decision made before spared


_current: Entry | None = None


def count(**amounts: int) -> None:
    """Add to the counts of this process; no effect outside a stage."""
    for name, amount in amounts.items():
        if _current:
            setattr(_current, name, getattr(_current, name) + amount)


@contextmanager
def measured(preset: str, stage: str, out: str) -> Iterator[None]:
    """Record the cost of a stage; in a distributed training run, only the first process does."""
    global _current
    if os.environ.get("RANK", "0") != "0":
        yield
        return
    _current = entry = Entry(preset, stage, out, *_devices())
    begun, stop = time.monotonic(), threading.Event()
    spent = _processor_seconds()
    path = FOLDER / f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.json"

    def write() -> None:
        entry.seconds = round(time.monotonic() - begun, 3)
        entry.processor_seconds = round(_processor_seconds() - spent, 3)
        with contextlib.suppress(SwsError):  # a full disk must not fail the stage
            write_json(path, asdict(entry))

    def beat() -> None:
        write()  # at once, so that `sws status` sees the stage
        while not stop.wait(HEARTBEAT):
            write()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
        entry.finished = True
    finally:
        stop.set()
        thread.join()
        write()
        _current = None


def _processor_seconds() -> float:
    # os.times() counts in ticks of 10 ms and cuts the rest off.
    spent = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(of.ru_utime + of.ru_stime for of in spent)


def _devices() -> tuple[str, int]:
    """The GPU's name and how many this stage uses; ("cpu", 0) without one."""
    models = [
        found.group(1).strip()
        for path in sorted(_DRIVER.glob("*/information"))
        if (found := re.search(r"Model:\s*(.+)", path.read_text()))
    ]
    if not models:
        return "cpu", 0
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    here = len(models) if visible is None else len([part for part in visible.split(",") if part])
    world = int(os.environ.get("WORLD_SIZE", "1"))
    return (models[0], max(here, world)) if here else ("cpu", 0)
