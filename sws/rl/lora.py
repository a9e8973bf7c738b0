"""LoRA: small adapters are trained in place of the weights, and merged into them at the end."""

import importlib.util
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from sws.config.rl import RLConfig
from sws.errors import SwsError


def lora_config(config: RLConfig) -> Any:
    """The peft.LoraConfig of a run; None where all weights are trained.

    Raises SwsError without the package peft.
    """
    if not config.lora_rank:
        return None
    if importlib.util.find_spec("peft") is None:
        raise SwsError(
            f"lora_rank: {config.lora_rank} needs the package peft",
            fix="pip install 'sws[lora]' (or pip install peft), or set lora_rank to 0",
        )
    from peft import LoraConfig

    modules = config.lora_modules
    return LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha or 2 * config.lora_rank,
        target_modules=modules if isinstance(modules, str) else list(modules),
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
    )


def merged(
    config: RLConfig, student: Path, weights: dict[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """The student's weights with the adapters among `weights` merged into them, in 32 bits.

    On the CPU and from the student's own files, so that it is the same whatever trained.
    """
    from peft import get_peft_model, set_peft_model_state_dict

    model = AutoModelForCausalLM.from_pretrained(student, dtype=torch.float32)
    adapted = get_peft_model(model, lora_config(config))
    adapters = {name: value.cpu() for name, value in weights.items() if "lora_" in name}
    without_name = {name.replace(".default", ""): value for name, value in adapters.items()}
    found: Any = set_peft_model_state_dict(adapted, without_name)
    if found.unexpected_keys or not adapters:
        raise RuntimeError(f"adapters that fit nothing: {found.unexpected_keys[:3]}")
    whole: dict[str, torch.Tensor] = adapted.merge_and_unload().state_dict()
    return whole
