"""The GPUs of this machine, without touching CUDA."""

import shutil
import subprocess
from typing import NamedTuple


class Cards(NamedTuple):
    """GPUs of one kind."""

    count: int
    memory: float  # GB of each


def cards_here() -> Cards | None:
    """What nvidia-smi lists, at the memory of the smallest; None without it or without a GPU."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    query = [program, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(query, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    sizes = [int(line) for line in said.stdout.split() if line.isdigit()]  # MiB
    return Cards(len(sizes), min(sizes) * 2**20 / 1e9) if sizes else None
