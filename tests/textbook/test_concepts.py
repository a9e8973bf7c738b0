"""Spellings of concepts."""

import random

import pytest

from sws.textbook import ALL_UNITS
from sws.textbook.concepts import concept_key, overlap, variant

NAMES = sorted({name for unit in ALL_UNITS for name in unit.concepts})


@pytest.mark.parametrize("name", NAMES)
def test_every_variant_has_the_key_of_its_concept(name: str) -> None:
    rng = random.Random(0)
    assert {concept_key(variant(name, rng)) for _ in range(60)} == {concept_key(name)}


def test_different_concepts_have_different_keys() -> None:
    assert len({concept_key(name) for name in NAMES}) == len(NAMES)


def test_names_are_lower_case_and_short() -> None:
    assert all(name == name.lower() and len(name) < 40 for name in NAMES)


def test_overlap_counts_concepts_however_spelt() -> None:
    euclid = next(unit for unit in ALL_UNITS if unit.name == "euclid's algorithm")
    assert overlap(euclid, ["Greatest Common Factor", "The Euclidean algorithm", "sets"]) == 2
    assert overlap(euclid, []) == 0
