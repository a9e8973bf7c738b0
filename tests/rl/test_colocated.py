"""What TRL asks vLLM for is accepted by vLLM's own scheduler, for each preset and world size."""

import pytest
import trl.trainer.grpo_trainer as grpo
from trl.generation.vllm_generation import VLLMGeneration

from sws.config import load
from sws.config.rl import RLConfig
from sws.rl.arguments import micro_batches
from sws.rl.colocated import at_most

PAPER = [
    "qwen2.5-3b",
    "qwen2.5-7b",
    "qwen2.5-math-7b",
    "llama-3.1-8b-instruct",
    "qwen2.5-32b",
]
BATCHED_TOKENS = 4096  # TRL's max_num_batched_tokens


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VLLMGeneration, "_init_vllm", lambda self: None)
    monkeypatch.setattr("trl.generation.vllm_generation.DistributedBackend", lambda _: None)


def asked(config: RLConfig) -> int:
    """The `max_num_seqs` of TRL's vLLM: a whole step of one process, times its GPUs."""
    micro, per_update = micro_batches(config)
    step = micro * config.vllm_tensor_parallel_size * per_update * config.updates_per_step
    return int(grpo.VLLMGeneration(None, None, None, max_num_seqs=step).max_num_seqs)


def accepts(sequences: int, model_tokens: int) -> None:
    from vllm.config import SchedulerConfig

    SchedulerConfig(
        max_model_len=model_tokens,
        is_encoder_decoder=False,
        max_num_batched_tokens=BATCHED_TOKENS,
        max_num_seqs=sequences,
    )


@pytest.mark.parametrize("world", [1, 4, 8, 16, 32])
@pytest.mark.parametrize("preset", PAPER)
def test_vllm_starts_with_what_trl_asks_for(
    preset: str, world: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", str(world))
    config = load(preset)
    for rl in (config.initial_rl, config.arms.training):
        assert rl.completions_per_device in (1, 2)
        with at_most(rl.vllm_max_num_seqs):
            sequences = asked(rl)
        accepts(sequences, rl.max_prompt_tokens + config.student.max_tokens)


def test_without_the_limit_it_would_not() -> None:
    config = load("qwen2.5-7b")
    with pytest.raises(ValueError, match="max_num_batched_tokens"):
        accepts(asked(config.initial_rl), 9216)


def test_a_small_step_asks_for_no_more_than_it_has() -> None:
    config = RLConfig(prompts_per_step=4, group_size=2, updates_per_step=1)
    with at_most(config.vllm_max_num_seqs):
        assert asked(config) == 8
