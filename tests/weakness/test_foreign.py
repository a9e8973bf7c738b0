"""Rollouts of other trainers, each in the shape in which it writes them, against one seed set.

The shapes are those of the sources that `sws.weakness.trainers` names; the files are our own.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from typer.testing import CliRunner

from sws.cli import app
from sws.identity import problem_id
from sws.schemas import SeedRow, schema_of
from sws.store import kept, read_rows, write_table

EASY = "What is 2 + 3 in the ring of integers modulo seven, written as a single digit?"
HARD = "How many triangles with integer sides have a perimeter of forty?"
SHORT = "Compute 17 * 23."

#: Rewards of two samples of each problem at each of two steps; HARD is never solved.
REWARDS = {EASY: [(0, 1), (1, 1)], HARD: [(0, 0), (0, 0)], SHORT: [(0, 1), (0, 0)]}


@pytest.fixture
def seed_set(tmp_path: Path) -> Path:
    rows = [
        {"problem_id": problem_id(text), "problem": text, "answer": "5", "category": "Algebra",
         "source": "own", **kept()}
        for text in REWARDS
    ]  # fmt: skip
    write_table(tmp_path / "seed.json", schema_of(SeedRow), rows)
    return tmp_path / "seed.json"


def samples() -> list[tuple[int, str, int]]:
    return [
        (step, text, reward)
        for step in (0, 1)
        for text, rewards in REWARDS.items()
        for reward in rewards[step]
    ]


def lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def verl(folder: Path) -> Path:
    """`trainer.rollout_data_dir`: a file for each step, the chat template's text as input.

    What the reward function returned beside the score is there too.
    """
    for step in (0, 1):
        rows = [
            {"input": f"system\nBe brief.\nuser\nSolve it. {text} Box the answer.\nassistant\n",
             "output": "...", "gts": "5", "score": float(reward), "step": 10 * step,
             "acc": bool(reward), "pred": "5"}
            for at, text, reward in samples() if at == step
        ]  # fmt: skip
        lines(folder / "dump" / f"{10 * step}.jsonl", rows)
    return folder / "dump"


def trl(folder: Path) -> Path:
    """`log_completions`: rewards bear the name of their function.

    The last generation is logged at every step, so a file may repeat the one before.
    """
    (folder / "completions").mkdir()
    for step, generation in ((1, 0), (2, 0), (3, 1)):
        rows = [
            {"step": step, "prompt": [{"role": "user", "content": text}],
             "completion": [{"role": "assistant", "content": f"{number}"}],
             "accuracy_reward": float(reward), "advantage": 0.5}
            for number, (at, text, reward) in enumerate(samples()) if at == generation
        ]  # fmt: skip
        path = folder / "completions" / f"completions_{step:05d}.parquet"
        pq.write_table(pa.Table.from_pylist(rows), path)
    return folder / "completions"


def open_instruct(folder: Path) -> Path:
    """`save_traces`: prompts as token ids, several steps in a file, a file about the run beside."""
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=trained(list(REWARDS)))
    tokenizer.save_pretrained(folder / "tokenizer")
    rows = [
        {"step": step, "sample_idx": number, "prompt_idx": number // 2,
         "prompt_tokens": tokenizer(f"Please solve: {text} Thank you.")["input_ids"],
         "response_tokens": [1, 2], "reward": 10.0 * reward, "advantage": 0.0,
         "finish_reason": "stop", "dataset": "own", "ground_truth": [5], "request_info": None,
         "logprobs": None}
        for number, (step, text, reward) in enumerate(samples())
    ]  # fmt: skip
    lines(folder / "rollouts" / "run_rollouts_000000.jsonl", rows[:7])
    lines(folder / "rollouts" / "run_rollouts_000001.jsonl", rows[7:])
    lines(folder / "rollouts" / "run_metadata.jsonl", [{"run_name": "run", "git_commit": "x"}])
    return folder / "rollouts"


def trained(texts: list[str]) -> Tokenizer:
    """A byte-level tokenizer: it gives back every text as it was."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    )
    return tokenizer


def trace(text: str, reward: int) -> dict[str, Any]:
    """A trace of verifiers: its task, and rewards with weights."""
    return {
        "id": "x", "task": {"type": "Task", "data": {"idx": 0, "prompt": text, "answer": "5"}},
        "nodes": [], "ok": True,
        "rewards": {"correct": {"score": reward, "weight": 1.0}, "style": {"score": 0.7,
                    "weight": 0.0}},
    }  # fmt: skip


def prime_rl(folder: Path) -> Path:
    """An episode a line; what was trained on is written twice, and evaluations lie beside."""
    for step in (0, 1):
        rows = [
            {"id": "e", "task": {"data": {"prompt": text}}, "ok": True,
             "traces": [trace(text, reward)]}
            for at, text, reward in samples() if at == step
        ]  # fmt: skip
        for subset in ("all", "effective"):
            lines(folder / f"rollouts/step_{step}/train/{subset}/traces.jsonl", rows)
        wrong = [{**row, "traces": [trace(HARD, 1)]} for row in rows]
        lines(folder / f"rollouts/step_{step}/eval/all/traces.jsonl", wrong)
    return folder / "rollouts"


def prime_rl_traces(folder: Path) -> Path:
    """A trace a line, as between."""
    for step in (0, 1):
        rows = [trace(text, reward) for at, text, reward in samples() if at == step]
        lines(folder / f"rollouts/step_{step}/train_rollouts.jsonl", rows)
    return folder / "rollouts"


