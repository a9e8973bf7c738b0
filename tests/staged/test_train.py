"""A stage of a tiny student: its masks and coefficients, when it ends, how it resumes."""

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from sws.config import Config, load
from sws.config.student import ScratchConfig
from sws.errors import SwsError
from sws.rl import run as rl_run
from sws.rl.rollouts import Rollouts
from sws.rl.trainer import load_tokenizer
from sws.schemas import LevelRow, schema_of
from sws.staged import train
from sws.store import kept, read_rows, write_table
from sws.student.scratch import train_scratch
from sws.verifiers import open_verifier
from tests.rl import rigged

TRAINING: dict[str, Any] = {
    "prompts_per_step": 6, "group_size": 4, "learning_rate": 1e-3, "warmup_steps": 0,
    "save_steps": 2, "gradient_checkpointing": False, "threads": 1, "resample_rounds": 0,
}  # fmt: skip
PLAIN = {"name": "one", "level": "easy", "steps": 2, "max_tokens": 8, "entropy": 0.0, "kl": 0.0}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tiny = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    return train_scratch(tiny, 0, tmp_path_factory.mktemp("student") / "tiny")


@pytest.fixture
def levels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sums in the level `easy`, functions in `hard` and texts in `words`."""
    monkeypatch.chdir(tmp_path)
    rows = []
    for n in range(12):
        code = n % 3 == 0
        tests = json.dumps([f"assert f({x}) == {x + n}" for x in range(4)])
        rows.append({
            "problem_id": f"p{n}", "problem": f"{n}+2=?", "category": None, "source": "seed",
            "answer": f"code: {tests}" if code else str(n + 2),
            "domain": "code" if code else "mathematics",
            "matched": [], "levels": ["hard" if code else "easy"], **kept(),
        })  # fmt: skip
    for n in range(4):
        rows.append(rows[1] | {"problem_id": f"t{n}", "answer": "exact: a", "domain": "text",
                               "levels": ["words"]})  # fmt: skip
    write_table("levels.json", schema_of(LevelRow), rows)
    return tmp_path / "levels.json"


def config(**stage: Any) -> Config:
    levels = {"words": [{"rule": "p1 == 0"}]}  # beside nano's
    changes = {"stages": [PLAIN | stage], "training": TRAINING, "levels": levels}
    return load("nano", {"staged": changes, "student": {"prompt_suffix": "box it"}})


def trained(base: Path, levels: Path, name: str, **stage: Any) -> Path:
    out = Path(name) / "rollouts.json"
    train.run(config(**stage), "one", base, levels, out)
    return out.parent


def moved(base: Path, folder: Path) -> float:
    """How far the weights went from the base student's."""
    a, b = (load_file(one / "model.safetensors") for one in (base.parent, folder / "student"))
    return sum(float((a[name].float() - b[name].float()).norm() ** 2) for name in a) ** 0.5


