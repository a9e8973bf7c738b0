"""A vote that is decided comes out as the vote of all samples, whatever the rest says."""

import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sws.verify import Verifier
from sws.verify.compare import decide
from sws.verify.decided import is_decided, votes_needed
from sws.verify.vote import vote

DATA = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
SAMPLES = 8
#: Equal in several forms, equal to one of two that differ, without a value, and ties.
ANSWERS = ["1/2", "0.5", r"\frac{1}{2}", "2", "5", "5 cm", "5 m", "north", "North", None, "None"]


def outcome(answers: list[str | None], samples: int, needed: int) -> str | None:
    """The label of a vote that keeps one."""
    found = vote(answers, decide)
    return found.label if found.votes >= needed * len(answers) / samples else None


@given(
    drawn=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=SAMPLES),
    rest=st.lists(st.sampled_from(ANSWERS), min_size=SAMPLES, max_size=SAMPLES),
    needed=st.integers(1, SAMPLES),
)
@example(drawn=["2"] * 4, rest=["1/2"] * 8, needed=4)  # a tie that the others would win
@example(drawn=["5 cm"] * 4 + ["5"], rest=["5 m"] * 8, needed=4)
@example(drawn=["0.5", "0.5", "0.5", "1/2", "1/2"], rest=["1/2"] * 8, needed=4)
def test_no_further_answers_change_what_is_decided(
    drawn: list[str | None], rest: list[str | None], needed: int
) -> None:
    if is_decided(drawn, SAMPLES, needed, decide):
        whole = [*drawn, *rest[len(drawn) :]]
        assert outcome(drawn, SAMPLES, needed) == outcome(whole, SAMPLES, needed)


@pytest.mark.parametrize(
    ("drawn", "decided"),
    [
        (["7"] * 4, False),  # four others could agree and win the tie
        (["7"] * 5, True),
        (["7", "7", "7", "7", "8", "9"], True),
        (["7", "7", "7", "7", "8", "8"], True),  # a tie with 8 would go to 7
        (["8", "8", "8", "8", "7", "7"], False),  # but not the other way round
        (["1", "2", "3", "4"], False),
        (["1", "2", "3", "4", None], False),
        (["1", "2", "3", "4", "5", "6"], True),  # none can reach four
        ([None] * 5, True),
        (["1/2", "0.5", "1/2", "0.5", "1/2"], False),  # kept, but in which form?
    ],
)
def test_what_four_of_eight_need(drawn: list[str | None], decided: bool) -> None:
    assert is_decided(drawn, SAMPLES, 4, decide) == decided


def test_a_comparison_that_ran_out_of_time_decides_nothing() -> None:
    answers = ["7"] * 4 + ["8", "9"]
    assert is_decided(answers, SAMPLES, 4, decide)
    assert not is_decided(answers, SAMPLES, 4, lambda _one, _other: None)


def test_votes_needed() -> None:
    assert votes_needed(8, lambda share: share >= 0.5) == 4
    assert votes_needed(8, lambda share: share > 0.5) == 5
    assert votes_needed(7, lambda share: share >= 0.5) == 4
    assert votes_needed(8, lambda share: share > 1) == 9


@pytest.mark.skipif(not (DATA / "samples_boinf.jsonl").exists(), reason="no shared data")
def test_real_answers_in_twenty_orders() -> None:
    """All 2,912 problems and models of BoInf: the same labels, for under 70 % of the samples."""
    with (DATA / "samples_boinf.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    assert len(rows) == 2912
    drawn: Counter[int] = Counter()
    with Verifier() as verifier:
        for row in rows:
            draw = random.Random(row["id"])
            for _ in range(20):
                answers = draw.sample(row["answers"], SAMPLES)
                first = next(
                    n for n in (5, 6, 8) if is_decided(answers[:n], SAMPLES, 4, verifier.equal)
                )
                early, whole = (
                    vote(some, verifier.equal, verifier.parses)
                    for some in (answers[:first], answers)
                )
                assert (early.share >= 0.5) == (whole.share >= 0.5), answers
                assert whole.share < 0.5 or early.label == whole.label, answers
                drawn[first] += 1
    assert sum(n * times for n, times in drawn.items()) / SAMPLES / drawn.total() < 0.7
