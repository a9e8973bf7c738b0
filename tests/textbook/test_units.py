"""Every unit at every level: right answers, honest arithmetic, real progression."""

import random
import re
from statistics import mean

import pytest
from math_verify import parse, verify

from sws.categories import CATEGORIES, PRIMER
from sws.textbook import ALL_UNITS, LEVELS, UNITS, recognise, units_of, write_problem
from sws.textbook.book import draw_problem
from sws.textbook.unit import LARGEST_NUMBER, LONGEST_SOLUTION, LONGEST_TEXT, Unit

EQUATION = re.compile(r"(-?\d+)([+*/-])\(?(-?\d+)\)?=(-?\d+)")
every_unit = pytest.mark.parametrize("unit", ALL_UNITS, ids=lambda unit: unit.name)


def holds(equation: str) -> bool:
    """Evaluate one elementary equation with integers; the operation is read, never executed."""
    match = EQUATION.fullmatch(equation)
    assert match, equation
    a, b, result = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "/":
        return b * result == a
    return {"+": a + b, "-": a - b, "*": a * b}[match[2]] == result


def agree(answer: str, completion: str) -> bool:
    gold = parse(f"\\boxed{{{answer}}}", parsing_timeout=None)
    return bool(verify(gold, parse(completion, parsing_timeout=None), timeout_seconds=None))


def test_at_least_four_units_for_every_category() -> None:
    assert all(len(units_of(category)) >= 4 for category in CATEGORIES)
    assert len({unit.name for unit in ALL_UNITS}) == len(ALL_UNITS)
    assert {unit.category for unit in ALL_UNITS} - {*CATEGORIES} == {*PRIMER}
    assert all(unit.category in CATEGORIES for unit in UNITS)


def test_concepts_connect_the_units_of_a_category() -> None:
    for category in (*CATEGORIES, *PRIMER):
        remaining = [set(unit.concepts) for unit in units_of(category)]
        reached = remaining.pop()
        while joined := [concepts for concepts in remaining if concepts & reached]:
            reached |= joined[0]
            remaining.remove(joined[0])
        assert not remaining, f"{category} falls apart: {remaining}"


def test_some_concepts_belong_to_several_categories() -> None:
    homes: dict[str, set[str]] = {}
    for unit in ALL_UNITS:
        for concept in unit.concepts:
            homes.setdefault(concept, set()).add(unit.category)
    assert sum(len(categories) > 1 for categories in homes.values()) >= 5


@every_unit
@pytest.mark.parametrize("level", LEVELS)
def test_pages_are_right_small_and_of_their_level(unit: Unit, level: int) -> None:
    rng = random.Random(level)
    for _ in range(6):
        page = write_problem(unit, level, rng)
        *steps, box = page.careful.split(";")
        *short, wrong_box = page.hasty.split(";")
        assert all(map(holds, steps + short))
        assert level <= len(steps) <= level + 1 and len(short) <= 1
        assert box == f"\\boxed{{{page.answer}}}" != wrong_box
        assert agree(page.answer, page.careful) and not agree(page.answer, page.hasty)
        assert len(page.text) <= LONGEST_TEXT and len(page.careful) <= LONGEST_SOLUTION
        assert max(map(int, re.findall(r"\d+", page.careful))) <= LARGEST_NUMBER
        assert page.level == level and page.category == unit.category


@every_unit
def test_a_text_is_taken_apart_into_what_it_was_written_from(unit: Unit) -> None:
    rng = random.Random(unit.name)
    for level in LEVELS:
        for _ in range(40):
            problem = draw_problem(unit, level, rng)
            assert recognise(problem.text) == problem


@every_unit
def test_there_are_hundreds_of_problems_beyond_the_first_level(unit: Unit) -> None:
    rng = random.Random(0)
    found = {draw_problem(unit, level, rng).key for _ in range(400) for level in LEVELS[1:]}
    assert len(found) >= 300


@every_unit
def test_careful_solutions_grow_with_the_level(unit: Unit) -> None:
    rng = random.Random(0)
    lengths = [
        mean(len(write_problem(unit, level, rng).careful) for _ in range(20)) for level in LEVELS
    ]
    assert lengths == sorted(lengths) and lengths[-1] > lengths[0] + 15
