"""Whole runs of a tiny student: in one process, in two, and killed and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl import work
from sws.rl.questions import prepare_questions
from sws.rl.recorder import Journal, Recorder
from sws.rl.run import Result, train
from sws.rl.save import SaveByTime
from sws.rl.trainer import load_tokenizer
from sws.rl.work import prepare_work
from sws.store import parquet_of, read_rows
from sws.student.folder import save_student
from tests.rl.job import PROBLEMS
from tests.weights import apart

JOB = Path(__file__).with_name("job.py")
RIGGED = JOB.with_name("rigged.py")
CONFIG = {
    "steps": 5,
    "prompts_per_step": 4,
    "group_size": 2,
    "updates_per_step": 1,
    "learning_rate": 1e-3,
    "gradient_checkpointing": False,
    "save_steps": 2,
    "threads": 1,
}
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(JOB.parents[2]), "OMP_NUM_THREADS": "1"}


def samples(rollouts: Path) -> list[tuple[int, str, int]]:
    return [(row["step"], row["problem_id"], row["sample"]) for row in read_rows(rollouts)]


def visits(rollouts: Path) -> Counter[str]:
    """How often each problem was drawn; two samples make one visit."""
    return Counter(problem for _, problem, sample in samples(rollouts) if sample % 2 == 0)


def run_here(student: Path, out: Path, **changes: object) -> Result:
    config = RLConfig(**CONFIG | changes)
    return train(config, student, PROBLEMS, out, "run", 1, max_tokens=8)


def test_every_rollout_is_recorded_once_and_every_problem_visited_equally(
    student: Path, tmp_path: Path
) -> None:
    result = run_here(student, tmp_path)
    assert len(samples(result.rollouts)) == len(set(samples(result.rollouts))) == 5 * 4 * 2
    assert set(visits(result.rollouts).values()) == {2}  # 20 draws of 10 problems
    assert len(result.metrics.read_text().splitlines()) == 5
    assert (result.student.parent / "model.safetensors").exists()
    assert not (tmp_path / "work").exists()


def test_resampling_draws_on_and_records_what_it_does_not_train_on(
    student: Path, tmp_path: Path
) -> None:
    # Nothing this student writes is in bounds, so every round is spent.
    changes = {"steps": 1, "accuracy_low": 0.4, "accuracy_high": 0.6, "resample_rounds": 2}
    result = run_here(student, tmp_path, **changes)
    metrics = json.loads(result.metrics.read_text())
    assert metrics["rounds"] == 3 and metrics["in_bounds"] < 4
    found = samples(result.rollouts)
    assert len(found) == len(set(found)) == metrics["drawn"] * 2
    assert metrics["position"] == metrics["drawn"] > 4


def test_without_resampling_a_step_draws_just_its_batch(student: Path, tmp_path: Path) -> None:
    # Also after a step in which nothing was in bounds.
    changes = {"steps": 2, "accuracy_low": 0.4, "accuracy_high": 0.6, "resample_rounds": 0}
    result = run_here(student, tmp_path, **changes)
    lines = [json.loads(line) for line in result.metrics.read_text().splitlines()]
    assert [line["drawn"] for line in lines] == [4, 4]
    assert lines[0]["in_bounds"] < 4


def launched(processes: int, student: Path, out: Path) -> dict[str, torch.Tensor]:
    """The weights after a run of rigged.py in some processes, kept off any GPU."""
    launch = [sys.executable, "-m", "accelerate.commands.launch"]
    launch += ["--multi_gpu", "--num_processes", str(processes)] if processes > 1 else ["--cpu"]
    changes = {"steps": 4, "prompts_per_step": 8, "group_size": 4, "completions_per_device": 4}
    config = json.dumps(CONFIG | changes | {"warmup_steps": 0})
    environment = ENVIRONMENT | {"ACCELERATE_USE_CPU": "true"}
    job = [str(RIGGED), str(student), str(out), config]
    subprocess.run([*launch, *job], env=environment, check=True, timeout=240)
    return load_file(out / "student" / "model.safetensors")


def test_two_processes_train_as_one_and_lose_nothing(student: Path, tmp_path: Path) -> None:
    """Their ranks keep different numbers of rows, since groups without a gradient are dropped."""
    one, two = (launched(n, student, tmp_path / str(n)) for n in (1, 2))
    start = load_file(student / "model.safetensors")
    assert apart(one, two) < 1e-5 * apart(one, start) < 1e-5
    rollouts = tmp_path / "2" / "rollouts.json"
    assert len(samples(rollouts)) == len(set(samples(rollouts))) == 4 * 8 * 4
    assert samples(rollouts) == samples(tmp_path / "1" / "rollouts.json")
    assert Counter(row["rank"] for row in read_rows(rollouts)) == {0: 64, 1: 64}


def test_a_killed_run_resumes_and_ends_with_the_rows_of_one_that_was_not(
    student: Path, tmp_path: Path
) -> None:
    whole = run_here(student, tmp_path / "whole", steps=12)
    out = tmp_path / "killed"
    changed = json.dumps(CONFIG | {"steps": 12})
    job = subprocess.Popen(
        [sys.executable, str(JOB), str(student), str(out), changed], env=ENVIRONMENT
    )
    deadline = time.monotonic() + 240
    while not list(out.glob("work/rollouts/00000[5-9]-*.parquet")):
        assert job.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    job.send_signal(signal.SIGKILL)
    job.wait()
    assert not (out / "rollouts.json").exists()
    assert list(out.glob("work/checkpoints/checkpoint-*"))
    resumed = run_here(student, out, steps=12)
    assert samples(resumed.rollouts) == samples(whole.rollouts)
    assert parquet_of(resumed.rollouts).read_bytes() == parquet_of(whole.rollouts).read_bytes()
    weights = [r.student.parent / "model.safetensors" for r in (whole, resumed)]
    assert weights[0].read_bytes() == weights[1].read_bytes()


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("metrics.jsonl", r"metrics.jsonl: 2 of the 2 steps .* the first is 0"),
        ("rollouts/000001-0000.parquet", r"rollouts: 1 of the 2 steps .* the first is 1"),
    ],
)
def test_what_is_missing_to_resume_is_named(tmp_path: Path, lost: str, words: str) -> None:
    journal, recorder = Journal(tmp_path / "metrics.jsonl"), Recorder(tmp_path / "rollouts", "run")
    prepare_work(tmp_path, "this run", journal, 1, resume=True)
    for step in range(3):
        recorder.write(step, [])
        journal.add(step=step, position=step)
    state = tmp_path / "checkpoints" / "checkpoint-2" / "trainer_state.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    prepare_work(tmp_path, "this run", journal, 1, resume=True)
    (tmp_path / lost).unlink()
    with pytest.raises(SwsError, match=words):
        prepare_work(tmp_path, "this run", journal, 1, resume=True)


def test_a_working_folder_that_was_half_removed_is_not_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "metrics.jsonl")
    prepare_work(tmp_path, "this run", journal, 1, resume=True)
    state = tmp_path / "checkpoints" / "checkpoint-2" / "trainer_state.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    with monkeypatch.context() as patched:
        patched.setattr(work.shutil, "rmtree", lambda *_, **__: None)  # killed before it began
        work.discard(tmp_path)
    prepare_work(tmp_path, "this run", journal, 1, resume=True)
    assert not state.exists()


def test_a_problem_that_cannot_be_trained_on_is_named(student: Path) -> None:
    tokenizer = load_tokenizer(student)
    with pytest.raises(SwsError, match="p0 is in the training set twice"):
        prepare_questions([PROBLEMS[0], PROBLEMS[0]], tokenizer, "", 64)
    with pytest.raises(SwsError, match=r"p1 has \d+ tokens"):
        prepare_questions([{**PROBLEMS[1], "problem": "1+" * 50}], tokenizer, "", 64)
    with pytest.raises(SwsError, match="no problem"):
        prepare_questions([], tokenizer, "", 64)


def test_a_thought_that_the_template_opens_is_known(student: Path) -> None:
    tokenizer = load_tokenizer(student)
    plain = prepare_questions([PROBLEMS[0]], tokenizer, "", 64)["p0"]
    tokenizer.chat_template += "{{ '<think>\n' }}"
    opened = prepare_questions([PROBLEMS[0]], tokenizer, "", 64)["p0"]
    assert (plain.opening, opened.opening) == ("", "<think>")


def test_checkpoints_come_by_time_and_tied_weights_are_stored_once(
    student: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = AutoModelForCausalLM.from_pretrained(student, dtype=torch.bfloat16)
    assert model.config.tie_word_embeddings
    save_student(model, load_tokenizer(student), tmp_path / "sixteen")
    saved = []
    monkeypatch.setattr(SaveByTime, "on_save", lambda self, *_, **__: saved.append(1))
    changes = {"save_steps": 1000, "save_minutes": 1e-9, "updates_per_step": 2}
    result = run_here(tmp_path / "sixteen", tmp_path / "out", **changes)
    assert len(saved) == 5  # after every step, not after every update
    weights = load_file(result.student.parent / "model.safetensors")
    assert "lm_head.weight" not in weights
    assert weights.keys() == load_file(tmp_path / "sixteen/model.safetensors").keys()
    assert {value.dtype for value in weights.values()} == {torch.bfloat16}


def test_a_run_is_the_same_whatever_memory_it_may_use(student: Path) -> None:
    def identity(**changes: object) -> str:
        return work.run_identity(RLConfig(**CONFIG | changes), student, {}, "run", 1)

    devices = {"completions_per_device": 1, "vllm_sleep": True, "attention": "eager"}
    assert identity() == identity(**devices)
    assert identity() != identity(lora_rank=8)
