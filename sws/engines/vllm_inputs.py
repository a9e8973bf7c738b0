"""What vLLM takes: the tokens of a prompt, and how to sample. The same as `vllm serve` makes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from sws.config.roles import Role
from sws.config.vllm import VllmSettings
from sws.engines.request import Request

#: Tokens that a step of vLLM without a GPU works on.
STEP_TOKENS = 4096


def engine_arguments(model: str, settings: VllmSettings, limit: int) -> dict[str, Any]:
    """The settings under vLLM's own names; what is unset is left to vLLM.

    `limit` is the context in tokens, prompt and answer together.
    """
    arguments = {
        "max_model_len": limit,
        "dtype": dtype(model) if settings.dtype == "auto" else settings.dtype,
        "gpu_memory_utilization": settings.gpu_memory_utilization,
        "max_num_seqs": settings.max_num_seqs,
        "quantization": settings.quantization,
        "speculative_config": settings.speculative_config or None,
        "trust_remote_code": settings.trust_remote_code or None,
    }
    if not torch.cuda.is_available():
        # A prompt split over two steps kills vLLM's CPU build if the request brings a seed.
        arguments["enable_chunked_prefill"] = False
        arguments["max_num_batched_tokens"] = max(STEP_TOKENS, limit)
        arguments["enforce_eager"] = True
    return {name: value for name, value in arguments.items() if value is not None}


def dtype(model: str) -> str:
    """A local model in 32 bits stays what it was trained as; vLLM would round it to 16 bits."""
    config = Path(model) / "config.json"
    stored = json.loads(config.read_text()) if config.exists() else {}
    return "float32" if "float32" in {stored.get("dtype"), stored.get("torch_dtype")} else "auto"


def own_seeds(settings: VllmSettings) -> bool:
    """Whether each request brings its seed; on a GPU that switches off vLLM's fused sampler."""
    if settings.seeds == "auto":
        return not torch.cuda.is_available()
    return settings.seeds == "request"


def prompt_tokens(
    tokenizer: Any, request: Request, template: Mapping[str, Any] | None = None
) -> list[int]:
    """The tokens of a request's messages, by the model's chat template where it has one.

    `template` holds further arguments of the chat template (`chat_template_kwargs`).
    """
    from vllm.utils.mistral import is_mistral_tokenizer

    messages = [dict(message) for message in request.messages]
    arguments = {**(template or {}), "add_generation_prompt": True}
    if is_mistral_tokenizer(tokenizer):  # it has no template; what it writes are tokens at once
        return list(tokenizer.apply_chat_template(messages, **arguments))
    if tokenizer.chat_template:
        text = tokenizer.apply_chat_template(messages, tokenize=False, **arguments)
        return list(tokenizer.encode(text, add_special_tokens=False))
    return list(tokenizer.encode("\n\n".join(message["content"] for message in messages) + "\n\n"))


def sampling_params(
    request: Request, role: Role, defaults: Mapping[str, Any], own_seed: bool
) -> Any:
    """The SamplingParams of vLLM: the request's settings over the model's own (`defaults`)."""
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    sampling = request.sampling
    asked = {
        "n": sampling.n,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "repetition_penalty": sampling.repetition_penalty,
        "max_tokens": sampling.max_tokens,
        "stop": list(sampling.stop) or None,
        "seed": request.sampler_seed if own_seed else None,
    }
    # vLLM alone would end an answer after 16 tokens, and give one for `n`.
    left_out = set(role.omit) - {"max_tokens", "n"}
    said = {k: v for k, v in asked.items() if v is not None and k not in left_out}
    return SamplingParams(**{**defaults, **said}, output_kind=RequestOutputKind.FINAL_ONLY)
