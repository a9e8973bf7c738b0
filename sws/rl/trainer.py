"""GRPO through TRL, set up as SwS defines it."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedTokenizerBase,
    PrinterCallback,
    TrainerCallback,
)
from trl import GRPOConfig, GRPOTrainer

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl.arguments import is_sharded
from sws.rl.colocated import at_most
from sws.rl.lora import lora_config
from sws.rl.ratio import sampler_ratio
from sws.rl.rollouts import reward_of_rollout
from sws.rl.rows import by_length, rows_with_gradient
from sws.rl.save import SaveByTime

# TRL calls its rollout function experimental; the versions that fit are pinned.
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")


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
        beta 0 its rows only count in 1/sum|y|, which TRL took over the whole batch before. The KL
        divergence and the entropy bonus are of every row.
        """
        if not self.beta and not self.args.entropy_coef:
            inputs = rows_with_gradient(inputs)
        return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        """TRL's batch of a step; the step is journalled once its sampler was compared."""
        output: dict[str, Any] = super()._generate_and_score_completions(inputs)
        self.rollout_func.close_step(**sampler_ratio(output, self._old_log_probs))
        return output

    def _get_per_token_logps_and_entropies(
        self,
        model: Any,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        logits_to_keep: int,
        batch_size: int | None = None,
        **options: Any,
    ) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
        """TRL's log-probabilities; where it asks for a whole batch, without most of its padding."""
        inner = partial(super()._get_per_token_logps_and_entropies, model)
        if batch_size is None:
            whole: Any = inner(input_ids, attention_mask, logits_to_keep, **options)
            return whole  # type: ignore[no-any-return]

        def log_probs(ids: torch.Tensor, mask: torch.Tensor, width: int) -> torch.Tensor:
            found: torch.Tensor = inner(ids, mask, width, **options)[0]
            return found

        kept = by_length(log_probs, input_ids, attention_mask, logits_to_keep, batch_size)
        return kept, None, None

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _old_log_probs(self, batch: dict[str, Any]) -> torch.Tensor:
        """The trainer's log-probabilities (rows, tokens) of a batch's completions."""
        parts = ("prompt_ids", "completion_ids"), ("prompt_mask", "completion_mask")
        ids, mask = (torch.cat([batch[name] for name in pair], dim=1) for pair in parts)
        width, rows = batch["completion_ids"].size(1), self.args.per_device_train_batch_size
        return self._get_per_token_logps_and_entropies(self.model, ids, mask, width, rows)[0]

    def create_model_card(self, *_: object, **__: object) -> None:
        """Skip the model card: checkpoints are not published."""


def load_tokenizer(student_dir: Path | str) -> PreTrainedTokenizerBase:
    """The student's tokenizer, padding on the left as generation needs it."""
    return AutoTokenizer.from_pretrained(student_dir, padding_side="left", truncation_side="left")


def build_trainer(
    arguments: GRPOConfig,
    config: RLConfig,
    student_dir: Path | str,
    tokenizer: PreTrainedTokenizerBase,
    rollouts: Callable[..., dict[str, Any]],
    kind: type[Trainer] = Trainer,
    callbacks: Sequence[TrainerCallback] = (),
    **options: Any,
) -> Trainer:
    """The trainer of one run. Its dataset only counts steps: `rollouts` draws the prompts.

    `kind` is called with `options` beside what every trainer is called with.
    """
    with at_most(config.vllm_max_num_seqs):
        trainer = kind(
            model=load_model(config, student_dir, arguments.bf16),
            reward_funcs=reward_of_rollout,
            args=arguments,
            train_dataset=Dataset.from_dict(
                {"prompt": [""] * (config.steps * config.prompts_per_step)}
            ),
            processing_class=tokenizer,
            rollout_func=rollouts,
            callbacks=[SaveByTime(config.save_minutes, config.updates_per_step), *callbacks],
            peft_config=lora_config(config),
            **options,
        )
    trainer.remove_callback(PrinterCallback)
    reduce_in(trainer.accelerator, config.reduce_dtype)
    return trainer


def load_model(config: RLConfig, student_dir: Path | str, bf16: bool) -> Any:
    """The student to train: weights in 32 bits, or frozen in 16 under LoRA on a GPU.

    Raises SwsError for LoRA under FSDP, and for an attention that cannot be had.
    """
    if config.lora_rank and is_sharded():
        raise SwsError(
            "lora_rank under FSDP: TRL cannot merge sharded adapters for vLLM",
            fix="start without FSDP: a copy of the frozen weights in 16 bits is on every GPU",
        )
    dtype = torch.bfloat16 if bf16 and config.lora_rank else torch.float32
    options = {"attn_implementation": config.attention, "use_kernels": config.kernels or None}
    named = {name: value for name, value in options.items() if value is not None}
    try:
        return AutoModelForCausalLM.from_pretrained(student_dir, dtype=dtype, **named)
    except (ImportError, ValueError) as error:
        if not named:
            raise
        raise SwsError(
            f"the student cannot be loaded with {named}: {str(error).strip().splitlines()[0]}",
            fix="install what it names, or leave attention null and kernels false",
        ) from error


def reduce_in(accelerator: Any, dtype: str) -> None:
    """Sum sharded gradients over GPUs in this data type; accelerate would take bfloat16."""
    plugin = getattr(accelerator.state, "fsdp_plugin", None)
    if plugin is None or plugin.fsdp_version != 2 or accelerator.mixed_precision != "bf16":
        return
    from torch.distributed.fsdp import MixedPrecisionPolicy

    plugin.mixed_precision_policy = MixedPrecisionPolicy(
        param_dtype=torch.bfloat16,
        reduce_dtype=getattr(torch, dtype),
        output_dtype=torch.bfloat16,
    )
