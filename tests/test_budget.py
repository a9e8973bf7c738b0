"""Largest remainders: nothing is lost, nobody is a whole item off their quota."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.budget import largest_remainders

weights = st.dictionaries(st.text(max_size=3), st.floats(0, 1e300), min_size=1, max_size=9)


@given(st.integers(0, 10**12), weights)
def test_shares_sum_to_the_total_and_are_quotas_rounded(
    total: int, weights: dict[str, float]
) -> None:
    shares = largest_remainders(total, weights)
    whole = sum(map(Fraction, weights.values()))
    assert shares.keys() == weights.keys()
    if not whole:
        assert not any(shares.values())
        return
    assert sum(shares.values()) == total
    for name, weight in weights.items():
        assert abs(shares[name] - total * Fraction(weight) / whole) < 1


@given(st.integers(0, 10**6), weights, st.randoms(use_true_random=False))
def test_the_order_of_the_weights_does_not_matter(
    total: int, weights: dict[str, float], random: Random
) -> None:
    shuffled = list(weights.items())
    random.shuffle(shuffled)
    assert largest_remainders(total, dict(shuffled)) == largest_remainders(total, weights)


def test_of_equal_remainders_the_first_name_wins() -> None:
    assert largest_remainders(2, {"c": 1, "a": 1, "b": 1}) == {"c": 0, "a": 1, "b": 1}


def test_an_exact_quota_is_met_exactly() -> None:
    assert largest_remainders(10, {"a": 0.1, "b": 0.2, "c": 0.2}) == {"a": 2, "b": 4, "c": 4}


RATIOS = {  # failed / all of a released run: its budgets are known (SwS, Eq. 5)
    "Algebra": 254 / 3237,
    "Counting & Probability": 480 / 3364,
    "Geometry": 571 / 3784,
    "Intermediate Algebra": 104 / 1773,
    "Number Theory": 397 / 3582,
    "Prealgebra": 8 / 217,
    "Precalculus": 91 / 1210,
}


@pytest.mark.parametrize(
    ("total", "floors"),
    [
        (1_000_000, [120051, 218304, 230867, 89743, 169567, 56403, 115062]),
        (40_000, [4802, 8732, 9234, 3589, 6782, 2256, 4602]),
    ],
)
def test_released_budgets_with_the_remainder_shared_out(total: int, floors: list[int]) -> None:
    shares = largest_remainders(total, RATIOS)
    assert sum(shares.values()) == total
    extra = [share - floor for share, floor in zip(shares.values(), floors, strict=True)]
    assert set(extra) <= {0, 1}
    assert sum(extra) == total - sum(floors) > 0


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_absurd_weights_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weights"):
        largest_remainders(3, {"a": weight, "b": 1.0})
