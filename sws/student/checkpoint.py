"""Checkpoints of training from scratch, every few seconds, so that a killed run resumes."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from sws.errors import SwsError
from sws.store import replacing

log = logging.getLogger(__name__)

SECONDS = 10.0  # between two checkpoints; does not affect the result


class Checkpoint:
    """The state of one training run in one file: weights, optimizers, number of steps."""

    def __init__(
        self, path: Path, model: torch.nn.Module, optimizers: Sequence[torch.optim.Optimizer]
    ) -> None:
        self._path = path
        self._model = model
        self._optimizers = optimizers
        self._kept = time.monotonic()

    def restore(self) -> int:
        """Load the state if the file exists; return the number of steps done."""
        try:
            state = torch.load(self._path, weights_only=True)
            self._model.load_state_dict(state["model"])
            for optimizer, its in zip(self._optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(its)
        except FileNotFoundError:
            return 0
        except Exception as error:
            raise SwsError(
                f"{self._path}: the checkpoint cannot be read ({str(error).partition('. ')[0]})",
                fix="remove it to start the training again",
            ) from None
        log.info("student from scratch: resuming after step %d", state["steps"])
        return int(state["steps"])

    def keep(self, steps: int) -> None:
        """Write the state after `step` steps, unless the last one was written recently."""
        if time.monotonic() - self._kept < SECONDS:
            return
        optimizers = [optimizer.state_dict() for optimizer in self._optimizers]
        state = {"steps": steps, "model": self._model.state_dict(), "optimizers": optimizers}
        with replacing(self._path) as temporary:
            torch.save(state, temporary)
        self._kept = time.monotonic()

    def forget(self) -> None:
        """Remove the file once the student is written."""
        self._path.unlink(missing_ok=True)
