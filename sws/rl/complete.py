"""Sampling a group of completions per prompt, with vLLM or without, from the step's seed."""

from collections.abc import Sequence

import numpy as np
import torch
from trl import GRPOTrainer

from sws.rl.sample import sample


def complete(
    prompts: Sequence[list[int]], size: int, trainer: GRPOTrainer
) -> tuple[list[list[int]], list[list[float]] | None]:
    """`size` completions per prompt, with the sampler's log-probabilities if it returns them."""
    if trainer.use_vllm or trainer.is_deepspeed_enabled or trainer.is_fsdp_enabled:
        repeated = [prompt for prompt in prompts for _ in range(size)]
        completions, logprobs = trainer._generate_single_turn(repeated, None, {}, size)
        return completions, logprobs
    model = trainer.accelerator.unwrap_model(trainer.model)
    limits = (trainer.max_completion_length, trainer.temperature, trainer.top_p)
    model.eval()  # with gradient checkpointing, a model in training mode does not use its cache
    with trainer.accelerator.autocast():
        completions = sample(model, prompts, size, *limits, trainer.eos_token_ids)
    model.train()
    return completions, None


def seed_sampler(seed: int) -> None:
    """Seed by step, so that a resumed run samples what it would have sampled.

    vLLM draws from PyTorch's generator on a CPU and seeds itself from NumPy's on a GPU.
    """
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
