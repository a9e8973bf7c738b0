"""The real TRL trains on an export, with this package's reward."""

from pathlib import Path
from types import SimpleNamespace

import torch
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

from sws.export import FORMATS, export
from sws.export.rewards import compute_score, reward_func, trl_reward


def test_trl_trains_two_steps_on_an_export(
    small_run: SimpleNamespace, student: Path, tmp_path: Path
) -> None:
    export(FORMATS["trl"], str(small_run.augmented), tmp_path / "train.jsonl")
    data = load_dataset(
        "json", data_files=str(tmp_path / "train.jsonl"), split="train", cache_dir=str(tmp_path)
    )
    seen: list[tuple[str, float]] = []

    def reward(**columns: list) -> list[float]:
        found = trl_reward(**columns)
        seen.extend(zip(columns["solution"], found, strict=True))
        return found

    arguments = GRPOConfig(
        output_dir=str(tmp_path / "run"), use_cpu=True, max_steps=2, num_generations=2,
        per_device_train_batch_size=4, max_completion_length=8, report_to=[], save_strategy="no",
        logging_steps=1, disable_tqdm=True,
    )  # fmt: skip
    trainer = GRPOTrainer(
        AutoModelForCausalLM.from_pretrained(student), reward_funcs=reward, args=arguments,
        train_dataset=data, processing_class=AutoTokenizer.from_pretrained(student),
    )  # fmt: skip
    trainer.train()
    assert trainer.state.global_step == 2 and len(seen) == 8
    assert {answer for answer, _ in seen} <= set(data["solution"])


def test_every_trainer_s_reward_is_the_verifier_s() -> None:
    right, wrong = "So it is \\boxed{0.5}.", "So it is \\boxed{2}."
    chats = [[{"role": "assistant", "content": text}] for text in (right, wrong)]
    assert trl_reward(completions=[right, wrong], solution=["1/2"] * 2) == [1.0, 0.0]
    assert trl_reward(completions=chats, solution=["1/2"] * 2, prompts=[]) == [1.0, 0.0]
    assert compute_score("any", right, "1/2", {"index": 0}) == 1.0
    assert compute_score("any", wrong, "1/2") == 0.0
    found = reward_func(["Half? " + right, "Half? " + wrong], ["Half? "] * 2, ["1/2"] * 2)
    assert torch.equal(found["rewards"], torch.tensor([1.0, 0.0]))
    assert torch.equal(found["scores"], found["rewards"])
