"""Difficulty stops when it is decided: never wrongly without an error, rarely with one."""

import random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from sws.config.filtering import Band
from sws.filtering.sequential import chance_of_change, outside

BANDS = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
    lambda pair: Band(low=min(pair) / 8, high=max(pair) / 8)
)


@given(st.lists(st.booleans(), min_size=8, max_size=8), st.integers(1, 8), BANDS)
def test_no_chance_means_no_change(solved: list[bool], drawn: int, band: Band) -> None:
    correct = sum(solved[:drawn])
    if chance_of_change(correct, drawn, band) == 0:
        assert outside(correct / drawn, band) == outside(sum(solved) / 8, band)


@pytest.mark.parametrize(
    ("correct", "drawn", "exact"),
    [(2, 4, True), (3, 5, True), (0, 6, False), (0, 7, True), (7, 7, True), (1, 7, False)],
)
def test_what_the_papers_band_needs(correct: int, drawn: int, exact: bool) -> None:
    assert (chance_of_change(correct, drawn, Band()) == 0) == exact


@given(st.integers(1, 8), st.data())
def test_the_chance_is_that_of_a_beta_binomial(drawn: int, data: st.DataObject) -> None:
    correct, band = data.draw(st.integers(0, drawn)), Band()
    rest = betabinom(8 - drawn, correct + 0.5, drawn - correct + 0.5)
    now = outside(correct / drawn, band)
    changes = (n for n in range(9 - drawn) if outside((correct + n) / 8, band) != now)
    expected = float(sum(rest.pmf(n) for n in changes))
    assert chance_of_change(correct, drawn, band) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("error", [0.0, 0.02, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("ability", [(0.5, 0.5), (0.3, 1.0), (1.0, 1.0)])
def test_decisions_differ_no_more_often_than_configured(
    error: float, ability: tuple[float, float]
) -> None:
    """Of students whose accuracies are spread as the prior, worse and more evenly."""
    draw, band = random.Random(1), Band()
    counts = SimpleNamespace(differ=0, drawn=0)
    for _ in range(4000):
        chance = draw.betavariate(*ability)
        solved = [draw.random() < chance for _ in range(8)]
        ends = (4, 5, 6, 8)
        end = next(n for n in ends if chance_of_change(sum(solved[:n]), n, band) <= error)
        counts.drawn += end
        counts.differ += outside(sum(solved[:end]) / end, band) != outside(sum(solved) / 8, band)
    assert counts.differ / 4000 <= error
    assert counts.drawn < 4000 * (7.3 if error < 0.05 else 6.5)