def journal(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture
def rigged_rewards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rewards differ within groups, and no completion comes to its end."""
    monkeypatch.setattr(rl_run, "open_verifier", lambda *_, **__: rigged.RiggedVerifier())
    monkeypatch.setattr(Rollouts, "_complete", rigged.complete)


@pytest.mark.usefixtures("rigged_rewards")
@pytest.mark.parametrize("masked", [True, False])
def test_truncated_rows_have_no_loss_only_where_configured(
    masked: bool, base: Path, levels: Path
) -> None:
    folder = trained(base, levels, "run", mask_truncated=masked, kl=0.01, entropy=0.01)
    assert all(line["truncated"] == line["completions"] == 24 for line in journal(folder))
    assert (moved(base, folder) == 0) is masked


def test_without_differences_in_reward_only_the_entropy_bonus_is_learned(
    base: Path, levels: Path
) -> None:
    plain = trained(base, levels, "plain")  # this student solves nothing
    bonus = trained(base, levels, "bonus", entropy=0.1)
    assert moved(base, plain) == 0 < moved(base, bonus)


@pytest.mark.usefixtures("rigged_rewards")
def test_kl_keeps_the_student_near_the_one_before(base: Path, levels: Path) -> None:
    free, held = (trained(base, levels, f"kl{kl}", kl=kl, steps=6) for kl in (0.0, 20.0))
    assert 0 < moved(base, held) < moved(base, free)


def test_every_batch_mixes_domains_by_the_ratio_and_each_has_its_reward(
    base: Path, levels: Path
) -> None:
    by_domain = {"mathematics": "easy", "code": "hard"}
    folder = trained(base, levels, "mixed", level=by_domain)
    rows = list(read_rows(folder / "rollouts.json"))
    codes = {f"p{n}" for n in range(0, 12, 3)}
    for step in (0, 1):
        drawn = Counter(row["problem_id"] in codes for row in rows if row["step"] == step)
        assert drawn == {False: 4 * 4, True: 2 * 4}
    for line in journal(folder):
        assert {name: one["drawn"] for name, one in line["domains"].items()} == {
            "mathematics": 4, "code": 2,
        }  # fmt: skip


#: A reward costs its wall clock, which is 1.5 seconds here: three tests at their limit.
HOSTILE = (
    "while True: pass",
    "import os\nwhile True:\n try: os.fork()\n except OSError: pass",
    "while True: print('x' * 10**6, flush=True)",
    "import os; os.kill(-1, 9); os.kill(os.getppid(), 19)\nwhile True: pass",
    "x = [bytearray(10**8) for _ in range(10**4)]",
    "raise SystemExit",
    "import os; os._exit(0)",
)


def test_a_hostile_policy_costs_its_wall_clock_and_training_goes_on(
    base: Path, levels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the sampling is replaced: seven of eight programs of each problem do harm."""
    tokenizer = load_tokenizer(base.parent)

    def sampled(self: Rollouts, prompts: list[list[int]], _: Any) -> tuple[list[list[int]], None]:
        texts = [
            program
            for prompt in prompts
            for number in [int(tokenizer.decode(prompt).split("+2=")[0].split()[-1])]
            for program in (*HOSTILE, f"def f(x): return x + {number}")
        ]
        assert len(texts) == len(prompts) * self.config.group_size
        return [tokenizer(text)["input_ids"] for text in texts], None

    monkeypatch.setattr(Rollouts, "_complete", sampled)
    monkeypatch.setattr(rl_run, "open_verifier", partial(open_verifier, timeout_seconds=0.5))
    for key, value in (("prompts_per_step", 2), ("group_size", len(HOSTILE) + 1)):
        monkeypatch.setitem(TRAINING, key, value)
    folder = trained(base, levels, "run", level={"code": "hard"}, steps=1, max_tokens=64)
    rows = list(read_rows(folder / "rollouts.json"))
    right = [row for row in rows if row["outcome"] == "correct"]
    assert len(rows) == 2 * 8 and len(right) == 2
    assert all(row["completion"].startswith("def f") for row in right)
    (line,) = journal(folder)
    assert line["reward"] == 1 / 8 and moved(base, folder) > 0
    assert line["rollout_seconds"] < 2 * len(HOSTILE) * 1.5 + 30


def test_a_stage_trains_on_its_level_alone_and_on_several_joined(levels: Path) -> None:
    def ids(level: object) -> int:
        settings = config(level=level)
        return len(train.problems_of(settings, settings.staged.stages[0], levels))

    assert (ids("easy"), ids("hard"), ids("easy+hard"), ids({"mathematics": "easy"})) == (
        8,
        4,
        12,
        8,
    )
    with pytest.raises(SwsError, match="stage one: no problem is in its level"):
        ids({"mathematics": "hard"})


def test_code_gets_a_suffix_of_its_own(levels: Path) -> None:
    settings = config(level="easy+hard")
    found = train.problems_of(settings, settings.staged.stages[0], levels)
    assert {(row["domain"], row["prompt_suffix"]) for row in found} == {
        ("mathematics", "box it"), ("code", ""),
    }  # fmt: skip


class Stop(Exception):
    """A kill at a chosen moment."""


def stop(*_: Any, **__: Any) -> None:
    raise Stop


PLATEAU = {"steps": 9, "plateau": {"window": 2, "gain": 0.01}}


def test_a_stage_ends_where_its_reward_has_levelled_off(
    base: Path, levels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it was killed between its end and its files."""
    with monkeypatch.context() as patched, pytest.raises(Stop):
        patched.setattr(rl_run, "finish", stop)
        trained(base, levels, "run", **PLATEAU)
    assert not Path("run/rollouts.json").exists()
    folder = trained(base, levels, "run", **PLATEAU)
    assert len(journal(folder)) == 4
    assert Counter(row["step"] for row in read_rows(folder / "rollouts.json")) == dict.fromkeys(
        range(4), 24
    )


def test_a_killed_stage_resumes_with_the_rows_of_one_that_was_not(
    base: Path, levels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = {"level": {"mathematics": "easy", "text": "words"}, "steps": 5, "entropy": 0.01}
    whole = trained(base, levels, "whole", **mixed)
    with monkeypatch.context() as patched, pytest.raises(Stop):
        write = rl_run.Recorder.write
        patched.setattr(
            rl_run.Recorder, "write",
            lambda self, step, rows: stop() if step == 3 else write(self, step, rows),
        )  # fmt: skip
        trained(base, levels, "killed", **mixed)
    assert list(Path("cache/training/killed").glob("checkpoints/checkpoint-2"))
    again = trained(base, levels, "killed", **mixed)
    assert list(read_rows(again / "rollouts.json")) == list(read_rows(whole / "rollouts.json"))
    one, other = (load_file(folder / "student/model.safetensors") for folder in (whole, again))
    assert all(torch.equal(one[name], other[name]) for name in one)
