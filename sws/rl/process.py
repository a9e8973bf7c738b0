"""This process among those that train together."""

import os

import torch
from accelerate import PartialState

from sws.rl.arguments import TIMEOUT


def join_processes(threads: int) -> PartialState:
    """Join the other ranks, if there are any; `threads` on a CPU, 0: all that are available."""
    on_cpu = not torch.cuda.is_available()
    if on_cpu:  # checkpoints of more than one process cannot be loaded to accelerate's "cpu:0"
        os.environ.setdefault("ACCELERATE_TORCH_DEVICE", "cpu")
    torch.set_num_threads(threads or torch.get_num_threads())
    return PartialState(cpu=on_cpu, timeout=TIMEOUT)
