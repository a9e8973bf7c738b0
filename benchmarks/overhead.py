"""Steps per second of `sws train`, beside TRL's GRPOTrainer alone, on the same data and student.

    python -m benchmarks.overhead [--student FOLDER] [--rounds 3] [--steps 8]

Both get the same TRL arguments, prompts and verifier, in rounds that alternate; each run is a
process of its own, and its first step, which loads, is left out. TRL alone samples by its own means
and records nothing; `sws train` records every rollout and draws its prompts from a resumable
stream. CPU seconds are given too, for machines that do other work. Without --student it trains a
small one first.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from sws.config.rl import RLConfig

SIDES = ("sws", "trl")
SEED = 1
MAX_TOKENS = 48
CONFIG = {
    "prompts_per_step": 16,
    "group_size": 8,
    "updates_per_step": 1,
    "learning_rate": 1e-5,
    "max_prompt_tokens": 96,
    "save_steps": 1000,
    "resample_rounds": 0,
    "gradient_checkpointing": False,
    "threads": 1,
}


class Clock(TrainerCallback):  # type: ignore[misc]
    """Notes wall and CPU seconds at the end of every step."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Called by the trainer."""
        self.wall.append(time.monotonic())
        self.cpu.append(time.process_time())

    def a_step(self) -> dict[str, float]:
        """Mean wall and CPU seconds of a step, the first left out."""
        steps = len(self.wall) - 1
        return {
            "wall": (self.wall[-1] - self.wall[0]) / steps,
            "cpu": (self.cpu[-1] - self.cpu[0]) / steps,
        }


def textbook(count: int) -> list[dict[str, str]]:
    """Problems of the textbook's first category, with their answers."""
    from sws.textbook.sampling import pages

    drawn = pages(SEED, count, [1], ["Prealgebra"])
    return [
        {"problem_id": str(n), "problem": page.text, "answer": page.answer}
        for n, page in enumerate(drawn)
    ]


def with_sws(config: RLConfig, student: Path, work: Path, max_tokens: int) -> Clock:
    """Train through `sws.rl.run.train`, which the verb calls."""
    from sws.rl import run

    clock, build = Clock(), run.build_trainer

    def watched(*arguments: Any) -> Any:
        trainer = build(*arguments)
        trainer.add_callback(clock)
        return trainer

    run.build_trainer = watched
    run.train(config, student, textbook(64), work, "overhead", SEED, max_tokens=max_tokens)
    return clock


def with_trl(config: RLConfig, student: Path, work: Path, max_tokens: int) -> Clock:
    """Train through TRL's own trainer with the same arguments and verifier."""
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM
    from trl import GRPOTrainer

    from sws.prompts.solve import student_messages
    from sws.rl import run
    from sws.rl.trainer import load_tokenizer
    from sws.verifiers import open_verifier

    torch.set_num_threads(config.threads or torch.get_num_threads())
    clock = Clock()
    rows = [
        {"prompt": student_messages(row["problem"], ""), "answer": row["answer"]}
        for row in textbook(64)
    ]
    with open_verifier("math") as verifier:

        def reward(completions: list[Any], answer: list[str], **_: Any) -> list[float]:
            texts = (completion[0]["content"] for completion in completions)
            pairs = zip(answer, texts, strict=True)
            return [float(one.outcome == "correct") for one in verifier.verify_many(pairs)]

        GRPOTrainer(
            model=AutoModelForCausalLM.from_pretrained(student, dtype=torch.float32),
            reward_funcs=reward,
            args=run.grpo_arguments(config, work, SEED, 1.0, 1.0, max_tokens),
            train_dataset=Dataset.from_list(rows * config.steps),
            processing_class=load_tokenizer(student),
            callbacks=[clock],
        ).train()
    return clock


def measured(
    side: str, student: Path, steps: int, max_tokens: int = MAX_TOKENS, **changes: object
) -> dict[str, float]:
    """Seconds of a step of one side, in a process of its own."""
    config = json.dumps(CONFIG | {"steps": steps} | changes)
    command = [sys.executable, "-m", "benchmarks.overhead", "--side", side, "--config", config]
    command += ["--student", str(student), "--max-tokens", str(max_tokens)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{side} failed:\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def small_student(folder: Path) -> Path:
    """A student of nano's size after a few steps."""
    from sws.config import load
    from sws.student.scratch import train_scratch

    settings = load("nano").student.scratch.model_copy(update={"steps": 60, "threads": 1})
    return train_scratch(settings, SEED, folder).parent


def compare(student: Path, rounds: int, steps: int) -> dict[str, Any]:
    """Seconds of a step on each side by round, and the median of the paired ratios."""
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES if number % 2 == 0 else reversed(SIDES):
            found[side].append(measured(side, student, steps))
            print(f"round {number + 1}, {side}: {found[side][-1]}", file=sys.stderr, flush=True)
    ratios = {
        kind: statistics.median(
            trl[kind] / ours[kind] for ours, trl in zip(found["sws"], found["trl"], strict=True)
        )
        for kind in ("wall", "cpu")
    }
    return {"seconds_of_a_step": found, "steps_per_second_against_trl": ratios}


def main() -> None:
    """Print the comparison as JSON; --side and --config are how it calls itself."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--student", type=Path, help="a student's folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, default=MAX_TOKENS, help=argparse.SUPPRESS)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--config", default="{}", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if options.side:
            side = with_sws if options.side == "sws" else with_trl
            config = RLConfig(**json.loads(options.config))
            clock = side(config, options.student, work, options.max_tokens)
            print(json.dumps(clock.a_step()))
            return
        student = options.student or small_student(work / "student")
        print(json.dumps(compare(student, options.rounds, options.steps), indent=2))


if __name__ == "__main__":
    main()
