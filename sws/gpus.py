"""The GPUs of this machine: what they are, without touching CUDA, and leases on them."""

import fcntl
import logging
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TextIO

log = logging.getLogger(__name__)

VISIBLE = "CUDA_VISIBLE_DEVICES"
#: Seconds between two looks for a free GPU.
LOOK = 2.0
#: A scheduler that gave this job GPUs of its own.
SCHEDULERS = ("SLURM_JOB_ID", "KUBERNETES_SERVICE_HOST")
_held: list[TextIO] = []


@dataclass(frozen=True)
class Cards:
    """GPUs of one kind."""

    count: int
    memory: float  # GB of each


def ask_driver(what: str) -> list[str]:
    """What NVIDIA's driver says of each GPU (`name`, `driver_version`, ...); none without one."""
    command = ["nvidia-smi", f"--query-gpu={what}", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in said.stdout.splitlines()] if said.returncode == 0 else []


def cards_here() -> Cards | None:
    """What nvidia-smi lists, at the memory of the smallest; None without it or without a GPU.

    Of those in CUDA_VISIBLE_DEVICES alone where it is set, which nvidia-smi does not heed.
    """
    sizes = [int(size) for size in ask_driver("memory.total") if size.isdigit()]  # MiB
    count = min(len(sizes), len(_chosen())) if VISIBLE in os.environ else len(sizes)
    return Cards(count, min(sizes) * 2**20 / 1e9) if count else None


def lease(count: int | None = 1) -> list[str]:
    """Wait for `count` free GPUs (None: all), and make them the ones that this process sees.

    Held until this process exits, also through `exec`. Two processes of a user on one machine never
    hold the same GPU. Does nothing without a GPU, under a scheduler, and where a lease is held.
    Must come before CUDA starts.
    """
    if _held or any(name in os.environ for name in SCHEDULERS):
        return []
    named = _visible()
    wanted = len(named) if count is None else min(count, len(named))
    if not wanted:
        return []
    taken = _try(named, wanted)
    if not taken:
        log.info("waiting for %d of the GPUs %s", wanted, ",".join(named))
    while not taken:
        time.sleep(LOOK * random.uniform(0.5, 1.5))
        taken = _try(named, wanted)
    os.environ[VISIBLE] = ",".join(taken)
    return taken


def _visible() -> list[str]:
    """The names of the GPUs that this process may use."""
    if VISIBLE in os.environ:
        return _chosen()
    cards = cards_here()
    return [str(number) for number in range(cards.count)] if cards else []


def _chosen() -> list[str]:
    """The names in CUDA_VISIBLE_DEVICES, up to the first that stands for no GPU."""
    names = (name.strip() for name in os.environ[VISIBLE].split(","))
    return list(takewhile(lambda name: name and not name.startswith("-"), names))


def _try(named: Sequence[str], wanted: int) -> list[str]:
    """Lock `wanted` of the GPUs, or none, so that nobody waits for one while holding another."""
    folder = Path(tempfile.gettempdir()) / f"sws-gpus-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    handles: dict[str, TextIO] = {}
    for name in named:
        handle: TextIO = (folder / f"{name.replace('/', '_')}.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            continue
        handles[name] = handle
        if len(handles) == wanted:
            for each in handles.values():
                os.set_inheritable(each.fileno(), True)
            _held.extend(handles.values())
            return list(handles)
    for each in handles.values():
        each.close()
    return []
