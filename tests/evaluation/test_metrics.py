"""The metrics against brute force, and what an interval must promise."""

import itertools
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.evaluation.metrics import avg_at, maj_at, mean_intervals, paired_intervals, pass_at

SAMPLES = st.lists(st.booleans(), min_size=1, max_size=9)


def equal(one: str, other: str) -> bool:
    return one == other


@given(SAMPLES, st.data())
def test_pass_at_k_is_the_share_of_k_subsets_with_a_correct_sample(
    samples: list[bool], data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, len(samples)))
    subsets = [any(subset) for subset in itertools.combinations(samples, k)]
    assert pass_at(sum(samples), len(samples), k) == pytest.approx(sum(subsets) / len(subsets))


@given(SAMPLES)
def test_pass_at_1_is_the_average(samples: list[bool]) -> None:
    n, correct = len(samples), sum(samples)
    assert pass_at(correct, n, 1) == pytest.approx(avg_at(correct, n))


@pytest.mark.parametrize(("correct", "n", "k"), [(1, 4, 5), (5, 4, 1), (0, 4, 0), (-1, 4, 1)])
def test_pass_at_k_of_an_impossible_count(correct: int, n: int, k: int) -> None:
    with pytest.raises(ValueError, match=f"pass@{k}"):
        pass_at(correct, n, k)


@pytest.mark.parametrize(
    ("answers", "gold", "credit"),
    [
        (["7", "7", "3"], "7", 1.0),
        (["3", "3", "7"], "7", 0.0),
        (["7", "3"], "7", 0.5),
        (["7", "3", "5", None], "7", 1 / 3),
        ([None, None, "7"], "7", 1.0),
        ([None, None], "7", 0.0),
        (["1/2", "0.5", "3", "3"], "1/2", 0.5),
        (["1/2", "0.5", "2/4", "3", "3"], "1/2", 1.0),
    ],
)
def test_the_majority_votes_over_equal_answers(
    answers: list[str | None], gold: str, credit: float
) -> None:
    right = {gold, "0.5", "2/4"} if gold == "1/2" else {gold}
    correct = [answer in right for answer in answers]
    assert maj_at(answers, correct, len(answers), equal) == pytest.approx(credit)


@given(st.lists(st.sampled_from(["1", "2", "3", None]), min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_samples_plays_no_part_in_the_majority(
    answers: list[str | None], random: Random
) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)
    scores = [maj_at(a, [x == "1" for x in a], len(a), equal) for a in (answers, shuffled)]
    assert scores[0] == scores[1]


def test_maj_at_k_looks_at_the_first_k() -> None:
    answers, correct = ["1", "1", "2", "2", "2"], [True, True, False, False, False]
    assert [maj_at(answers, correct, k, equal) for k in (1, 3, 5)] == [1.0, 1.0, 0.0]


VALUES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30).map(
    np.array
)


@given(VALUES, st.integers(0, 2**62))
def test_an_interval_holds_its_mean_and_stays_within_the_values(
    values: npt.NDArray[np.float64], seed: int
) -> None:
    for column, found in enumerate(mean_intervals(values, 200, seed)):
        assert found.low <= found.value <= found.high
        assert found.value == pytest.approx(values[:, column].mean())
        assert found.low >= values[:, column].min() - 1e-9
        assert found.high <= values[:, column].max() + 1e-9


def test_the_interval_has_the_width_that_theory_gives_it() -> None:
    """Of n coin throws the mean has the standard error sqrt(p (1-p) / n)."""
    values = np.repeat([[0.0], [1.0]], 200, axis=0)
    found = mean_intervals(values, 4000, 1)[0]
    error = 1.96 * 0.5 / np.sqrt(400)
    assert found.low == pytest.approx(0.5 - error, abs=0.005)
    assert found.high == pytest.approx(0.5 + error, abs=0.005)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    draws = (random.random((200, 80, 1)) < 0.3).astype(float)
    found = [mean_intervals(values, 400, seed)[0] for seed, values in enumerate(draws)]
    covered = sum(one.low <= 0.3 <= one.high for one in found) / len(found)
    assert 0.88 <= covered <= 0.99


def test_the_same_seed_gives_the_same_interval_whatever_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.default_rng(0).random((50, 2))
    whole = mean_intervals(values, 300, 7)
    assert mean_intervals(values, 300, 7) == whole
    assert mean_intervals(values, 300, 8) != whole
    monkeypatch.setattr("sws.evaluation.metrics._BLOCK", 50 * 7)
    blocked = mean_intervals(values, 300, 7)
    for one, other in zip(whole, blocked, strict=True):
        assert (one.low, one.high) == pytest.approx((other.low, other.high))


def test_a_paired_difference_is_surer_than_two_separate_intervals() -> None:
    """Problems differ much more than arms: pairing takes the problems' share out."""
    random = np.random.default_rng(3)
    theirs = (random.random((100, 1)) < 0.5).astype(float)
    ours = theirs.copy()
    ours[np.flatnonzero(theirs == 0)[:10]] = 1.0
    gain = paired_intervals(ours, theirs, 2000, 5)[0]
    assert gain.value == pytest.approx(0.10)
    assert gain.low > 0
    separate = [mean_intervals(values, 2000, 5)[0] for values in (ours, theirs)]
    assert separate[0].low < separate[1].high


@given(VALUES, st.integers(0, 2**62))
def test_a_paired_difference_of_the_same_arm_is_nothing(
    values: npt.NDArray[np.float64], seed: int
) -> None:
    for found in paired_intervals(values, values, 100, seed):
        assert (found.low, found.value, found.high) == (0.0, 0.0, 0.0)


@given(VALUES, st.integers(0, 2**62))
def test_a_paired_difference_turned_round_changes_its_sign(
    values: npt.NDArray[np.float64], seed: int
) -> None:
    other = values[::-1]
    there = paired_intervals(values, other, 100, seed)
    back = paired_intervals(other, values, 100, seed)
    for one, two in zip(there, back, strict=True):
        found = (one.low, one.value, one.high)
        assert found == pytest.approx((-two.high, -two.value, -two.low), abs=1e-9)


def test_arms_with_other_problems_have_no_difference() -> None:
    with pytest.raises(ValueError, match="not the same problems"):
        paired_intervals(np.zeros((3, 1)), np.zeros((4, 1)), 10, 1)
