"""Intervals over seeds, over seeds and problems, and what goes with a gain."""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from sws.config import load
from sws.planning.project import Spent
from sws.sweep.analysis import analyse, over_both, pooled
from sws.sweep.measuring import Measured, costs
from sws.sweep.page import write_page
from sws.sweep.setting import Run
from sws.sweep.show import print_sweep, save_picture, write_runs


def measured(point: str, seed: int, gain: float, saturation: float) -> Measured:
    """A run whose ten problems, three of them weak, all gain the same."""
    gains = {"all": np.full(10, gain), "weak": np.full(3, gain), "others": np.full(7, gain)}
    tokens = {"synthesis_tokens": 1000 if point == "low" else 1500}
    row = {"point": point, "seed": seed, "saturation": saturation, "processor_minutes": 2.0}
    row |= {"sws": 0.5 + gain, "extended": 0.5, **tokens, "command": "sws sweep"}
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
    assert "against_first" not in points["low"] and "sws_against_first" not in points["low"]
    found = points["high"]["sws_against_first"]
    assert found["sws"] == pytest.approx({"value": 0.2, "low": 0.2, "high": 0.2})
    assert found["extended"]["value"] == pytest.approx(0.22)
    assert points["high"]["costs"] == {"synthesis_tokens": 1500}


def test_costs_are_those_of_synthesis_and_of_the_arms() -> None:
    stages = {"judge:kind": 10, "label": 5, "train:sws": 100, "train:initial": 7, "generate": 2}
    each = {"processor_hours": 1 / 120, "not_drawn": 3}
    spending = {stage: Spent(completion_tokens=tokens, **each) for stage, tokens in stages.items()}
    found = costs(load("nano"), spending, "cpu")
    assert (found["synthesis_tokens"], found["arms_tokens"]) == (17, 100)
    assert (found["synthesis_minutes"], found["arms_minutes"]) == (1.5, 0.5)
    assert (found["synthesis_spared"], found["arms_spared"]) == (9, 3)


def test_pooled_gains_take_a_seeds_mean_over_points_as_one_observation() -> None:
    """A seed without every point is left out."""
    found = pooled({**RUNS, "high": RUNS["high"][:2]})
    assert found["seeds"] == [1, 2]
    assert found["gains"]["sws - extended"]["weak"]["by_seed"] == pytest.approx([0.11, 0.12])
    assert pooled({"low": RUNS["low"][:1], "high": RUNS["high"][1:]})["gains"] == {}


def test_a_page_has_every_table(tmp_path: Path) -> None:
    write_page(analyse(RUNS), RUNS, "sws sweep FILE", tmp_path / "sweep.md")
    text = (tmp_path / "sweep.md").read_text()
    assert text.startswith("6 runs, 12 processor minutes: `sws sweep FILE`.")
    assert "| point | seeds | sws - extended | in weak categories |" in text
    assert "| high | 3 | +22.0 [+19.5, +24.5] | +22.0 [+19.5, +24.5] |" in text
    assert "| high | +20.0 [+20.0, +20.0] | +22.0 [+19.5, +24.5] |" in text
    assert "| mean over points | 3 | +12.0 [+9.5, +14.5] | +12.0 [+9.5, +14.5] |" in text
    assert "| saturation | +1.00 [+1.00, +1.00] | - |" in text


def test_it_is_printed_and_written_as_a_table(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=100)
    print_sweep(analyse(RUNS), console)
    text = console.file.getvalue()
    assert "high" in text and "+22.0 [+19.5, +24.5]" in text
    assert "1,500 (150%)" in text  # of the tokens of the first point
    write_runs([run for runs in RUNS.values() for run in runs], tmp_path / "runs.csv")
    assert (tmp_path / "runs.csv").read_text().splitlines()[:2] == [
        "point,seed,saturation,processor_minutes,sws,extended,synthesis_tokens,command",
        "low,1,0.1,2.0,0.51,0.5,1000,sws sweep",
    ]


def test_each_panel_of_the_picture_shows_one_pair_of_arms(tmp_path: Path) -> None:
    """Two points and their mean, each with a mark for all categories and one for the weak."""
    both = {
        name: [
            replace(run, gains={**run.gains, "sws - random": run.gains["sws - extended"]})
            for run in own
        ]
        for name, own in RUNS.items()
    }
    save_picture(analyse(both), tmp_path / "sweep.svg")
    text = (tmp_path / "sweep.svg").read_text()
    assert "Where weakness-driven synthesis pays" in text
    for title in ("sws \N{MINUS SIGN} extended", "sws \N{MINUS SIGN} random"):
        assert title in text
    assert len(re.findall('aria-roledescription="point"', text)) == 2 * (2 + 1) * 2
