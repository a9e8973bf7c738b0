"""vLLM inside the process: batched by vLLM itself, on GPUs or on the CPU."""

import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from sws.config.roles import Role
from sws.engines.refill import Prepared, refilled
from sws.engines.refusals import PROMPT_TOO_LONG
from sws.engines.request import Request, Response
from sws.engines.thoughts import begins, begun
from sws.engines.vllm_inputs import (
    engine_arguments,
    own_seeds,
    prompt_tokens,
    sampling_params,
)
from sws.errors import SwsError
from sws.gpu_build import check_gpu_build
from sws.gpus import lease


class VllmEngine:
    """One model in this process; $SWS_TENSOR_PARALLEL GPUs share it, or all those of a Slurm job.

    Without a GPU each answer is drawn from its request's seed and stays the same whatever else is
    in the engine. On a GPU that would switch off vLLM's fused sampler, so one stream, seeded by the
    first request, serves all: the same requests in the same order give the same answers, but what
    a resumed run still has to ask is drawn anew. The role's `seeds` chooses.
    """

    def __init__(
        self, model: str, *, max_model_tokens: int, role: Role | None = None, defaults: bool = True
    ) -> None:
        """With `defaults`, the model's generation_config.json fills what a request leaves open."""
        self._use_defaults = defaults
        self._model, self._role = model, role or Role(engine="vllm", model=model)
        self._max_model_tokens = max_model_tokens
        self._llm: Any = None
        self._defaults: dict[str, Any] = {}
        self._own_seeds = own_seeds(self._role)
        self.fingerprint = fingerprint(model, self._role, max_model_tokens)

    def start(self, seed: int = 0) -> Any:
        """The `vllm.LLM`, loaded on the first question: a run whose answers are cached loads none.

        Raises SwsError when vLLM cannot load the model, or torch cannot use the GPU that is here.
        """
        if self._llm is None:
            parallel = _tensor_parallel()
            lease(parallel)
            os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
            os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
            os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
            check_gpu_build()
            from vllm import LLM

            try:
                self._llm = LLM(
                    self._model,
                    revision=self._role.revision,
                    tensor_parallel_size=parallel,
                    seed=seed % 2**31,
                    disable_log_stats=True,
                    **engine_arguments(self._model, self._role, self._max_model_tokens),
                )
            except (OSError, ValueError, RuntimeError) as error:
                raise SwsError(
                    f"{self._model}: vLLM cannot load this model ({error})",
                    expected="a folder with config.json, weights and a tokenizer, or a Hub id",
                    fix="check the path; on a GPU also that the model and the cache of its context "
                    "fit into the memory (gpu_memory_utilization, max_model_tokens, quantization)",
                ) from error
            if self._use_defaults:
                self._defaults = self._llm.model_config.get_diff_sampling_param()
        return self._llm

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Yield the answer to each request as soon as it is finished; the engine is kept full.

        Raises SwsError when the engine dies; answers so far are kept.
        """
        stream = iter(requests)
        if (first := next(stream, None)) is None:
            return
        llm = self.start(first.seed)
        inside = self._begins_inside_thought(first)
        for response in refilled(llm.llm_engine, itertools.chain([first], stream), self.prepare):
            yield begun(response) if inside else response

    def _begins_inside_thought(self, request: Request) -> bool:
        """Whether the chat template opens a thought at the end of the prompt."""
        tokenizer = self._llm.get_tokenizer()
        tokens = prompt_tokens(tokenizer, request, self._role.chat_template_kwargs)
        return self._role.opens_thought or begins(tokenizer.decode(tokens[-8:]))

    def prepare(self, request: Request) -> Prepared:
        """A request's tokens and vLLM's sampling parameters, or the refusal of a long prompt."""
        tokens = prompt_tokens(self._llm.get_tokenizer(), request, self._role.chat_template_kwargs)
        if len(tokens) >= self._max_model_tokens:
            detail = f"{len(tokens)} tokens; max_model_tokens is {self._max_model_tokens}"
            return Response.refusal(request.id, PROMPT_TOO_LONG, detail, len(tokens))
        return tokens, sampling_params(request, self._role, self._defaults, self._own_seeds)

    def close(self) -> None:
        """Release the model and its memory."""
        self._llm = None


def fingerprint(model: str, role: Role, max_model_tokens: int) -> str:
    """What determines the answers of a model: itself, its context, and how it is read and asked."""
    settings = {
        "dtype": role.dtype if role.dtype != "auto" else None,
        "quantization": role.quantization,
        "template": role.chat_template_kwargs,
        "omit": sorted({"temperature", "top_p"} & set(role.omit)),
    }
    changed = "".join(f" {key}={value}" for key, value in settings.items() if value)
    return f"vllm {identity(model)}@{role.revision or ''} context={max_model_tokens}{changed}"


def identity(model: str) -> str:
    """A local student is known by its manifest's content, not by its path."""
    manifest = Path(model) / "student.json"
    if not manifest.exists():
        return model
    from sws.store import sha256_of

    return sha256_of(manifest)


def _tensor_parallel() -> int:
    """GPUs that share the model: as configured, or all GPUs of the Slurm job, or one."""
    given = os.environ.get("SWS_TENSOR_PARALLEL")
    if given is None and "SLURM_JOB_ID" in os.environ:
        return max(1, int(torch.cuda.device_count()))
    return int(given or 1)
