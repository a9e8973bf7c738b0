"""A run in which sampling and rewards are functions of the problem: STUDENT OUT CONFIG-JSON.

The rollouts do not depend on the number of processes, so neither may the trained weights; and ranks
keep different numbers of rows, since the rewards of a group are mixed, or all equal, by chance.
Shards where ACCELERATE_USE_FSDP is set; is killed before the update that SWS_KILLED_AT numbers.
"""

import json
import os
import signal
import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.gpu.without import shard_without_gpus
from sws.config.rl import RLConfig
from sws.rl import run
from sws.rl.rollouts import Rollouts
from sws.rl.trainer import Trainer
from sws.verify import Verification
from tests.rl.job import PROBLEMS


class RiggedVerifier:
    """A right answer is one whose hash is divisible by three."""

    def __enter__(self) -> "RiggedVerifier":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        for gold, text in pairs:
            correct = zlib.crc32(f"{gold} {text}".encode()) % 3 == 0
            yield Verification("correct" if correct else "wrong", text[:5])


def complete(
    self: Rollouts, prompts: list[list[int]], trainer: Any
) -> tuple[list[list[int]], None]:
    """Completions whose tokens and lengths follow from the prompt and their place in the group."""
    if str(trainer.state.global_step) == os.environ.get("SWS_KILLED_AT"):
        os.kill(os.getpid(), signal.SIGKILL)
    completions = []
    for prompt in prompts:
        for place in range(self.config.group_size):
            seed = zlib.crc32(str([*prompt, place]).encode())
            completions.append([65 + (seed >> shift) % 50 for shift in range(1 + seed % 7)])
    return completions, None


def keep_gradients_sharded(trainer: type[Trainer]) -> None:
    """Stop a run in which a gradient is not sharded after each micro-batch, the last or not."""
    step = trainer.training_step

    def checked(self: Any, model: Any, *arguments: Any, **named: Any) -> Any:
        loss = step(self, model, *arguments, **named)
        whole = [name for name, value in model.named_parameters() if value.grad is None]
        assert not whole, f"the gradient is not reduced yet: {whole}"
        return loss

    trainer.training_step = checked  # type: ignore[method-assign]


def main() -> None:
    student, out, config = sys.argv[1:4]
    if "ACCELERATE_USE_FSDP" in os.environ:
        shard_without_gpus()
        keep_gradients_sharded(Trainer)
    run.open_verifier = lambda *_, **__: RiggedVerifier()  # type: ignore[assignment]
    Rollouts._complete = complete  # type: ignore[method-assign]
    run.train(RLConfig(**json.loads(config)), student, PROBLEMS, out, "run", 1, max_tokens=8)


if __name__ == "__main__":
    main()
