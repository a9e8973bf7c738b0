"""A run whose rollouts come from the real vLLM inside TRL: STUDENT OUT CONFIG-JSON.

Each rank writes what it saw to OUT/seen-RANK.jsonl: weights synced, answers of the engine, and how
far its log-probabilities are from the trainer's.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.gpu.without import colocate_without_gpus, shard_without_gpus
from sws.config.rl import RLConfig
from sws.rl import run, trainer
from tests.rl.job import PROBLEMS
from tests.rl.rigged import RiggedVerifier


def watch(log: Path) -> None:
    """Record every sync, every batch of answers, and every comparison."""
    from trl.generation.vllm_generation import VLLMGeneration

    def record(**seen: Any) -> None:
        with log.open("a") as file:
            file.write(json.dumps(seen) + "\n")

    sync, generate, kept = (
        VLLMGeneration.sync_weights,
        VLLMGeneration.generate,
        trainer.rows_with_gradient,
    )

    def synced(self: Any) -> None:
        record(what="sync")
        sync(self)

    def generated(self: Any, *arguments: Any, **named: Any) -> Any:
        found = generate(self, *arguments, **named)
        record(what="answers", tokens=found[1], at_most=self.max_num_seqs)
        return found

    def compared(inputs: dict[str, Any]) -> dict[str, Any]:
        learned = (inputs["completion_mask"] * inputs["tool_mask"]).bool()
        apart = inputs["old_per_token_logps"] - inputs["sampling_per_token_logps"]
        record(what="compared", tokens=int(learned.sum()), apart=float(apart[learned].abs().max()))
        return kept(inputs)

    VLLMGeneration.sync_weights = synced
    VLLMGeneration.generate = generated
    trainer.rows_with_gradient = compared


def main() -> None:
    student, out, config = sys.argv[1:4]
    if "ACCELERATE_USE_FSDP" in os.environ:
        shard_without_gpus()
    colocate_without_gpus()
    Path(out).mkdir(parents=True, exist_ok=True)
    watch(Path(out) / f"seen-{os.environ.get('RANK', '0')}.jsonl")
    run.open_verifier = lambda *_, **__: RiggedVerifier()  # type: ignore[assignment]
    run.train(RLConfig(**json.loads(config)), student, PROBLEMS, out, "run", 1, max_tokens=8)


if __name__ == "__main__":
    main()
