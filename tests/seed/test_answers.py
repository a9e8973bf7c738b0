"""Gold answers in the shapes that data sets give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.seed.answers import read_answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (" \\frac{1}{2} ", "\\frac{1}{2}"),
        (42, "42"),
        (42.0, "42"),
        (0.125, "0.125"),
        ("4 apples and 3 more make 7.\n#### 7", "7"),
        ("So the sum is $\\boxed{\\sqrt{2}}$.", "\\sqrt{2}"),
        (["2"], "2"),
        (["1", 3], "1, 3"),
        (None, ""),
        ("", ""),
        (float("nan"), ""),
        ({"value": 3}, ""),
        ("cut off in the \\boxed{12", ""),
    ],
)
def test_answers(value: object, answer: str) -> None:
    assert read_answer(value) == answer


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_value_gives_text(value: object) -> None:
    assert isinstance(read_answer(value), str)
