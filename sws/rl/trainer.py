"""GRPO through TRL, set up as SwS defines it."""

import importlib.util
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedTokenizerBase,
    PrinterCallback,
)
from trl import GRPOConfig, GRPOTrainer

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl.rollouts import Rollouts, reward_of_rollout

# TRL calls its rollout function experimental; the versions that fit are pinned.
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")


#: How long ranks wait for each other: one may write 10 million rollouts while the others wait.
TIMEOUT = timedelta(hours=6)

# What TRL keeps for each completion token, and for each completion.
COMPLETION_FIELDS = {
    "completion_ids",
    "completion_mask",
    "tool_mask",
    "old_per_token_logps",
    "sampling_per_token_logps",
    "importance_sampling_ratio",
}
ROW_FIELDS = {"prompt_ids", "prompt_mask", "advantages", *COMPLETION_FIELDS}


class Trainer(GRPOTrainer):  # type: ignore[misc]  # TRL's lazy module has no types
    """TRL's trainer without the work that has no effect."""

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> torch.Tensor:
        """TRL's loss without the rows that have no gradient.

        A group that is all right or all wrong, and one out of bounds, has advantage zero; with
        beta 0 its rows only count in 1/sum|y|, which TRL took over the whole batch before.
        """
        inputs = rows_with_gradient(inputs)
        return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)

    def create_model_card(self, *_: object, **__: object) -> None:
        """Skip the model card: checkpoints are not published."""


def rows_with_gradient(inputs: dict[str, Any]) -> dict[str, Any]:
    """The rows of a TRL batch whose advantage is not zero, with padding cut to the longest.

    All ranks keep the same number of rows, since TRL gathers a value per row: those with fewer
    are filled up with rows of zero advantage, and at least one row stays.
    """
    advantages = inputs["advantages"]
    learning = advantages.nonzero().flatten()
    size = torch.tensor([max(len(learning), 1)], device=advantages.device)
    if torch.distributed.is_initialized():
        torch.distributed.all_reduce(size, op=torch.distributed.ReduceOp.MAX)
    rows = torch.cat([learning, (advantages == 0).nonzero().flatten()])[: int(size)]
    chosen = {name: inputs[name][rows] for name in inputs.keys() & ROW_FIELDS}
    first = int(chosen["prompt_mask"].any(0).int().argmax())  # prompts are padded on the left,
    last = int(chosen["completion_mask"].any(0).sum())  # completions on the right
    for name in chosen.keys() & {"prompt_ids", "prompt_mask"}:
        chosen[name] = chosen[name][:, first:]
    for name in chosen.keys() & COMPLETION_FIELDS:
        chosen[name] = chosen[name][:, :last]
    return {**inputs, **chosen}


def wants_vllm(config: RLConfig) -> bool:
    """Whether rollouts come from vLLM, which TRL runs only beside a CUDA device."""
    possible = torch.cuda.is_available() and importlib.util.find_spec("vllm") is not None
    if config.use_vllm == "always" and not possible:
        raise SwsError(
            "use_vllm: always, but TRL cannot run vLLM here",
            expected="a CUDA device and the vllm package",
            fix="set use_vllm to auto, which samples with transformers on this machine",
        )
    return possible and config.use_vllm != "never"


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
    sharded = os.environ.get("ACCELERATE_USE_FSDP", "false").lower() in ("1", "true")
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
        warmup_steps=config.warmup_updates,
        loss_type="dapo",
        scale_rewards="group",
        beta=0.0,
        epsilon=config.clip_ratio_low,
        epsilon_high=config.clip_ratio_high,
        **vllm_arguments(config, max_tokens),
        ddp_timeout=TIMEOUT.seconds,
        # FSDP would keep the whole gradient, unsharded, between micro-batches.
        accelerator_config={"gradient_accumulation_kwargs": {"sync_each_batch": sharded}},
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
    return {
        "use_vllm": wants_vllm(config),
        "vllm_mode": "colocate",
        "vllm_gpu_memory_utilization": config.vllm_gpu_memory_utilization,
        "vllm_tensor_parallel_size": config.vllm_tensor_parallel_size,
        "vllm_max_model_length": config.max_prompt_tokens + max_tokens,
        "vllm_importance_sampling_correction": config.sampler_correction == "truncate",
        "vllm_importance_sampling_mode": "token_truncate",
        "vllm_importance_sampling_clip_max": config.sampler_correction_max,
    }


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


def load_tokenizer(student_dir: Path | str) -> PreTrainedTokenizerBase:
    """The student's tokenizer, padding on the left as generation needs it."""
    return AutoTokenizer.from_pretrained(student_dir, padding_side="left", truncation_side="left")


def build_trainer(
    arguments: GRPOConfig,
    config: RLConfig,
    student_dir: Path | str,
    tokenizer: PreTrainedTokenizerBase,
    rollouts: Rollouts,
) -> Trainer:
    """The trainer of one run. Its dataset only counts steps: `rollouts` draws the prompts."""
    model = AutoModelForCausalLM.from_pretrained(student_dir, dtype=torch.float32)
    trainer = Trainer(
        model=model,
        reward_funcs=reward_of_rollout,
        args=arguments,
        train_dataset=Dataset.from_dict(
            {"prompt": [""] * (config.steps * config.prompts_per_step)}
        ),
        processing_class=tokenizer,
        rollout_func=rollouts,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer
