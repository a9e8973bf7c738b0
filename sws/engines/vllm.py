"""vLLM inside the process: batched by vLLM itself, on GPUs or on the CPU."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch

from sws.config.roles import Role
from sws.engines.refusals import PROMPT_TOO_LONG
from sws.engines.request import Request, Response
from sws.errors import SwsError

#: Prompts handed to vLLM at a time: answers reach the cache after each such batch.
BATCH = 512


class VllmEngine:
    """One model in this process; $SWS_TENSOR_PARALLEL GPUs share it, or all those of a Slurm job.

    On a GPU every request samples from its own seed; vLLM's CPU build has one random stream, which
    is seeded for each batch. Neither promises the same texts when batches differ, after a restart
    say: what was answered is in the cache, and manifests hash it.
    """

    def __init__(self, model: str, *, max_model_tokens: int, role: Role | None = None) -> None:
        revision = role.revision if role else None
        self.fingerprint = f"vllm {_identity(model)}@{revision or ''} context={max_model_tokens}"
        self._model, self._revision = model, revision
        self._max_model_tokens = max_model_tokens
        self._llm: Any = None
        self._cpu = not torch.cuda.is_available()

    def _start(self) -> Any:
        """Load on the first question, so that a run whose answers are all cached loads nothing."""
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
                    dtype=_dtype(self._model) if self._cpu else "auto",
                    enforce_eager=self._cpu,
                    seed=0,
                    disable_log_stats=True,
                )
            except (OSError, ValueError, RuntimeError) as error:
                raise SwsError(
                    f"{self._model}: vLLM cannot load this model ({error})",
                    expected="a folder with config.json, weights and a tokenizer, or a Hub id",
                    fix="check the path; on a GPU also that the model fits into its memory",
                ) from error
        return self._llm

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Answers batch by batch. Raises SwsError when the engine dies; answers so far are kept."""
        batch: list[Request] = []
        for request in requests:
            batch.append(request)
            if len(batch) == BATCH:
                yield from self._batch(batch)
                batch = []
        if batch:
            yield from self._batch(batch)

    def _batch(self, batch: list[Request]) -> Iterator[Response]:
        llm = self._start()
        tokenizer = llm.get_tokenizer()
        prompts = [_prompt_tokens(tokenizer, request) for request in batch]
        fits = [i for i, tokens in enumerate(prompts) if len(tokens) < self._max_model_tokens]
        for i in sorted(set(range(len(batch))) - set(fits)):
            yield Response.refusal(batch[i].id, PROMPT_TOO_LONG, prompt_tokens=len(prompts[i]))
        try:
            if self._cpu:
                torch.manual_seed(batch[0].seed)
            outputs = llm.generate(
                [{"prompt_token_ids": prompts[i]} for i in fits],
                [_sampling_params(batch[i], own_seed=not self._cpu) for i in fits],
                use_tqdm=False,
            )
        except Exception as error:
            raise SwsError(
                f"{self._model}: vLLM died while answering ({type(error).__name__}: {error})",
                fix="run the same command again; answers so far are kept",
            ) from error
        for i, output in zip(fits, outputs, strict=True):
            yield Response(
                request_id=batch[i].id,
                texts=tuple(one.text for one in output.outputs),
                finish_reasons=tuple(one.finish_reason or "" for one in output.outputs),
                prompt_tokens=len(prompts[i]),
                completion_tokens=tuple(len(one.token_ids) for one in output.outputs),
            )

    def close(self) -> None:
        """Let go of the model and its memory."""
        self._llm = None


def _tensor_parallel() -> int:
    """GPUs that share the model: as told, or all that a Slurm job was given, or one."""
    given = os.environ.get("SWS_TENSOR_PARALLEL")
    if given is None and "SLURM_JOB_ID" in os.environ:
        return max(1, int(torch.cuda.device_count()))
    return int(given or 1)


def _identity(model: str) -> str:
    """A local student is known by its manifest's content, not by its path."""
    manifest = Path(model) / "student.json"
    if not manifest.exists():
        return model
    from sws.store import sha256_of

    return sha256_of(manifest)


def _dtype(model: str) -> str:
    """A 32-bit student stays what it was trained as; vLLM would round it to 16 bits."""
    config = Path(model) / "config.json"
    stored = json.loads(config.read_text()) if config.exists() else {}
    return "float32" if "float32" in {stored.get("dtype"), stored.get("torch_dtype")} else "auto"


def _prompt_tokens(tokenizer: Any, request: Request) -> list[int]:
    messages = [dict(message) for message in request.messages]
    if tokenizer.chat_template:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return list(tokenizer.encode(text, add_special_tokens=False))
    return list(tokenizer.encode("\n\n".join(message["content"] for message in messages) + "\n\n"))


def _sampling_params(request: Request, own_seed: bool) -> Any:
    from vllm import SamplingParams

    return SamplingParams(
        n=request.sampling.n,
        temperature=request.sampling.temperature,
        top_p=request.sampling.top_p,
        max_tokens=request.sampling.max_tokens,
        seed=request.seed % 2**31 if own_seed else None,
    )
