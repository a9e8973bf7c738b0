"""The textbook's unit of programming: its tests part the careful from the hasty."""

from random import Random

import pytest

from sws.code_rewards import Limits, Sandbox
from sws.config.staged import Lessons
from sws.config.student import ScratchConfig
from sws.errors import SwsError
from sws.student.scratch import draw_texts
from sws.textbook import code_problems, code_text, keys, recognise, recognise_code
from sws.textbook.code import KINDS, LEVELS
from sws.verifiers.code import CodeVerifier

PROBLEMS = list(code_problems(1, 60))


def test_problems_are_distinct_recognised_and_spread_over_levels() -> None:
    assert len({problem.key for problem in PROBLEMS}) == 60
    assert all(recognise_code(problem.text) == problem for problem in PROBLEMS)
    assert [problem.kind.level for problem in PROBLEMS[:6]] == [*LEVELS, *LEVELS]
    assert {problem.kind.name for problem in PROBLEMS} == {kind.name for kind in KINDS}
    assert all(len(problem.text) <= 70 and len(problem.careful) <= 40 for problem in PROBLEMS)


def test_no_text_is_both_of_mathematics_and_of_programming() -> None:
    assert not any(recognise(problem.text) for problem in PROBLEMS)
    assert recognise_code("Solve 3*x+4=10.") is None
    assert keys([PROBLEMS[0].text]) == {PROBLEMS[0].key}


def test_the_careful_program_passes_and_the_hasty_one_fails_in_part() -> None:
    try:
        sandbox = Sandbox(Limits(seconds=60))
    except SwsError as error:
        pytest.skip(str(error))
    del sandbox
    verifier = CodeVerifier(60, workers=2)
    careful = list(verifier.verify_many((p.tests, p.careful) for p in PROBLEMS[:12]))
    hasty = list(verifier.verify_many((p.tests, p.hasty) for p in PROBLEMS[:12]))
    assert {one.reward for one in careful} == {1.0}
    assert all(0 <= one.reward < 1 for one in hasty) and any(one.reward > 0 for one in hasty)


def test_what_is_excluded_is_not_drawn_and_the_end_is_named() -> None:
    held_out = {problem.key for problem in PROBLEMS}
    others = list(code_problems(1, 60, exclude=held_out))
    assert not held_out & {problem.key for problem in others}
    with pytest.raises(SwsError, match="no further problem of programming"):
        list(code_problems(1, 10_000, levels=(1,)))


def test_lessons_add_programming_and_without_them_texts_stay_as_they_were() -> None:
    config = ScratchConfig(rows=200)
    plain = draw_texts(config, 1)
    assert not any(recognise_code(problem) for problem, _ in plain)
    taught = draw_texts(config, 1, lessons=Lessons(share=0.3, careful_share=0.5))
    programs = [(problem, text) for problem, text in taught if recognise_code(problem)]
    assert 30 <= len(programs) <= 90
    careful = sum(text == recognise_code(p).careful for p, text in programs)  # type: ignore[union-attr]
    assert 0.25 <= careful / len(programs) <= 0.75
    assert code_text(Random(1), 1.0) == code_text(Random(1), 1.0)