def prime_rl_outputs(folder: Path) -> Path:
    """`train_rollouts.jsonl` of older runs: chat messages and one reward."""
    for step in (0, 1):
        rows = [
            {"example_id": 3, "prompt": [{"role": "system", "content": "Be brief."},
             {"role": "user", "content": text}], "completion": [], "reward": float(reward),
             "metrics": {}, "is_completed": True, "is_truncated": False}
            for at, text, reward in samples() if at == step
        ]  # fmt: skip
        lines(folder / f"rollouts/step_{step}/train_rollouts.jsonl", rows)
        lines(folder / f"rollouts/step_{step}/eval_rollouts_own.jsonl", rows[:1])
    return folder / "rollouts"


def plain(folder: Path) -> Path:
    rows = [f"{problem_id(text)},{step},{2 * reward - 1}" for step, text, reward in samples()]
    (folder / "rollouts.csv").write_text("\n".join(["problem_id,epoch,reward", *rows]))
    return folder / "rollouts.csv"


def failures(source: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["failures", str(source), *options])


OPTIONS = {open_instruct: ("--threshold", "10", "--tokenizer", "tokenizer")}


@pytest.mark.parametrize(
    "trainer",
    [verl, trl, open_instruct, prime_rl, prime_rl_traces, prime_rl_outputs, plain],
)
def test_every_trainers_rollouts_give_the_same_failures(
    tmp_path: Path,
    seed_set: Path,
    trainer: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "failures.json"
    given = ["--seed-set", str(seed_set), "--out", str(out), *OPTIONS.get(trainer, ())]
    done = failures(trainer(tmp_path), *given)
    assert done.exit_code == 0, done.output
    found = {row["problem_id"]: row for row in read_rows(out)}
    assert found[problem_id(EASY)]["accuracies"] == [0.5, 1.0]
    assert found[problem_id(SHORT)]["accuracies"] == [0.5, 0.0]
    assert [row["failed"] for row in found.values()].count(True) == 2
    assert not found[problem_id(EASY)]["failed"]


def write(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "own.jsonl"


def test_what_cannot_be_joined_is_counted(tmp_path: Path, seed_set: Path) -> None:
    rows = [{"prompt": text, "step": 1, "reward": 0} for text in (EASY, "Something else?")]
    done = failures(write(tmp_path, *rows), "--seed-set", str(seed_set))
    assert done.exit_code == 0 and "1 of 2 rollouts" in done.stderr
    none = failures(write(tmp_path, rows[1]), "--seed-set", str(seed_set))
    assert none.exit_code == 1 and "no rollout is of a problem" in none.stderr


def test_rewards_that_are_not_0_or_1_need_a_threshold(tmp_path: Path, seed_set: Path) -> None:
    path = write(tmp_path, *({"prompt": EASY, "step": n, "reward": n / 4} for n in range(3)))
    refused = failures(path, "--seed-set", str(seed_set))
    assert refused.exit_code == 1 and "--threshold" in refused.stderr
    out = tmp_path / "failures.json"
    options = ["--seed-set", str(seed_set), "--threshold", "0.5", "--out", str(out)]
    assert failures(path, *options).exit_code == 0
    found = {row["problem_id"]: row["accuracies"] for row in read_rows(out)}
    assert found[problem_id(EASY)] == [0, 0, 1]


def test_a_file_that_lacks_something_says_what(tmp_path: Path) -> None:
    two = {"prompt": EASY, "step": 1, "format": 1.0, "exact": 0.0}
    refused = failures(write(tmp_path, two))
    assert refused.exit_code == 1 and "--reward" in refused.stderr
    assert failures(write(tmp_path, two), "--reward", "exact").exit_code == 0
    for row in ({"prompt": EASY, "reward": 1}, {"prompt": EASY, "step": 1, "reward": "good"}):
        refused = failures(write(tmp_path, row))
        assert refused.exit_code == 1 and "own.jsonl, line 1" in refused.stderr


def test_several_reward_functions_are_named(tmp_path: Path, seed_set: Path) -> None:
    row = {"prompt": EASY, "step": 1, "format_reward": 1.0, "accuracy_reward": 0.0}
    refused = failures(write(tmp_path, row), "--seed-set", str(seed_set))
    assert refused.exit_code == 1
    assert "choose one with --reward" in refused.stderr
    assert "format_reward, accuracy_reward" in " ".join(refused.stderr.split())


def test_a_rollout_without_a_reward_is_counted_and_not_correct(
    tmp_path: Path, seed_set: Path
) -> None:
    """TRL writes NaN where no reward function applied."""
    rows = [{"prompt": EASY, "step": 1, "reward": reward} for reward in (None, 0.0, 0.0)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "own.parquet")
    nan = [{**row, "reward": float("nan")} for row in rows[:1]]
    pq.write_table(pa.Table.from_pylist(rows + nan), tmp_path / "own.parquet")
    out = tmp_path / "failures.json"
    source = tmp_path / "own.parquet"
    done = failures(source, "--seed-set", str(seed_set), "--out", str(out))
    assert done.exit_code == 0 and "2 rollouts without a reward" in done.stderr
    found = {row["problem_id"]: row["accuracies"] for row in read_rows(out)}
    assert found[problem_id(EASY)] == [0]
    pq.write_table(pa.Table.from_pylist(nan), source)
    refused = failures(source, "--seed-set", str(seed_set))
    assert refused.exit_code == 1 and "no rollout has a reward" in refused.stderr


def test_prompts_of_token_ids_need_a_tokenizer(tmp_path: Path, seed_set: Path) -> None:
    source = open_instruct(tmp_path)
    refused = failures(source, "--seed-set", str(seed_set))
    assert refused.exit_code == 1 and "--tokenizer" in refused.stderr
    options = ["--seed-set", str(seed_set), "--tokenizer", str(tmp_path / "none")]
    assert "cannot be loaded" in failures(source, *options).stderr
