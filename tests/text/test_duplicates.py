"""Near duplicates, against the definition computed pair by pair."""

import random
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sws.text.duplicates import NearDuplicates
from sws.text.minhash import PERMUTATIONS, RECALL, layout
from sws.text.shingles import hashed
from sws.text.words import is_number, words

STORY = (
    "A farmer walks from the village to the market along a straight road and sells every apple "
    "in the basket before noon. The basket holds {a} apples and each apple costs {b} cents. How "
    "many cents does the farmer bring home in the evening?"
)


def twins(texts: list[str], threshold: float, apart: list[int] | None = None) -> list[int]:
    index = NearDuplicates(threshold)
    for start in range(0, len(texts), 7):  # batches do not matter
        index.add(hashed(texts[start : start + 7]))
    mask = np.zeros(len(texts), bool)
    mask[apart or []] = True
    return index.resolve(mask)[0].tolist()


def similarity(a: str, b: str) -> float:
    """The definition, without hashes."""
    one, two = words(a), words(b)
    if Counter(filter(is_number, one)) != Counter(filter(is_number, two)):
        return 0.0
    sets = [{tuple(w[i : i + 3]) for i in range(max(1, len(w) - 2))} for w in (one, two)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_one_other_word_is_a_near_duplicate_and_another_number_is_not() -> None:
    text = STORY.format(a=12, b=30)
    assert twins([text, text.replace("village", "valley")], 0.8) == [-1, 0]
    assert twins([text, STORY.format(a=12, b=31)], 0.8) == [-1, -1]
    assert twins([text, text.replace("noon", "seven")], 0.8) == [-1, -1]


def test_a_minus_sign_makes_another_problem() -> None:
    text = "Let x be the number with x + 3 = 8 " + "and so on " * 20
    assert twins([text, text.replace("+ 3", "- 3")], 0.5) == [-1, -1]


def test_the_first_stays_and_a_twin_is_nobodys_twin() -> None:
    base = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]
    middle, last = base.copy(), base.copy()
    middle[10] = last[10] = "other"
    last[40] = "another"
    texts = [" ".join(row) for row in (base, middle, last)]
    assert similarity(texts[1], texts[2]) > 0.85 > similarity(texts[0], texts[2])
    assert twins(texts, 0.85) == [-1, 0, -1]
    assert twins(texts, 0.85, apart=[0]) == [-1, -1, 1]


def test_nothing_to_compare() -> None:
    assert twins([], 0.8) == []
    assert twins(["", "?!", "?!", "x"], 0.8) == [-1, -1, 1, -1]


@given(st.floats(0.1, 1.0))
def test_a_pair_at_the_threshold_is_proposed(threshold: float) -> None:
    bands, rows = layout(threshold)
    assert bands * rows <= PERMUTATIONS
    assert 1 - (1 - threshold**rows) ** bands >= RECALL


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.7, 0.9]))
def test_the_kept_texts_are_those_of_the_definition(seed: int, threshold: float) -> None:
    rng = random.Random(seed)
    texts: list[str] = []
    for _ in range(40):
        if texts and rng.random() < 0.6:
            row = rng.choice(texts).split()
            row[rng.randrange(len(row))] = rng.choice("abcdefgh234")
        else:
            row = rng.choices("abcdefghijklmnop12", k=rng.randint(2, 40))
        texts.append(" ".join(row))
    expected: list[int] = []
    for row, text in enumerate(texts):
        kept = (i for i in range(row) if expected[i] < 0)
        expected.append(next((i for i in kept if similarity(texts[i], text) >= threshold), -1))
    assert twins(texts, threshold) == expected
