"""How many rounds a trajectory has, of which attempts it is made, and how it is written."""

from itertools import product
from random import Random

import pytest
from pydantic import ValidationError

from sws.config.self_verify import Phrases, Trajectories
from sws.self_verify.rounds import Attempt, choose, compose, rounds_for
from sws.self_verify.segments import SegmentParser
from sws.self_verify.transitions import VALID, outcome_of

#: Rounds by how many of five attempts are right.
GOLDEN = {5: 1, 4: 2, 3: 3, 2: 3, 1: 4, 0: 0}


def attempts(pattern: tuple[bool, ...]) -> list[Attempt]:
    """Right attempts give 5, wrong ones an answer of their own."""
    return [
        Attempt(n, f"s{n}", "5" if ok else str(10 + n), ok, f"v{n}") for n, ok in enumerate(pattern)
    ]


def same(one: str, other: str) -> bool:
    return one == other


@pytest.mark.parametrize("pattern", product([True, False], repeat=5))
def test_rounds_of_every_accuracy_pattern_of_five_attempts(pattern: tuple[bool, ...]) -> None:
    rounds = rounds_for(sum(pattern) / 5, Trajectories())
    assert rounds == GOLDEN[sum(pattern)]
    chosen = choose(attempts(pattern), rounds, same, Random(1)) if rounds else []
    assert len(chosen) == rounds  # all wrong answers differ, so that no round is lacking
    assert [one.right for one in chosen] == [False] * (rounds - 1) + [True] * bool(rounds)
    assert len({one.answer for one in chosen}) == rounds


def test_failed_attempts_have_distinct_answers_though_rounds_be_fewer() -> None:
    alike = [Attempt(n, f"s{n}", "7", False, "v") for n in range(4)]
    right = Attempt(4, "s4", "5", True, "v")
    chosen = choose([*alike, right], 4, same, Random(1))
    assert [one.answer for one in chosen] == ["7", "5"]
    assert choose(alike, 4, same, Random(1)) == []


def test_the_same_seed_chooses_the_same_attempts() -> None:
    pattern = (True, False, False, False, True)
    picks = {tuple(choose(attempts(pattern), 3, same, Random(seed))) for seed in (1, 1, 2, 3, 4)}
    assert 1 < len(picks) < 5


@pytest.mark.parametrize("rounds", [1, 2, 3, 4])
def test_a_trajectory_is_a_valid_sequence(rounds: int) -> None:
    phrases = Phrases()
    failed = [
        Attempt(n, f"\\boxed{{{n}}}", str(n), False, phrases.incorrect) for n in range(rounds - 1)
    ]
    right = Attempt(9, "\\boxed{9}", "9", True, f"It fits. {phrases.correct}\n")
    text = compose([*failed, right], phrases)
    parts = SegmentParser(phrases).parse(text)
    assert len(parts) == 2 * rounds and outcome_of(parts) == VALID


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValidationError, match="must fall"):
        Trajectories(min_accuracy=(0.4, 0.8, 1.0))
    with pytest.raises(ValidationError, match="one share more"):
        Trajectories(keep_share=(1.0,))
    assert rounds_for(0.3, Trajectories(min_accuracy=(0.5,), keep_share=(1, 1))) == 2
