"""Merging names: what folds exactly, what a similarity joins, and what must stay apart."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sws.concepts import merge as merge_module
from sws.concepts.merge import fold, leaders, merge


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Law of Sines", "the law of sines"),
        ("Vieta's formulas", "Vieta’s Formula"),
        ("Base-ten numerals", "base ten numeral"),
        ("Properties of inequalities", "property of inequality"),
        ("least common multiple (LCM)", "Least Common Multiple, LCM"),
        ("Boxes", "box"),
        ("Pythagorean  theorem.", "Pythagorean theorem"),
    ],
)
def test_spellings_of_one_concept(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a-b", "a+b"),
        ("x^2", "x^3"),
        ("radius", "radii"),
        ("basis", "base"),
        ("rounding to 1.5", "rounding to 15"),
        ("???", "!!!"),
    ],
)
def test_names_that_differ(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(min_size=1, max_size=30))
def test_folding_is_total(name: str) -> None:
    assert fold(name)
    assert fold(name) == fold(name.strip()) or not name.strip()


ANGLES = {
    "quadratic equations": 0,
    "solving quadratic equations": 10,
    "equations of degree two": 20,
    "permutations with repetition": 90,
    "permutations without repetition": 91,
    "circles": 180,
}


def toy_embedding(names: Sequence[str]) -> np.ndarray:
    """Unit vectors in the plane, at the angles above."""
    radians = np.radians([ANGLES[name.lower()] for name in names])
    return np.column_stack([np.cos(radians), np.sin(radians)]).astype(np.float32)


def test_the_most_frequent_name_gathers_its_likes() -> None:
    spellings = {name: 3 - i for i, name in enumerate(list(ANGLES)[:3])}
    spellings |= {"Circles": 1, "circles": 4}
    merged = merge(spellings, toy_embedding, similarity=float(np.cos(np.radians(11))))
    named = {spelling: merged.names[i] for spelling, i in merged.concept_of.items()}
    assert named == {
        "quadratic equations": "quadratic equations",
        "solving quadratic equations": "quadratic equations",
        # 10 degrees from a member, but 20 from the concept's own name
        "equations of degree two": "equations of degree two",
        "circles": "circles",
        "Circles": "circles",
    }
    assert merged.vectors.shape == (3, 2)
    assert merged.vectors == pytest.approx(toy_embedding(merged.names))


def test_contrasting_words_keep_similar_names_apart() -> None:
    spellings = dict.fromkeys(
        ["permutations with repetition", "permutations without repetition"], 1
    )
    assert len(merge(spellings, toy_embedding, similarity=0.9).names) == 2


def test_the_order_of_the_spellings_does_not_matter() -> None:
    spellings = {name: len(name) % 3 for name in ANGLES}
    one = merge(spellings, toy_embedding, 0.98)
    other = merge(dict(reversed(spellings.items())), toy_embedding, 0.98)
    assert one.names == other.names
    assert one.concept_of == other.concept_of


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 12), st.floats(-0.5, 0.99), st.integers(0, 99))
def test_leaders_in_blocks_are_leaders_one_by_one(
    n: int, block: int, similarity: float, seed: int
) -> None:
    rows = np.random.default_rng(seed).normal(size=(n, 3)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    expected: list[int] = []
    for i, row in enumerate(rows):
        near = [j for j in range(i) if expected[j] == j and row @ rows[j] >= similarity]
        expected.append(near[0] if near else i)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_module, "BLOCK", block)
        assert leaders(rows, similarity).tolist() == expected
