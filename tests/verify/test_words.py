"""Answers in words, and what stands in for an answer."""

from fractions import Fraction

import pytest

from sws.verify import Verifier
from sws.verify.words import is_placeholder, number


@pytest.mark.parametrize(
    "text",
    ["", "None", "N/A", "I don't know", r"\text{N/A}", r"\boxed{}", "???", "...", "see above",
     "no answer", "unknown", "Proof omitted", "Answers will vary", "I cannot answer this."],
)  # fmt: skip
def test_placeholders_are_no_gold(text: str) -> None:
    assert is_placeholder(text)
    with Verifier() as verifier:
        assert not verifier.gold_checks_itself(text)


@pytest.mark.parametrize(
    "text",
    ["even", "Tuesday", "True", "no solution", "yes", "Alice", "DNE", "12", r"\sqrt{2}", "x"],
)
def test_words_that_answer_are_golds(text: str) -> None:
    assert not is_placeholder(text)
    with Verifier() as verifier:
        assert verifier.gold_checks_itself(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("seventeen", 17), ("twenty-one", 21), ("three-fourths", Fraction(3, 4)), ("七", 7),
     ("one hundred and five", 105), ("two thousand", 2000), ("half", Fraction(1, 2))],
)  # fmt: skip
def test_numbers_spelled_out(text: str, value: Fraction) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["one two", "and five", "twenty thirty", "hundred", "cat"])
def test_other_words_are_no_number(text: str) -> None:
    assert number(text) is None
