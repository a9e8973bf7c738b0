"""The truth about sound and spoilt texts."""

import random

import pytest

from sws.textbook import ALL_UNITS, LEVELS, recognise, truth
from sws.textbook.book import draw_problem
from sws.textbook.flaws import FLAWS, MULTI_PART, UNSOLVABLE, spoil
from sws.textbook.unit import MISSING


def test_the_truth_about_a_sound_text() -> None:
    known = truth("Find gcd(84,36).")
    assert known is not None and known.sound and known.solvable
    assert (known.answer, known.level) == ("12", 3)  # 48, 12; 24; 12: one step is basic
    assert known.category == "Number Theory"
    assert "euclidean algorithm" in known.concepts


def test_a_missing_number_leaves_no_answer() -> None:
    known = truth(f"Find gcd(84,{MISSING}).")
    assert known is not None and known.flaw == UNSOLVABLE
    assert not known.solvable and known.answer is None and known.level is None


@pytest.mark.parametrize("flaw", FLAWS)
def test_every_spoilt_text_is_known_with_its_flaw_and_unit(flaw: str) -> None:
    rng = random.Random(flaw)
    for unit in ALL_UNITS:
        for level in LEVELS:
            problem = draw_problem(unit, level, rng)
            known = truth(spoil(problem, flaw, rng))
            assert known is not None and known.flaw == flaw and not known.sound
            assert known.unit == unit.name
            assert known.solvable == (flaw != UNSOLVABLE)
            single = flaw not in (UNSOLVABLE, MULTI_PART)
            assert known.answer == (problem.solution.answer if single else None)


def test_the_number_left_out_is_one_that_the_answer_depends_on() -> None:
    problem = recognise("Find the units digit of 2*5*7.")
    assert problem is not None
    for seed in range(20):
        gapped = recognise(spoil(problem, UNSOLVABLE, random.Random(seed)))
        assert gapped is not None
        filled = {gapped.filled(iter([n]).__next__).solution.answer for n in range(1, 10)}
        assert len(filled) > 1
