"""Fine-tuning and RL of a tiny student: what they learn, that they resume, what they record."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from sws.config.student import ScratchConfig
from sws.errors import SwsError
from sws.schemas import OfflineRow, schema_of
from sws.self_verify import budget, sft, train
from sws.store import read_rows, write_table
from sws.student.scratch import train_scratch
from tests.self_verify.sums import OFFLINE, config, write_tables


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tiny = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    return train_scratch(tiny, 0, tmp_path_factory.mktemp("student") / "tiny")


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sums to train on, and trajectories about them, in a folder that the runs work in."""
    monkeypatch.chdir(tmp_path)
    write_tables()
    return tmp_path


def weights(student: Path) -> dict[str, torch.Tensor]:
    return load_file(student.parent / "model.safetensors")


def distance(one: Path, other: Path) -> float:
    a, b = weights(one), weights(other)
    return sum(float((a[name].float() - b[name].float()).norm() ** 2) for name in a) ** 0.5


def journal(run: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(run) / "metrics.jsonl").read_text().splitlines()]


def fine_tuned(base: Path, name: str, **changes: Any) -> Path:
    out = Path(name) / "student" / "student.json"
    sft.run(config(**changes), base, Path("trajectories.json"), out)
    return out


def test_fine_tuning_lowers_the_loss(base: Path, problems: Path) -> None:
    fine_tuned(base, "sft", sft={"epochs": 8, "kl": 0.0})
    losses = [line["loss"] for line in journal("sft")]
    assert len(losses) == 24 and losses[-1] < 0.9 * losses[0]
    assert not list(Path("cache/training/sft").glob("**/checkpoint-*"))


def test_kl_keeps_the_student_near_where_it_started(base: Path, problems: Path) -> None:
    free, held = (fine_tuned(base, f"kl{kl}", sft={"kl": kl, "epochs": 4}) for kl in (0.0, 50.0))
    assert 0 < distance(held, base) < distance(free, base)


def test_trajectories_that_fit_nowhere_are_an_error(base: Path, problems: Path) -> None:
    settings = config().self_verify.model_copy(update={"max_tokens": 5})
    short = config().model_copy(update={"self_verify": settings})
    with pytest.raises(SwsError, match="10 have more than 5 tokens"):
        sft.run(short, base, Path("trajectories.json"), Path("sft/student/student.json"))


class Stop(Exception):
    """A kill at a chosen step."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Training within ends in its fourth update."""
    calls, loss = count(1), train.ActionTrainer.compute_loss

    def last(*args: Any, **options: Any) -> torch.Tensor:
        if next(calls) == 4:
            raise Stop
        return loss(*args, **options)

    with monkeypatch.context() as patch, pytest.raises(Stop):
        patch.setattr(train.ActionTrainer, "compute_loss", last)
        yield


