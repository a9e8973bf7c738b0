"""Checkpoints by time: a step of a large student takes hours, one of a small student seconds."""

import time
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback


class SaveByTime(TrainerCallback):  # type: ignore[misc]
    """Ask for a checkpoint at the end of a step if the last one is older than `minutes`."""

    def __init__(self, minutes: float, updates_per_step: int) -> None:
        self._seconds, self._updates = 60 * minutes, updates_per_step
        self._kept = time.monotonic()

    def on_step_end(self, _: Any, state: Any, control: Any, **__: Any) -> Any:
        """Rank 0's clock decides for all, since they save together."""
        if state.global_step % self._updates:  # in the middle of a batch of rollouts
            return control
        due = [time.monotonic() - self._kept >= self._seconds]
        if torch.distributed.is_initialized():
            broadcast_object_list(due)
        control.should_save = control.should_save or due[0]
        return control

    def on_save(self, *_: Any, **__: Any) -> None:
        """Note the time of a checkpoint, whatever asked for it."""
        self._kept = time.monotonic()
