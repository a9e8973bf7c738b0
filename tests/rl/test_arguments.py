import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from accelerate import FullyShardedDataParallelPlugin
from trl import GRPOConfig

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl.arguments import grpo_arguments, vllm_arguments
from sws.rl.trainer import load_model, reduce_in


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


def test_an_optimizer_in_eight_bits_needs_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    with pytest.raises(SwsError, match="bitsandbytes"):
        grpo_arguments(RLConfig(optimizer="adamw_8bit"), tmp_path, 1, 1.0, 1.0, 64)


def trl_arguments(folder: Path, **keys: object) -> GRPOConfig:
    """TRL's arguments for vLLM of a run with these keys."""
    return GRPOConfig(str(folder), use_cpu=True, bf16=False, **vllm_arguments(RLConfig(**keys), 64))


def test_the_keys_of_vllm_arrive_at_trl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    beside = trl_arguments(
        tmp_path,
        vllm_sleep=True,
        vllm_gpu_memory_utilization=0.47,
        vllm_tensor_parallel_size=2,
        max_prompt_tokens=100,
    )
    assert (beside.use_vllm, beside.vllm_mode) == (True, "colocate")
    assert beside.vllm_enable_sleep_mode and beside.vllm_gpu_memory_utilization == 0.47
    assert (beside.vllm_tensor_parallel_size, beside.vllm_max_model_length) == (2, 164)
    served = trl_arguments(tmp_path, vllm_server="http://127.0.0.1:8000")
    assert (served.use_vllm, served.vllm_mode) == (True, "server")
    assert served.vllm_server_base_url == "http://127.0.0.1:8000"
    assert not trl_arguments(tmp_path, use_vllm="never").use_vllm


@pytest.mark.parametrize(
    "keys", [{"use_vllm": "always"}, {"vllm_server": "http://127.0.0.1:8000"}], ids=lambda k: [*k]
)
def test_vllm_without_a_gpu_is_refused(keys: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="a CUDA device"):
        trl_arguments(tmp_path, **keys)


def test_the_attention_is_that_of_the_key(student: Path) -> None:
    model = load_model(RLConfig(attention="eager"), student, bf16=False)
    assert model.config._attn_implementation == "eager"
    assert load_model(RLConfig(), student, bf16=False).config._attn_implementation == "sdpa"
    with pytest.raises(SwsError, match="attention"):
        load_model(RLConfig(attention="flash_attention_2"), student, bf16=False)


def test_fused_layers_need_their_package(student: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kernels", None)
    with pytest.raises(SwsError, match="kernels"):
        load_model(RLConfig(kernels=True), student, bf16=False)


def test_sharded_gradients_are_summed_in_thirty_two_bits() -> None:
    plugin = FullyShardedDataParallelPlugin(fsdp_version=2)
    plugin.set_mixed_precision("bf16")
    assert plugin.mixed_precision_policy.reduce_dtype == torch.bfloat16  # accelerate's default
    accelerator = SimpleNamespace(state=SimpleNamespace(fsdp_plugin=plugin), mixed_precision="bf16")
    reduce_in(accelerator, "float32")
    assert plugin.mixed_precision_policy.reduce_dtype == torch.float32
    assert plugin.mixed_precision_policy.param_dtype == torch.bfloat16
