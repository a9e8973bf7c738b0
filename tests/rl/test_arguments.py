from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from accelerate import FullyShardedDataParallelPlugin

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl.arguments import grpo_arguments
from sws.rl.trainer import reduce_in


def test_the_objective_is_that_of_the_paper(tmp_path: Path) -> None:
    arguments = grpo_arguments(RLConfig(), tmp_path, 1, 1.0, 1.0, 64)
    assert (arguments.epsilon, arguments.epsilon_high, arguments.beta) == (0.2, 0.28, 0.0)
    assert (arguments.loss_type, arguments.scale_rewards) == ("dapo", "group")
    assert arguments.generation_batch_size == 1024 * 8
    assert arguments.per_device_train_batch_size == 256 * 8  # the paper's mini-batch, in rollouts


def test_accumulation_fills_an_update(tmp_path: Path) -> None:
    config = RLConfig(
        prompts_per_step=8, group_size=4, updates_per_step=2, completions_per_device=4
    )
    arguments = grpo_arguments(config, tmp_path, 1, 1.0, 1.0, 64)
    assert arguments.gradient_accumulation_steps == 4
    assert arguments.generation_batch_size == 32


def test_a_batch_that_does_not_divide_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(SwsError, match="3 processes"):
        grpo_arguments(RLConfig(prompts_per_step=16, updates_per_step=1), tmp_path, 1, 1.0, 1.0, 64)


def test_the_gradient_of_micro_batches_is_reduced_at_once_under_fsdp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def synced() -> bool:
        arguments = grpo_arguments(RLConfig(), tmp_path, 1, 1.0, 1.0, 64)
        return bool(arguments.accelerator_config.gradient_accumulation_kwargs["sync_each_batch"])

    assert not synced()
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    assert synced()


def test_the_samplers_probabilities_are_corrected_only_if_asked_for(tmp_path: Path) -> None:
    plain = grpo_arguments(RLConfig(), tmp_path, 1, 1.0, 1.0, 64)
    assert not plain.vllm_importance_sampling_correction
    config = RLConfig(sampler_correction="truncate", sampler_correction_max=2.0)
    corrected = grpo_arguments(config, tmp_path, 1, 1.0, 1.0, 64)
    assert corrected.vllm_importance_sampling_correction
    assert corrected.vllm_importance_sampling_mode == "token_truncate"
    assert corrected.vllm_importance_sampling_clip_max == 2.0


def test_greedy_sampling_teaches_nothing_and_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match=r"student\.temperature: 0"):
        grpo_arguments(RLConfig(), tmp_path, 1, 0.0, 1.0, 64)


def test_ranks_wait_for_hours(tmp_path: Path) -> None:
    assert grpo_arguments(RLConfig(), tmp_path, 1, 1.0, 1.0, 64).ddp_timeout >= 6 * 3600


def test_the_learning_rate_rises_over_steps_of_rollouts_as_in_the_sources(tmp_path: Path) -> None:
    arguments = grpo_arguments(RLConfig(warmup_steps=20), tmp_path, 1, 1.0, 1.0, 64)
    assert arguments.warmup_steps == 20 * 4  # TRL counts the four updates of each


def test_an_optimizer_in_eight_bits_needs_its_package(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="bitsandbytes"):
        grpo_arguments(RLConfig(optimizer="adamw_8bit"), tmp_path, 1, 1.0, 1.0, 64)


def test_sharded_gradients_are_summed_in_thirty_two_bits() -> None:
    plugin = FullyShardedDataParallelPlugin(fsdp_version=2)
    plugin.set_mixed_precision("bf16")
    assert plugin.mixed_precision_policy.reduce_dtype == torch.bfloat16  # accelerate's default
    accelerator = SimpleNamespace(state=SimpleNamespace(fsdp_plugin=plugin), mixed_precision="bf16")
    reduce_in(accelerator, "float32")
    assert plugin.mixed_precision_policy.reduce_dtype == torch.float32
    assert plugin.mixed_precision_policy.param_dtype == torch.bfloat16
