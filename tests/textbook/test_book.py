"""Sets of pages, drills and the scratch student's texts."""

import random
import re
from collections import Counter
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sws.categories import CATEGORIES
from sws.errors import SwsError
from sws.textbook import (
    UNITS,
    drills,
    keys,
    pages,
    pretraining_text,
    recognise,
    truth,
    units_of,
    write_problem,
)

SHARES = dict.fromkeys(CATEGORIES, 0.5)


def test_pages_are_distinct_and_even_over_categories_units_and_levels() -> None:
    found = list(pages(seed=1, count_per_category=40))
    assert len(keys(page.text for page in found)) == len(found) == 280
    assert set(Counter(page.category for page in found).values()) == {40}
    for category in CATEGORIES:
        here = [page for page in found if page.category == category]
        for counts in (Counter(p.unit for p in here), Counter((p.unit, p.level) for p in here)):
            assert max(counts.values()) - min(counts.values()) <= 1
        assert {page.unit for page in here} == {unit.name for unit in units_of(category)}


def test_pages_depend_on_the_seed_alone() -> None:
    assert list(pages(3, 12)) == list(pages(3, 12))
    assert list(pages(3, 12)) != list(pages(4, 12))


def test_a_larger_set_begins_with_the_smaller() -> None:
    small = list(pages(3, 8, categories=("Algebra",)))
    assert list(islice(pages(3, 30, categories=("Algebra",)), 8)) == small


def test_held_out_pages_share_no_problem_with_the_seed_set_in_any_phrasing() -> None:
    seeds = keys(page.text for page in pages(1, 60))
    held_out = keys(page.text for page in pages(1, 60, exclude=seeds))
    assert len(held_out) == 420 and not seeds & held_out


def test_levels_and_categories_are_as_asked() -> None:
    found = list(pages(1, 10, levels=(2, 4), categories=("Geometry",)))
    assert {(page.category, page.level) for page in found} == {("Geometry", 2), ("Geometry", 4)}


def test_asking_for_more_than_there_is_says_so() -> None:
    with pytest.raises(SwsError, match="no further distinct problem of level 1"):
        list(pages(1, 1000, levels=(1,), categories=("Number Theory",)))


def test_an_unknown_category_or_level_is_refused() -> None:
    with pytest.raises(SwsError, match="Number Theory"):
        units_of("Astrology")
    with pytest.raises(SwsError, match="no problem of level 9"):
        write_problem(UNITS[0], 9, random.Random(0))


def test_drills_are_right_and_in_the_notation_of_the_solutions() -> None:
    rng = random.Random(0)
    for _ in range(500):
        text, completion = drills(rng)
        *steps, box = completion.split(";")
        assert 1 <= len(steps) <= 3
        assert re.fullmatch(r"-?\d+([+*/-]\d+)+=\?", text)
        assert text.startswith(steps[0].partition("=")[0])
        assert box == f"\\boxed{{{steps[-1].partition('=')[2]}}}"
        for step in steps:
            a, operator, b, result = re.fullmatch(r"(-?\d+)([+*/-])(\d+)=(-?\d+)", step).groups()  # type: ignore[union-attr]
            left, right = (int(result) * int(b), int(a)) if operator == "/" else (0, 0)
            left, right = {
                "+": (int(a) + int(b), int(result)),
                "-": (int(a) - int(b), int(result)),
                "*": (int(a) * int(b), int(result)),
                "/": (left, right),
            }[operator]
            assert left == right
        assert recognise(text) is None


def test_pretraining_mixes_drills_careful_and_hasty_solutions_in_their_shares() -> None:
    rng = random.Random(0)
    shares = SHARES | {"Prealgebra": 0.8, "Precalculus": 0.1}
    careful: dict[str, list[bool]] = {category: [] for category in CATEGORIES}
    drilled = 0
    for _ in range(4000):
        text, completion = pretraining_text(rng, shares, drill_share=0.4)
        known = truth(text)
        if known is None:
            drilled += 1
        else:
            careful[known.category].append(completion.endswith(f"{{{known.answer}}}"))
    assert abs(drilled / 4000 - 0.4) < 0.04
    for category, outcomes in careful.items():
        assert abs(sum(outcomes) / len(outcomes) - shares[category]) < 0.12


def test_pretraining_leaves_excluded_problems_out() -> None:
    held_out = keys(page.text for page in pages(1, 300, levels=(5,), categories=("Precalculus",)))
    rng = random.Random(0)
    texts = [
        pretraining_text(rng, {"Precalculus": 1.0}, 0.0, levels=(5,), exclude=held_out)[0]
        for _ in range(400)
    ]
    assert not keys(texts) & held_out


@given(st.text(max_size=200))
@example("Find 999 mod 1.")
@example("Find 5 mod 0.")
@example("Find gcd(0,0).")
@example("Find 007 mod 3.")
@example("Find " + "9" * 5000 + " mod 3.")
@example("Evaluate 9*9^x+9 at x=999.")
@example("A polygon has sides " + "9, " * 3000 + "9. Find its perimeter.")
@example("Find the mean of -3, 5.")
def test_foreign_or_absurd_texts_have_no_truth(text: str) -> None:
    assert recognise(text) is None and truth(text) is None