def test_fine_tuning_resumes(base: Path, problems: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fine_tuned(base, "whole")

    def stop(self: sft.Diary, _a: Any, state: Any, _c: Any, logs: Any = None, **_: Any) -> None:
        if state.global_step == 4:
            raise Stop

    with monkeypatch.context() as patch, pytest.raises(Stop):
        patch.setattr(sft.Diary, "on_log", stop)
        fine_tuned(base, "stopped")
    assert list(Path("cache/training/stopped").glob("**/checkpoint-2"))
    assert distance(fine_tuned(base, "stopped"), whole) < 1e-5


@pytest.mark.parametrize("level", ["outcome", "process"])
def test_rl_trains_and_records(level: str, base: Path, problems: Path) -> None:
    out = Path(level) / "rollouts.json"
    train.run(config(), level, base, Path("seed.json"), out)  # type: ignore[arg-type]
    rows = list(read_rows(out))
    assert len(rows) == 4 * 4 * 2 and {row["run"] for row in rows} == {level}
    assert len((Path(level) / "metrics.jsonl").read_text().splitlines()) == 4
    assert (Path(level) / "student" / "model.safetensors").exists()


def test_process_rl_learns_where_outcomes_do_not_differ(base: Path, problems: Path) -> None:
    """This student solves nothing: every outcome is -1, and with beta 0 nothing can be learned."""
    moved = {}
    for level in ("outcome", "process"):
        out = Path(level) / "rollouts.json"
        train.run(config(rl={"beta": 0.0}), level, base, Path("seed.json"), out)  # type: ignore[arg-type]
        moved[level] = distance(Path(level) / "student" / "student.json", base)
    solved = [row["outcome"] for row in read_rows(Path("outcome/rollouts.json"))].count("correct")
    assert solved or moved["outcome"] == 0.0


def test_rl_resumes_with_its_running_baselines(
    base: Path, problems: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"rl": {"running_least": 3}}
    out = Path("run") / "rollouts.json"
    train.run(config(**rule), "process", base, Path("seed.json"), out)
    whole = journal("run")
    rows, trained = list(read_rows(out)), weights(Path("run/student/student.json"))
    assert whole[-1]["baselines"][" solve"][1] > 3
    shutil.rmtree("run")
    with dying(monkeypatch):
        train.run(config(**rule), "process", base, Path("seed.json"), out)
    train.run(config(**rule), "process", base, Path("seed.json"), out)
    again = journal("run")
    assert [line["baselines"] for line in again] == [line["baselines"] for line in whole]
    assert list(read_rows(out)) == rows
    found = weights(Path("run/student/student.json"))
    assert max(float((found[name] - trained[name]).abs().max()) for name in trained) < 1e-5


@pytest.mark.parametrize("beta", [0.0, 0.1])
def test_offline_rl_makes_what_was_rewarded_likelier(
    beta: float, base: Path, problems: Path
) -> None:
    """Of every trajectory the first solution is wrong, and all that follows is right."""
    settings = config(offline={**OFFLINE, "beta": beta, "steps": 10})
    before = likelihoods(base.parent)
    train.run(settings, "offline", base, Path("offline.json"), Path("offline/rollouts.json"))
    after = likelihoods(Path("offline/student"))
    assert after[0] < before[0] and after[1] > before[1]


def likelihoods(student: Path) -> list[float]:
    """Mean log-probability of the first solution `0+2=1`, and of the check that follows it."""
    tokenizer = train.load_tokenizer(student)
    model = AutoModelForCausalLM.from_pretrained(student)
    prompt = "0+2=?\n"
    found = []
    for before, text in ((prompt, "0+2=1"), (f"{prompt}0+2=1\n\n", "Check:\n\nWrong")):
        start, ids = (tokenizer(one, return_tensors="pt")["input_ids"] for one in (before, text))
        with torch.no_grad():
            logits = model(torch.cat([start, ids], 1)).logits[0, start.shape[1] - 1 : -1]
        found.append(float(logits.log_softmax(-1).gather(1, ids[0][:, None]).mean()))
    return found


def test_offline_rl_records_what_it_learned_from_and_resumes(
    base: Path, problems: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, out = config(offline=OFFLINE), Path("offline") / "rollouts.json"
    train.run(settings, "offline", base, Path("offline.json"), out)
    rows, trained = list(read_rows(out)), weights(Path("offline/student/student.json"))
    assert len(rows) == 4 * 2 * 2 and {row["sample"] for row in rows} == {3}
    assert [line["tokens"] for line in journal("offline")] == [0] * 4  # sampled while training
    shutil.rmtree("offline")
    with dying(monkeypatch):
        train.run(settings, "offline", base, Path("offline.json"), out)
    train.run(settings, "offline", base, Path("offline.json"), out)
    assert list(read_rows(out)) == rows
    found = weights(Path("offline/student/student.json"))
    assert max(float((found[name] - trained[name]).abs().max()) for name in trained) < 1e-5


def test_without_a_trajectory_offline_rl_says_what_to_do(base: Path, problems: Path) -> None:
    rows = [{**row, "kept": False, "reason": "cut off"} for row in read_rows(Path("offline.json"))]
    write_table("none.json", schema_of(OfflineRow), rows)
    with pytest.raises(SwsError, match="no problems to train on"):
        train.run(config(), "offline", base, Path("none.json"), Path("offline/rollouts.json"))


def test_the_control_spends_the_tokens_of_others(base: Path, problems: Path) -> None:
    """It ends after the step that reaches them, whatever the configured number of steps."""
    spent = Path("other.jsonl")
    spent.write_text(json.dumps({"step": 0, "tokens": 1300}) + "\n")
    out = Path("plain") / "rollouts.json"
    train.run(config(), "plain", base, Path("seed.json"), out, [spent])
    tokens = [line["tokens"] for line in journal("plain")]
    assert sum(tokens) >= 1300 > sum(tokens[:-1])
    assert len(list(read_rows(out))) == len(tokens) * 4 * 2


def test_nothing_spent_is_nothing_to_compare_with(problems: Path) -> None:
    Path("empty.jsonl").touch()
    with pytest.raises(SwsError, match="no tokens"):
        budget.tokens_of([Path("empty.jsonl")])
