"""A training run as a program, for the parts of the check: STUDENT OUT CONFIG-JSON MAX-TOKENS.

Variables change it: SWS_CHECK_REWARDS rewards one completion in three, whatever it says;
SWS_CHECK_RIGGED also takes random completions of full length instead of sampling; SWS_CHECK_KILL
kills the process at that step; SWS_CHECK_BESIDE holds that share of the GPU, as a colocated vLLM
would; SWS_CHECK_GLOO shards by gloo on a CPU. The last line of its output is JSON: seconds and the
memory at its peak.
"""

import json
import os
import random
import resource
import signal
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from benchmarks.gpu.without import shard_without_gpus
from sws.config.rl import RLConfig
from sws.rl import run
from sws.rl.rollouts import Rollouts
from sws.verify import Verification

PROBLEMS = [
    {"problem_id": f"p{i}", "problem": f"{i}+{i % 3}=?", "answer": str(i + i % 3)}
    for i in range(40)
]
GIB = 2**30


class Rigged:
    """A verifier for which one completion in three is right, by its hash."""

    def __enter__(self) -> "Rigged":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def verify_many(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Verification]:
        """An outcome for each pair."""
        for _, text in pairs:
            yield Verification("wrong" if zlib.crc32(text.encode()) % 3 else "correct", None)


def rig(max_tokens: int) -> None:
    """Completions are tokens that follow from the prompt and the place, as many as there may be."""

    def complete(self: Rollouts, prompts: list[list[int]], _: Any) -> tuple[list[list[int]], None]:
        seeds = [str([*prompt, n]) for prompt in prompts for n in range(self.config.group_size)]
        return [random.Random(seed).choices(range(2, 300), k=max_tokens) for seed in seeds], None

    Rollouts._complete = complete  # type: ignore[method-assign]


def reward_some() -> None:
    """An untrained student is never right; without rewards nothing would be learned."""
    run.open_verifier = lambda *_, **__: Rigged()  # type: ignore[assignment,return-value]


def kill_at(step: int) -> None:
    """Die as by a power cut when the rollouts of a step begin."""
    begin = Rollouts.__call__

    def call(self: Rollouts, prompts: Any, trainer: Any) -> dict[str, Any]:
        if trainer.state.global_step == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return begin(self, prompts, trainer)

    Rollouts.__call__ = call  # type: ignore[method-assign]


def peak() -> dict[str, float]:
    """GiB at the peak: of the GPU, or of this process."""
    if not torch.cuda.is_available():
        return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB}
    whole = torch.cuda.get_device_properties(0).total_memory
    reserved = torch.cuda.max_memory_reserved()
    return {
        "peak": torch.cuda.max_memory_allocated() / GIB,
        "reserved": reserved / GIB,
        "headroom": (whole - reserved) / GIB,
    }


def main() -> None:
    """Train, and print what it took."""
    student, out, config, max_tokens = sys.argv[1:5]
    given = os.environ.get
    if given("SWS_CHECK_GLOO"):
        shard_without_gpus()
    if given("SWS_CHECK_RIGGED"):
        rig(int(max_tokens))
    if given("SWS_CHECK_RIGGED") or given("SWS_CHECK_REWARDS"):
        reward_some()
    if given("SWS_CHECK_KILL"):
        kill_at(int(given("SWS_CHECK_KILL", "")))
    held = None
    if (share := float(given("SWS_CHECK_BESIDE", "0"))) and torch.cuda.is_available():
        bytes_held = int(share * torch.cuda.get_device_properties(0).total_memory)
        held = torch.empty(bytes_held, dtype=torch.uint8, device="cuda")
    started = time.monotonic()
    settings = RLConfig(**json.loads(config))
    run.train(settings, student, PROBLEMS, out, "check", 1, max_tokens=int(max_tokens))
    print(json.dumps({"seconds": time.monotonic() - started, **peak()}))
    del held


if __name__ == "__main__":
    main()
