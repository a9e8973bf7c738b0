"""Waves of synthesis: together they fill the budget, and little more."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.blueprints import blueprints
from sws.blueprints.waves import Waves, Yield, asked
from sws.budget import largest_remainders
from sws.config import Config, load
from sws.errors import SwsError
from sws.schemas import BlueprintRow, DifficultyRow, schema_of
from sws.store import kept, read_rows, rejected, write_json, write_table
from tests.blueprints.test_blueprints import WEIGHTS, concepts, configuration  # noqa: F401


def simulated(
    config: Config,
    rates: Mapping[str, float],
    seed: int,
    available: Mapping[str, int] | None = None,
) -> tuple[Waves, list[int]]:
    """All waves of a run in which each blueprint survives by its category's rate."""
    available = available or {}
    draw = np.random.default_rng(seed)
    drawn, survivors = dict.fromkeys(rates, 0), dict.fromkeys(rates, 0)
    sizes = []
    for wave in range(1, config.frugal.waves + 1):
        known = available if wave > 1 else {}
        wanted = asked(config, Waves(wave, dict(drawn), dict(survivors), known), WEIGHTS)
        sizes.append(sum(wanted.values()))
        for category, asked_for in wanted.items():
            left = available.get(category, config.blueprints.total) - drawn[category]
            count = min(asked_for, left)
            drawn[category] += count
            survivors[category] += int(draw.binomial(count, rates[category]))
    return Waves(config.frugal.waves + 1, drawn, survivors), sizes


def paper(**frugal: Any) -> Config:
    return load("qwen2.5-7b", {"frugal": {"waves": 4, **frugal}})


@pytest.mark.parametrize("seed", range(5))
def test_a_run_of_the_papers_size_is_filled_with_little_to_spare(seed: int) -> None:
    """At 8.8 % of blueprints that survive, as in the paper; categories differ by a factor of 2."""
    rates = {"Algebra": 0.06, "Geometry": 0.12, "Precalculus": 0.13}
    config = paper()
    after, sizes = simulated(config, rates, seed)
    targets = largest_remainders(config.augmented_size, WEIGHTS)
    for category, target in targets.items():
        assert target <= after.survivors[category] * 1.001  # a few may be missing
        assert after.survivors[category] <= target * (1 + config.frugal.over)
    assert sum(sizes) < 0.52 * config.blueprints.total
    assert sizes[0] == 100_000 and sizes[3] < 0.01 * config.blueprints.total


def test_what_is_full_is_not_asked_for() -> None:
    full = Waves(2, {"Algebra": 60_000}, {"Algebra": 30_000})
    assert asked(paper(), full, WEIGHTS)["Algebra"] == 0


def test_no_wave_asks_for_more_than_there_is_without_waves() -> None:
    after, sizes = simulated(paper(), dict.fromkeys(WEIGHTS, 0.001), 1)
    assert after.drawn == largest_remainders(1_000_000, WEIGHTS)
    assert sum(sizes) == 1_000_000


def test_what_a_category_cannot_fill_goes_to_the_others() -> None:
    """Algebra has only 6,000 distinct blueprints, 3 % of what its budget needs."""
    config, rates = paper(), dict.fromkeys(WEIGHTS, 0.1)
    after, _ = simulated(config, rates, 1, {"Algebra": 6_000})
    survivors = after.survivors
    missing = config.augmented_size - survivors["Algebra"]
    targets = largest_remainders(missing, {k: w for k, w in WEIGHTS.items() if k != "Algebra"})
    for category, target in targets.items():
        assert target <= survivors[category] * 1.001
        assert survivors[category] <= target * (1 + config.frugal.over)


@pytest.mark.parametrize("seed", range(3))
def test_little_is_over_where_all_blueprints_bring_just_what_is_asked_for(seed: int) -> None:
    """Then it is open until the end which category can fill its budget, and which cannot."""
    config = paper()
    after, _ = simulated(config, {"Algebra": 0.04, "Geometry": 0.08, "Precalculus": 0.08}, seed)
    total = sum(after.survivors.values())
    assert config.augmented_size <= total * 1.001  # a few may be missing
    assert total <= config.augmented_size * (1 + config.frugal.over)


