"""Conditions on columns."""

from typing import Any

import pytest

from sws.errors import SwsError
from sws.sources.where import parse_condition


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("question_type != proof", "proof", False),
        ("question_type != proof", "MCQ", True),
        ("question_type != proof", None, True),
        ("problem_is_valid = Yes", "Yes", True),
        ("problem_is_valid == Yes", "Incomplete", False),
        ("synthetic = false", False, True),
        ("synthetic = false", True, False),
        ("solve_rate <= 0.5", 0.25, True),
        ("solve_rate <= 0.5", "0.75", False),
        ("solve_rate <= 0.5", None, False),
        ("ability in [MATH, code]", "math", True),
        ("ability not in [MATH, code]", "logic", True),
        ("answer != null", None, False),
        ("level = 3", "3", True),
    ],
)
def test_conditions(text: str, value: Any, holds: bool) -> None:
    assert parse_condition(text, "seed_set").holds(value) is holds


@pytest.mark.parametrize("text", ["", "level", "level ~ 3", "rate < many", "a in b", "a = [1]"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(SwsError, match=r"seed_set\.where"):
        parse_condition(text, "seed_set")
