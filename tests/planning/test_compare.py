"""What `+frugal` saves by the plan, stage by stage and option by option."""

import json

import pytest

from sws.config import Config, load
from sws.planning import savings
from sws.planning.compare import OPTIONS, compare


def seven(variant: str = "", **frugal: object) -> Config:
    return load(f"qwen2.5-7b{variant}", {"frugal": frugal} if frugal else {})


def test_the_papers_run_costs_less_with_it() -> None:
    found = compare(seven(), seven("+frugal"))
    before, after = found.totals
    assert before == pytest.approx(19_911, rel=0.01)
    assert after < 0.63 * before
    assert sum(one.hours for one in found.savings) == pytest.approx(before - after)
    assert [one.option for one in found.savings] == list(OPTIONS)
    assert all(one.hours > 0 and one.source for one in found.savings)
    names = [name for name, _, _ in found.stages]
    assert "train:sws" in names and "train:extended" not in names  # controls are left out
    assert json.dumps(found.as_json())


def test_the_initial_run_and_the_concepts_cost_the_same() -> None:
    stages = {name: hours for name, *hours in compare(seven(), seven("+frugal")).stages}
    for name in ("train:initial", "extract"):
        assert stages[name][0] == stages[name][1]
    assert all(one >= other for one, other in stages.values())


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("waves", 4),
        ("judges", True),
        ("votes", [5, 1, 2]),
        ("difficulty", [4, 1, 1, 2]),
        ("prompts", True),
    ],
)
def test_an_option_alone_is_a_row_of_its_own(option: str, value: object) -> None:
    (only,) = compare(seven(), seven(**{option: value})).savings
    assert only.option == option and only.hours > 0


def test_what_else_a_variant_changes_is_said() -> None:
    (only,) = compare(seven(), seven("+three-judges")).savings
    assert only.option == "other keys" and only.hours < 0


def test_rates_of_turns() -> None:
    assert savings.votes_drawn(seven()) == 1
    assert savings.votes_drawn(seven(votes=[5, 1, 2])) == pytest.approx(0.697, abs=0.001)
    assert savings.votes_drawn(seven(votes=[5, 3])) == pytest.approx(0.711, abs=0.001)
    exact = savings.difficulty_drawn(seven(difficulty=[4, 1, 1, 2]))
    some = savings.difficulty_drawn(seven(difficulty=[4, 1, 1, 2], error=0.05))
    assert (exact, some) == pytest.approx((0.866, 0.687), abs=0.01)


def test_waves_never_ask_for_more_than_all() -> None:
    assert savings.blueprints_needed(seven(waves=4), 0.0001) == 1
    assert savings.blueprints_needed(seven(waves=4), 0.9) == seven().frugal.first
    assert savings.blueprints_needed(seven(), 0.9) == 1
