"""TRL's arguments for a run: the objective of SwS, and how the run uses its devices."""

import importlib.util
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from trl import GRPOConfig

from sws.config.rl import RLConfig
from sws.errors import SwsError

#: How long ranks wait for each other: one may write 10 million rollouts while the others wait.
TIMEOUT = timedelta(hours=6)

#: TRL's names of the optimizers; unset: PyTorch's fused AdamW.
OPTIMIZERS = {"adamw_8bit": "adamw_bnb_8bit", "paged_adamw_8bit": "paged_adamw_8bit"}


def grpo_arguments(
    config: RLConfig, folder: Path, seed: int, temperature: float, top_p: float, max_tokens: int
) -> GRPOConfig:
    """TRL's arguments for Eq. 3; `dapo` divides by the tokens of the whole batch, 1/sum|y|.

    One step of ours is one rollout batch; TRL counts the updates made from it.
    """
    micro, per_update = micro_batches(config)
    updates = config.updates_per_step
    check_temperature(temperature)
    on_gpu = torch.cuda.is_available()
    return GRPOConfig(
        output_dir=str(folder),
        seed=seed % 2**31,
        use_cpu=not on_gpu,
        bf16=on_gpu,
        max_steps=config.steps * updates,
        per_device_train_batch_size=micro,
        gradient_accumulation_steps=per_update,
        steps_per_generation=updates * per_update,
        num_generations=config.group_size,
        max_completion_length=max_tokens,
        temperature=temperature,
        top_p=top_p,
        learning_rate=config.learning_rate,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=config.warmup_steps * updates,
        loss_type="dapo",
        scale_rewards="group",
        beta=0.0,
        epsilon=config.clip_ratio_low,
        epsilon_high=config.clip_ratio_high,
        **vllm_arguments(config, max_tokens),
        **optimizer_arguments(config),
        ddp_timeout=int(TIMEOUT.total_seconds()),
        # FSDP would keep the whole gradient, unsharded, between micro-batches.
        accelerator_config={"gradient_accumulation_kwargs": {"sync_each_batch": is_sharded()}},
        gradient_checkpointing=config.gradient_checkpointing,
        save_strategy="steps",
        save_steps=config.save_steps * updates,
        save_total_limit=2,
        ignore_data_skip=True,  # the prompt stream keeps its own position
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )


def vllm_arguments(config: RLConfig, max_tokens: int) -> dict[str, Any]:
    """TRL's arguments for sampling with vLLM, and for its correction of the sampler."""
    server = config.vllm_server
    return {
        "use_vllm": wants_vllm(config),
        "vllm_mode": "server" if server else "colocate",
        "vllm_server_base_url": server,
        "vllm_gpu_memory_utilization": config.vllm_gpu_memory_utilization,
        "vllm_tensor_parallel_size": config.vllm_tensor_parallel_size,
        "vllm_max_model_length": config.max_prompt_tokens + max_tokens,
        "vllm_enable_sleep_mode": config.vllm_sleep,
        "vllm_importance_sampling_correction": config.sampler_correction == "truncate",
        "vllm_importance_sampling_mode": "token_truncate",
        "vllm_importance_sampling_clip_max": config.sampler_correction_max,
    }


def optimizer_arguments(config: RLConfig) -> dict[str, Any]:
    """TRL's name of the optimizer. Raises SwsError for 8 bits without bitsandbytes."""
    if config.optimizer == "adamw":
        return {}
    if importlib.util.find_spec("bitsandbytes") is None:
        raise SwsError(
            f"optimizer: {config.optimizer} needs the package bitsandbytes",
            fix="pip install 'bitsandbytes>=0.46', or set optimizer to adamw",
        )
    return {"optim": OPTIMIZERS[config.optimizer]}


def is_sharded() -> bool:
    """Whether accelerate was started with FSDP."""
    return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() in ("1", "true")


def wants_vllm(config: RLConfig) -> bool:
    """Whether rollouts come from vLLM, which TRL runs only beside a CUDA device."""
    possible = torch.cuda.is_available() and importlib.util.find_spec("vllm") is not None
    if (config.use_vllm == "always" or config.vllm_server) and not possible:
        raise SwsError(
            "vllm_server is set" if config.vllm_server else "use_vllm: always",
            expected="a CUDA device and the vllm package, without which TRL cannot use vLLM",
            fix="set use_vllm to auto and vllm_server to null: transformers samples here",
        )
    return possible and config.use_vllm != "never"


def check_temperature(temperature: float) -> None:
    """Raise SwsError for a temperature at which all samples of a prompt are equal."""
    if temperature <= 0:
        raise SwsError(
            f"student.temperature: {temperature}",
            expected="above 0: RL learns from differences between samples",
            fix="set student.temperature to 1.0; evaluation.temperature may be 0",
        )


def micro_batches(config: RLConfig) -> tuple[int, int]:
    """Completions in a micro-batch of one process, and micro-batches in an update.

    Raises SwsError if the completions of a step do not divide evenly.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    prompts, group, updates = config.prompts_per_step, config.group_size, config.updates_per_step
    per_update, odd = divmod(prompts * group, updates * world)
    micro = config.completions_per_device or per_update
    if prompts % world or odd or per_update % micro:
        raise SwsError(
            f"{prompts} prompts x {group} completions do not divide evenly over {world} "
            f"processes, {updates} updates and {micro} completions per device",
            fix="change prompts_per_step, updates_per_step, completions_per_device or the number "
            "of processes",
        )
    return micro, per_update // micro
