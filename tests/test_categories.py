"""The seven categories under the spellings in which they are met."""

import pytest

from sws.categories import CATEGORIES, normalise_category


@pytest.mark.parametrize("name", CATEGORIES)
def test_every_name_is_its_own_standard(name: str) -> None:
    assert normalise_category(name) == name


@pytest.mark.parametrize(
    ("spelled", "standard"),
    [
        ("Counting_Probability", "Counting & Probability"),
        ("counting and probability", "Counting & Probability"),
        ("Intermediate_Algebra", "Intermediate Algebra"),
        ("  NUMBER theory ", "Number Theory"),
    ],
)
def test_spellings(spelled: str, standard: str) -> None:
    assert normalise_category(spelled) == standard


@pytest.mark.parametrize("name", [None, "", "Calculus", "Other"])
def test_anything_else_is_none(name: str | None) -> None:
    assert normalise_category(name) is None
