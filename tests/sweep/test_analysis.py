"""Intervals over seeds, over seeds and problems, and what goes with a gain."""

import io
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from sws.config import load
from sws.ledger import Entry
from sws.store import write_json
from sws.sweep.analysis import analyse, over_both
from sws.sweep.measuring import Measured, costs
from sws.sweep.setting import Run
from sws.sweep.show import print_sweep, save_picture, write_runs


def measured(point: str, seed: int, gain: float, saturation: float) -> Measured:
    """A run whose ten problems, three of them weak, all gain the same."""
    gains = {"all": np.full(10, gain), "weak": np.full(3, gain), "others": np.full(7, gain)}
    tokens = {"synthesis_tokens": 1000 if point == "low" else 1500}
    row = {"point": point, "seed": seed, "saturation": saturation, **tokens, "command": "sws sweep"}
    return Measured(Run(point, seed, {}), row, {"sws - extended": gains})


RUNS = {
    "low": [measured("low", seed, 0.01 * seed, 0.1 * seed) for seed in (1, 2, 3)],
    "high": [measured("high", seed, 0.2 + 0.01 * seed, 0.5 + 0.1 * seed) for seed in (1, 2, 3)],
}


def test_over_both_knows_the_spread_within_seeds_and_between_them() -> None:
    random = np.random.default_rng(1)
    alike = [random.normal(0.1, 0.3, 200) for _ in range(5)]
    apart = [gains + shift for gains, shift in zip(alike, (-0.2, -0.1, 0, 0.1, 0.2), strict=True)]
    narrow, wide = over_both(alike), over_both(apart)
    assert narrow.value == pytest.approx(wide.value)
    assert 0 < narrow.high - narrow.low < (wide.high - wide.low) / 2
    # Without any spread between seeds it is the bootstrap over all problems: 2 x 1.96 x s / sqrt(n)
    assert narrow.high - narrow.low == pytest.approx(2 * 1.96 * 0.3 / 1000**0.5, rel=0.6)


def test_a_predictor_that_ranks_the_gains_correlates_wholly() -> None:
    found = analyse(RUNS)
    assert found["predictors"]["sws - extended"]["saturation"]["value"] == pytest.approx(1)
    assert found["predictors"]["sws - random"] == {}
    assert found["points"]["high"]["gains"]["sws - extended"]["weak"]["by_seed"] == pytest.approx(
        [0.21, 0.22, 0.23]
    )


def test_points_are_set_against_the_first_seed_by_seed() -> None:
    """Each gains 0.2 more than `low` with its seed, so that the seeds' spread plays no part."""
    points = analyse(RUNS)["points"]
    found = points["high"]["against_first"]["sws - extended"]["all"]
    assert found == pytest.approx({"value": 0.2, "low": 0.2, "high": 0.2})
    assert "against_first" not in points["low"]
    assert points["high"]["costs"] == {"synthesis_tokens": 1500}


def test_costs_are_those_of_synthesis_and_of_the_arms(tmp_path: Path) -> None:
    config = load("nano")
    write_json(tmp_path / "data/config.json", config.model_dump(mode="json"))
    for number, (stage, tokens) in enumerate(
        {"judge:kind": 10, "label": 5, "train:sws": 100, "train:initial": 7, "generate": 2}.items()
    ):
        spent = {"processor_seconds": 30.0, "completion_tokens": tokens, "not_drawn": 3}
        entry = Entry(config.preset, stage, "out", "cpu", 0, **spent)
        write_json(tmp_path / f"logs/cost/{number}.json", asdict(entry))
    found = costs(config, tmp_path)
    assert (found["synthesis_tokens"], found["arms_tokens"]) == (17, 100)
    assert (found["synthesis_minutes"], found["arms_minutes"]) == (1.5, 0.5)
    assert (found["synthesis_spared"], found["arms_spared"]) == (9, 3)


def test_it_is_printed_drawn_and_written_as_a_table(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=100)
    print_sweep(analyse(RUNS), console)
    text = console.file.getvalue()
    assert "high" in text and "+22.0 [+19.5, +24.5]" in text
    assert "1,500 (150%)" in text  # of the tokens of the first point
    save_picture(analyse(RUNS), tmp_path / "sweep.svg")
    assert "Where weakness-driven synthesis pays" in (tmp_path / "sweep.svg").read_text()
    write_runs([run for runs in RUNS.values() for run in runs], tmp_path / "runs.csv")
    assert (tmp_path / "runs.csv").read_text().splitlines()[:2] == [
        "point,seed,saturation,synthesis_tokens,command",
        "low,1,0.1,1000,sws sweep",
    ]
