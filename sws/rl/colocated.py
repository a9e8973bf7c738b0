"""TRL's vLLM beside the trainer, with a limit on the completions that it computes at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trl.trainer.grpo_trainer as grpo
from trl.generation.vllm_generation import VLLMGeneration


@contextmanager
def at_most(sequences: int) -> Iterator[None]:
    """Within the block, TRL's vLLM gets `max_num_seqs` of at most this.

    TRL asks vLLM for as many as a whole step has, which may be more than its 4,096 tokens of a
    batch: then it does not start. TRL has no argument for it.
    """

    class Limited(VLLMGeneration):  # type: ignore[misc]  # TRL has no types
        def __init__(self, *args: Any, max_num_seqs: int | None = None, **settings: Any) -> None:
            limit = min(max_num_seqs or sequences, sequences)
            super().__init__(*args, max_num_seqs=limit, **settings)

    its = grpo.VLLMGeneration
    grpo.VLLMGeneration = Limited
    try:
        yield
    finally:
        grpo.VLLMGeneration = its
