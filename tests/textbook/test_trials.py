"""Pages that are checked and tried again, as the embedded student may read them."""

import random
from typing import Any

import pytest

from sws.config import load
from sws.config.self_verify import Phrases
from sws.config.student import ScratchConfig
from sws.config.textbook import VerifierFallibility
from sws.identity import content_id
from sws.self_verify.segments import SegmentParser, last_solution
from sws.self_verify.transitions import VALID, outcome_of
from sws.student.scratch import draw_texts
from sws.student.stage import read_trials
from sws.textbook.book import draw_problem, units_of
from sws.textbook.trials import Trials
from sws.verify import Verifier

PHRASES = Phrases(verify="Check:", retry="Again:", correct="Right.", incorrect="Wrong.")
SURE = VerifierFallibility(missed=0, slandered=0, unstated=0)
PARSER = SegmentParser(PHRASES)


def trials(**changes: Any) -> Trials:
    settings = {"share": 1.0, "tries": 2, "phrases": PHRASES, "form": "confirmative", "rates": SURE}
    return Trials(**{**settings, **changes})


@pytest.mark.parametrize("form", ["confirmative", "problem-solving"])
@pytest.mark.parametrize(("tries", "careful"), [(1, 0.0), (2, 0.0), (4, 0.3), (3, 1.0)])
def test_a_page_ends_right(form: str, tries: int, careful: float) -> None:
    rng = random.Random(1)
    problem = draw_problem(units_of("Algebra")[0], 2, rng)
    with Verifier() as verifier:
        for _ in range(20):
            text = trials(tries=tries, form=form).write(problem, careful, rng)
            parts = PARSER.parse(text)
            assert outcome_of(parts) == VALID and len(parts) <= 2 * tries
            gold = problem.solution.answer
            assert verifier.verify(gold, last_solution(parts)).outcome == "correct"


def test_checks_err_at_their_rates() -> None:
    """Where each wrong solution is called right, nothing is ever tried again."""
    blind = VerifierFallibility(missed=1, slandered=0, unstated=0)
    problem = draw_problem(units_of("Geometry")[0], 1, random.Random(1))
    text = trials(rates=blind).write(problem, 0.0, random.Random(1))
    assert text.startswith(problem.hasty.completion) and text.endswith("Right.")


def test_without_them_the_student_reads_what_it_always_did() -> None:
    """The recorded results rest on these texts."""
    assert read_trials(load("micro").self_verify) is None
    assert content_id(*map(str, draw_texts(ScratchConfig(rows=200), 1))) == "d2383774d55d892a"


def test_with_them_a_share_of_its_pages_is_checked() -> None:
    read = read_trials(load("s2r-micro").self_verify)
    assert read
    texts = [text for _, text in draw_texts(ScratchConfig(rows=4000), 1, frozenset(), read)]
    checked = sum("Check:" in text for text in texts) / 4000
    assert checked == pytest.approx(0.25 * 0.6, abs=0.03)  # 0.4 are drills