def test_all_are_drawn_where_they_do_not_fill_the_budget() -> None:
    """As without waves, where the surplus of one category makes up for the lack of another."""
    config = paper().model_copy(update={"augmented_size": 120_000})
    distinct = {"Algebra": 1_000}
    after, _ = simulated(config, {"Algebra": 0.1, "Geometry": 0.3, "Precalculus": 0.1}, 1, distinct)
    assert after.drawn == {**largest_remainders(1_000_000, WEIGHTS), **distinct}


def test_one_wave_asks_for_all() -> None:
    config = load("qwen2.5-7b")
    assert asked(config, Waves(), WEIGHTS) == largest_remainders(1_000_000, WEIGHTS)


@given(
    drawn=st.integers(0, 1000),
    share=st.floats(0, 1),
    overall=st.floats(0, 1),
    target=st.integers(0, 1000),
    left=st.integers(0, 10_000),
    is_last=st.booleans(),
    candidates=st.integers(1, 16),
)
def test_any_yield_has_a_number_of_blueprints(
    drawn: int,
    share: float,
    overall: float,
    target: int,
    left: int,
    is_last: bool,
    candidates: int,
) -> None:
    known = Yield(drawn, int(share * drawn * candidates), overall, candidates)
    number = known.blueprints(target, 0.05 * target, left, is_last)
    assert 0 <= number <= left
    assert (number == 0) == (known.survivors >= target or left == 0)


def run_wave(
    config: Config,
    concepts: Path,  # noqa: F811
    wave: int,
    kept_of: Mapping[str, int],
) -> list[dict[str, Any]]:
    """Draw a wave after others whose survivors, by category, are in a difficulty table."""
    folder = concepts.parent
    write_json(folder / "weights.json", {name: {"weight": w} for name, w in WEIGHTS.items()})
    budgets = [folder / f"budget-w{number}.json" for number in range(1, wave + 1)]
    rows = [
        {
            "problem_id": f"{category}{n}",
            "problem": "?",
            "answer": "1",
            "category": category,
            "accuracy": 0.5,
            "n_samples": 8,
            **(kept() if n else rejected("too hard")),
        }
        for category, count in kept_of.items()
        for n in range(count + 1)
    ]
    write_table(folder / "difficulty.json", schema_of(DifficultyRow), rows)
    waves = Waves.read(wave, budgets[:-1], [folder / "difficulty.json"] if wave > 1 else [])
    outs = [folder / f"w{wave}-{shard:02d}.json" for shard in range(3)]
    weights = folder / "weights.json"
    blueprints.run(config, 1, concepts, weights, outs, budgets[-1], waves)
    return list(read_rows(outs, list(BlueprintRow.__annotations__)))


@pytest.mark.usefixtures("concepts")
def test_each_wave_goes_on_where_the_last_one_ended(concepts: Path) -> None:  # noqa: F811
    plain = configuration()
    config = plain.model_copy(
        update={
            "augmented_size": 60,
            "frugal": plain.frugal.model_copy(update={"waves": 3, "first": 0.2}),
        }
    )
    first = run_wave(config, concepts, 1, {})
    second = run_wave(config, concepts, 2, {"Algebra": 9, "Geometry": 2, "Precalculus": 12})
    third = run_wave(config, concepts, 3, {"Algebra": 30, "Geometry": 20, "Precalculus": 12})
    assert not third
    whole = run_wave(plain, concepts, 1, {})
    ids = [row["blueprint_id"] for row in (*first, *second)]
    assert len(set(ids)) == len(ids)
    assert set(ids) < {row["blueprint_id"] for row in whole}
    assert not any(row["category"] == "Precalculus" for row in second)
    report = json.loads((concepts.parent / "budget-w2.json").read_text())
    assert report["Algebra"]["survivors_before"] == 9 and report["Algebra"]["wave"] == 2
    assert report["Precalculus"]["asked"] == report["Precalculus"]["drawn"] == 0


def test_a_wave_needs_the_reports_of_those_before(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="0 budget reports of earlier waves"):
        Waves.read(2, [], [])
    broken = tmp_path / "budget.json"
    broken.write_text('{"Algebra": 3}')
    with pytest.raises(SwsError, match="not a budget report"):
        Waves.read(2, [broken], [])
