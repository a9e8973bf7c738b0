"""Units and counted nouns after a number."""

from fractions import Fraction

import pytest

from sws.verify.units import measure, read_unit


@pytest.mark.parametrize(
    "text", ["cm^2", "km/h", "feet per second", "kWh", r"m\cdot s^{-1}", "square inches", "mol/L"]
)
def test_units_have_a_measure(text: str) -> None:
    unit = read_unit(text)
    assert unit is not None and not unit.noun
    assert measure(unit.name) is not None


def test_case_tells_units_apart() -> None:
    heavy, light = (measure(name) for name in ("Mg", "mg"))
    assert heavy is not None and light is not None
    assert heavy[1] / light[1] == Fraction(10**9)


@pytest.mark.parametrize("text", ["cookies", "different ways", "marbles left", "people"])
def test_counted_nouns(text: str) -> None:
    unit = read_unit(text)
    assert unit is not None and unit.noun


@pytest.mark.parametrize(
    "text", ["is wrong", "or six", "pi", "halves", "squared", "below zero", "times", "lakh", "k"]
)
def test_words_that_change_a_number_are_no_unit(text: str) -> None:
    assert read_unit(text) is None
