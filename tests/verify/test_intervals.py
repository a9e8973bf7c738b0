"""Inequalities written as intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.verify.intervals import union


@pytest.mark.parametrize(
    ("parts", "interval"),
    [
        (["x < 2"], r"(-\infty,2)"),
        (["2 > x"], r"(-\infty,2)"),
        ([r"x \ge \frac{1}{2}"], r"[\frac{1}{2},\infty)"),
        (["1 <= t < 3"], "[1,3)"),
        ([r"3 > \theta \geq 1"], "[1,3)"),
        (["x < -1", "x > 3"], r"(-\infty,-1)\cup (3,\infty)"),
        ([r"x < \pi"], r"(-\infty,\pi)"),
    ],
)
def test_what_inequalities_describe(parts: list[str], interval: str) -> None:
    assert union(parts) == interval


@pytest.mark.parametrize(
    "parts",
    [
        [],
        ["x"],
        ["x = 2"],
        ["2 < 3"],
        ["1 < x > 3"],
        ["x < x^2"],
        ["x < y < z < 3"],
        ["x <"],
        ["x + 1 < 2"],
        ["x < 1, 2"],
        ["x < 1", "2"],
    ],
)
def test_what_is_no_inequality_of_one_name(parts: list[str]) -> None:
    assert union(parts) is None


@given(st.lists(st.text("x<>=\\legqt{}(),12 ") | st.text()))
def test_total(parts: list[str]) -> None:
    assert union(parts) is None or parts
