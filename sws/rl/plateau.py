"""Stop a run whose reward no longer rises."""

from collections.abc import Sequence
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback

from sws.config.rl import RLConfig
from sws.rl.recorder import Journal


def levelled(rewards: Sequence[float], window: int, gain: float) -> bool:
    """Whether the mean of the last `window` rewards exceeds that of those before by under `gain`.

    False until there are two windows.
    """
    if len(rewards) < 2 * window:
        return False
    last, before = rewards[-window:], rewards[-2 * window : -window]
    return (sum(last) - sum(before)) / window < gain


class StopAtPlateau(TrainerCallback):  # type: ignore[misc]
    """End a run at the end of the first step at which its journal's rewards have levelled off.

    A step decides by the rewards up to it, so a resumed run stops where it would have stopped.
    """

    def __init__(self, journal: Journal, config: RLConfig, window: int, gain: float) -> None:
        self._journal, self._updates = journal, config.updates_per_step
        self._rule = window, gain

    def reached_after(self) -> int:
        """The number of steps in the journal, if its rewards have levelled off; else 0.

        The same on every rank.
        """
        rewards = [line["reward"] for line in self._journal.lines()]
        found = [len(rewards) if levelled(rewards, *self._rule) else 0]
        if torch.distributed.is_initialized():
            broadcast_object_list(found)
        return found[0]

    def on_step_end(self, _: Any, state: Any, control: Any, **__: Any) -> Any:
        """Ask after every batch of rollouts."""
        if state.global_step % self._updates == 0 and self.reached_after():
            control.should_training_stop = True
        return control
