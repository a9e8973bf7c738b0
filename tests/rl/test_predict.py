"""Prompts that will teach something: predicted, explored, counted, and resumed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from sws.config.rl import RLConfig
from sws.rl.group import Outcome
from sws.rl.predict import FORGET, WORTH, PredictedStream, Predictor, recorded
from sws.rl.recorder import Journal, Recorder
from sws.rl.run import Result, train
from sws.rl.stream import PromptStream
from sws.rl.variant import skipping
from sws.store import parquet_of, read_rows
from tests.rl.job import PROBLEMS
from tests.rl.test_run import CONFIG

BOUNDS = RLConfig(group_size=8, accuracy_low=0.1, accuracy_high=0.9)
IDS = [f"p{i}" for i in range(30)]


@pytest.mark.parametrize(("low", "high", "inside"), [(0.1, 0.9, 7), (0.125, 0.5, 4), (0, 1, 9)])
def test_the_chance_is_that_of_a_beta_binomial(low: float, high: float, inside: int) -> None:
    predictor = Predictor(RLConfig(group_size=8, accuracy_low=low, accuracy_high=high))
    assert predictor.most - predictor.least + 1 == inside
    predictor.learn("p", 3, 8)
    predictor.learn("p", 1, 8)
    a, b = 0.5 + 1 + FORGET * 3, 0.5 + 7 + FORGET * 5
    expected = betabinom(8, a, b).pmf(range(predictor.least, predictor.most + 1)).sum()
    assert predictor.chance("p") == pytest.approx(expected)


def test_what_is_new_is_drawn_and_what_is_always_right_or_wrong_is_not() -> None:
    predictor = Predictor(BOUNDS)
    assert predictor.worth == pytest.approx(WORTH, abs=0.01)
    for solved, problem in ((0, "hopeless"), (8, "mastered"), (4, "teaches")):
        predictor.learn(problem, solved, 8)
    drawn = {
        name for name in ("new", "hopeless", "mastered", "teaches") if predictor.is_worth(name)
    }
    assert drawn == {"new", "teaches"}
    predictor.learn("hopeless", 2, 8)  # explored, and it was solved: it is drawn again
    assert predictor.is_worth("hopeless")


@given(st.integers(2, 16), st.floats(0, 1), st.floats(0, 1))
def test_whatever_the_bounds_new_problems_and_good_ones_are_drawn(
    size: int, one: float, other: float
) -> None:
    """Of two completions, one right is all that 0.4 to 0.6 can hope for: every second group."""
    low, high = sorted((one, other))
    config = RLConfig(group_size=size, updates_per_step=1, accuracy_low=low, accuracy_high=high)
    predictor = Predictor(config)
    assert predictor.is_worth("new")
    if predictor.least <= predictor.most:
        middle = (predictor.least + predictor.most) / 2 / size
        predictor.histories["good"] = (1000 * middle, 1000 * (1 - middle))
        assert predictor.is_worth("good")


def outcomes(stream: PromptStream, ability: dict[str, float], count: int, seed: int) -> list:
    """One step: the groups of some draws, as a student of these abilities samples them."""
    draw = np.random.default_rng([seed, stream.position])
    return [
        Outcome(one, 0, int(draw.binomial(8, ability[one.problem_id])) / 8, 8, 80)
        for one in stream.take(count)
    ]


@given(st.integers(0, 20), st.integers(1, 12), st.floats(0, 1))
def test_a_stream_resumes_with_its_position_and_histories(
    seed: int, steps: int, explore: float
) -> None:
    ability = dict(zip(IDS, np.random.default_rng(seed).beta(0.3, 0.3, len(IDS)), strict=True))
    whole = PredictedStream(IDS, 1, Predictor(BOUNDS), explore)
    for _ in range(steps):
        whole.learn(outcomes(whole, ability, 8, seed))
    again = Predictor(BOUNDS, whole.predictor.histories)
    resumed = PredictedStream(IDS[::-1], 1, again, explore, whole.position)
    assert resumed.take(20) == whole.take(20)
    assert resumed.position == whole.position


def test_fewer_prompts_are_drawn_for_one_within_bounds_and_every_skip_is_counted() -> None:
    """Students whose accuracies lie near 0 and 1, as most do: 2.4 drawn for one become 1.4."""
    ability = dict(zip(IDS, np.random.default_rng(1).beta(0.25, 0.25, len(IDS)), strict=True))

    def per_inside(stream: PromptStream) -> float:
        drawn: list[Outcome] = []
        for _ in range(200):
            step = outcomes(stream, ability, 8, 1)
            stream.learn(step)
            drawn += step
        return len(drawn) / sum(0.1 <= one.accuracy <= 0.9 for one in drawn)

    plain = PromptStream(IDS, 1)
    skipping = PredictedStream(IDS, 1, Predictor(BOUNDS), 0.05)
    assert per_inside(plain) > 2.0
    assert per_inside(skipping) < 1.5
    assert skipping.position == 200 * 8 + skipping.metrics()["skipped"]
    assert skipping.metrics() == {"skipped": 0}


def test_a_set_that_teaches_nothing_is_still_drawn_from() -> None:
    predictor = Predictor(BOUNDS, dict.fromkeys(IDS, (0.0, 100.0)))
    stream = PredictedStream(IDS, 1, predictor, 0.0)
    assert len(stream.take(3)) == 3
    assert stream.position == 3 * len(IDS)


def test_recorded_rollouts_make_the_same_histories(tmp_path: Path) -> None:
    """Two ranks, and a problem that is visited twice in a step."""
    learned, draw = Predictor(BOUNDS), np.random.default_rng(3)
    recorders = [Recorder(tmp_path, "run", rank) for rank in range(2)]
    for step in range(4):
        rows: list[list[dict[str, Any]]] = [[], []]
        for visit, problem in enumerate(["a", "b", "a", "c"]):
            solved = draw.random(8) < 0.5
            first = 8 * (visit == 2)
            rows[visit % 2] += [
                {
                    "epoch": 0,
                    "problem_id": problem,
                    "sample": first + number,
                    "completion": "",
                    "answer": None,
                    "outcome": "correct" if good else "wrong",
                    "tokens": 1,
                }
                for number, good in enumerate(solved)
            ]
            learned.learn(problem, int(solved.sum()), 8)
        for recorder, own in zip(recorders, rows, strict=True):
            recorder.write(step, own)
    assert recorded(tmp_path, BOUNDS) == learned.histories
    assert recorded(tmp_path / "nothing", BOUNDS) == {}


def test_a_killed_run_draws_what_it_would_have_drawn(
    student: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = {"steps": 8, "accuracy_low": 0.4, "accuracy_high": 0.6, "resample_rounds": 1}

    def run(out: Path) -> Result:
        config = RLConfig(**CONFIG | bounds)
        return train(
            config, student, PROBLEMS, out, "run", 1, max_tokens=8, variant=skipping(config, 0.3)
        )

    whole = run(tmp_path / "whole")
    add = Journal.add

    def dies(self: Journal, **metrics: Any) -> None:
        if metrics["step"] == 5:
            raise KeyboardInterrupt
        add(self, **metrics)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "add", dies)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "killed")
    resumed = run(tmp_path / "killed")
    assert list(read_rows(resumed.rollouts)) == list(read_rows(whole.rollouts))
    assert parquet_of(resumed.rollouts).read_bytes() == parquet_of(whole.rollouts).read_bytes()
    lines = [json.loads(line) for line in whole.metrics.read_text().splitlines()]
    skipped, drawn = (sum(line[key] for line in lines) for key in ("skipped", "drawn"))
    assert skipped > 0 and lines[-1]["position"] == skipped + drawn
