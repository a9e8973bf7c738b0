"""vLLM inside the process: batched by vLLM itself, on GPUs or on the CPU."""

import itertools
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from sws.config.vllm import VllmSettings
from sws.engines.refill import Prepared, refilled
from sws.engines.request import Request, Response
from sws.errors import SwsError


class VllmEngine:
    """One model in this process; $SWS_TENSOR_PARALLEL GPUs share it, or all those of a Slurm job.

    On a GPU every request samples from its own seed; vLLM's CPU build has one random stream, which
    is seeded once for each call of `answer`.
    """

    def __init__(
        self,
        model: str,
        settings: VllmSettings | None = None,
        *,
        revision: str | None = None,
        max_model_tokens: int,
    ) -> None:
        self._model, self._revision = model, revision
        self._settings = settings or VllmSettings()
        self._max_model_tokens = max_model_tokens
        self._llm: Any = None
        self._cpu = not torch.cuda.is_available()
        self.fingerprint = fingerprint(model, self._settings, revision, max_model_tokens)

    def start(self) -> Any:
        """The `vllm.LLM`, loaded on the first question: a run whose answers are cached loads none.

        Raises SwsError when vLLM cannot load the model.
        """
        if self._llm is None:
            if self._cpu:
                os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
            os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
            os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
            from vllm import LLM

            try:
                self._llm = LLM(
                    self._model,
                    revision=self._revision,
                    max_model_len=self._max_model_tokens,
                    tensor_parallel_size=_tensor_parallel(),
                    enforce_eager=self._cpu,
                    seed=0,
                    disable_log_stats=True,
                    **engine_arguments(self._model, self._settings),
                )
            except (OSError, ValueError, RuntimeError) as error:
                raise SwsError(
                    f"{self._model}: vLLM cannot load this model ({error})",
                    expected="a folder with config.json, weights and a tokenizer, or a Hub id",
                    fix="check the path; on a GPU also that the model and the cache of its context "
                    "fit into the memory (gpu_memory_utilization, max_model_tokens, quantization)",
                ) from error
        return self._llm

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Yield the answer to each request as soon as it is finished; the engine is kept full.

        Raises SwsError when the engine dies; answers so far are kept.
        """
        stream = iter(requests)
        if (first := next(stream, None)) is None:
            return
        llm = self.start()
        if self._cpu:
            torch.manual_seed(first.seed)
        yield from refilled(llm.llm_engine, itertools.chain([first], stream), self.prepare)

    def prepare(self, request: Request) -> Prepared:
        """A request's tokens and vLLM's sampling parameters, or a response that says why not."""
        tokens = prompt_tokens(self._llm.get_tokenizer(), request)
        if len(tokens) >= self._max_model_tokens:
            return Response(request.id, (), ("prompt too long",), len(tokens), ())
        return tokens, _sampling_params(request, own_seed=not self._cpu)

    def close(self) -> None:
        """Release the model and its memory."""
        self._llm = None


def fingerprint(
    model: str, settings: VllmSettings, revision: str | None, max_model_tokens: int
) -> str:
    """What determines the answers of a model: itself, its context, and how its weights are read."""
    read = {"dtype": settings.dtype, "quantization": settings.quantization}
    changed = "".join(
        f" {key}={value}" for key, value in read.items() if value not in (None, "auto")
    )
    return f"vllm {identity(model)}@{revision or ''} context={max_model_tokens}{changed}"


def identity(model: str) -> str:
    """A local student is known by its manifest's content, not by its path."""
    manifest = Path(model) / "student.json"
    if not manifest.exists():
        return model
    from sws.store import sha256_of

    return sha256_of(manifest)


def engine_arguments(model: str, settings: VllmSettings) -> dict[str, Any]:
    """The settings under vLLM's own names; what is null is left to vLLM."""
    arguments = {
        "dtype": dtype(model) if settings.dtype == "auto" else settings.dtype,
        "gpu_memory_utilization": settings.gpu_memory_utilization,
        "max_num_seqs": settings.max_num_seqs,
        "quantization": settings.quantization,
        "speculative_config": settings.speculative,
        "trust_remote_code": settings.trust_remote_code or None,
    }
    return {name: value for name, value in arguments.items() if value is not None}


def dtype(model: str) -> str:
    """A local model in 32 bits stays what it was trained as; vLLM would round it to 16 bits."""
    config = Path(model) / "config.json"
    stored = json.loads(config.read_text()) if config.exists() else {}
    return "float32" if "float32" in {stored.get("dtype"), stored.get("torch_dtype")} else "auto"


def prompt_tokens(tokenizer: Any, request: Request) -> list[int]:
    """The tokens of a request's messages, by the model's chat template where it has one."""
    from vllm.utils.mistral import is_mistral_tokenizer

    messages = [dict(message) for message in request.messages]
    if is_mistral_tokenizer(tokenizer):  # it has no template; what it writes are tokens at once
        return list(tokenizer.apply_chat_template(messages, add_generation_prompt=True))
    if tokenizer.chat_template:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return list(tokenizer.encode(text, add_special_tokens=False))
    return list(tokenizer.encode("\n\n".join(message["content"] for message in messages) + "\n\n"))


def _tensor_parallel() -> int:
    """GPUs that share the model: as told, or all that a Slurm job was given, or one."""
    given = os.environ.get("SWS_TENSOR_PARALLEL")
    if given is None and "SLURM_JOB_ID" in os.environ:
        return max(1, int(torch.cuda.device_count()))
    return int(given or 1)


def _sampling_params(request: Request, own_seed: bool) -> Any:
    from vllm import SamplingParams
    from vllm.sampling_params import RequestOutputKind

    return SamplingParams(
        n=request.sampling.n,
        temperature=request.sampling.temperature,
        top_p=request.sampling.top_p,
        max_tokens=request.sampling.max_tokens,
        seed=request.seed % 2**31 if own_seed else None,
        output_kind=RequestOutputKind.FINAL_ONLY,
    )
