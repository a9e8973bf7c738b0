"""n-grams shared with held-out problems."""

from hypothesis import given
from hypothesis import strategies as st

from sws.text.overlap import NgramIndex
from sws.text.shingles import hashed

HELD_OUT = [
    "Anna has 12 red marbles and gives 5 of them to her younger brother. How many are left?",
    "Find the number of ordered pairs of positive integers such that their sum is 10.",
    "Find the number of ordered pairs of positive integers such that their product is 36.",
]


def found(text: str, length: int = 10) -> tuple[int, str]:
    index = NgramIndex(HELD_OUT, length)
    problem = int(index.find(hashed([text]))[0])
    return problem, index.shared(text, problem) if problem >= 0 else ""


def test_ten_words_in_a_row_are_an_overlap_whatever_the_punctuation() -> None:
    text = "Once, Anna has 12 RED marbles, and gives five of them to a friend."
    assert found(text) == (0, "anna has 12 red marbles and gives 5 of them")


def test_nine_words_are_not() -> None:
    assert found("Now Anna has 12 red marbles and gives 5 of a dozen")[0] == -1


def test_other_numbers_are_other_words() -> None:
    assert found("Anna has 13 red marbles and gives 6 of them to her younger sister")[0] == -1


def test_a_phrase_of_problems_with_different_numbers_gives_none_away() -> None:
    phrase = "Find the number of ordered pairs of positive integers such that "
    assert found(phrase + "x is prime")[0] == -1
    assert found(phrase + "their product is 36")[0] == 2


def test_runs_do_not_cross_texts_and_short_texts_have_none() -> None:
    first, second = HELD_OUT[0][:40], HELD_OUT[0][40:]
    index = NgramIndex(HELD_OUT, 10)
    assert index.find(hashed([first, second, "", "a b"])).tolist() == [-1, -1, -1, -1]
    assert NgramIndex([], 10).find(hashed(HELD_OUT)).tolist() == [-1, -1, -1]


def test_the_blanks_that_fill_up_short_texts_are_no_words() -> None:
    for length in (1, 2):
        index = NgramIndex(["b", "a c"], length)
        assert index.find(hashed(["d", "", "e f"])).tolist() == [-1, -1, -1]
    assert NgramIndex(["b"], 1).find(hashed(["d", "b"])).tolist() == [-1, 0]


@given(st.lists(st.text("abc 1", max_size=30), min_size=1, max_size=8), st.integers(1, 4))
def test_what_is_found_can_be_shown(texts: list[str], length: int) -> None:
    index = NgramIndex(HELD_OUT + texts, length)
    for text, problem in zip(texts, index.find(hashed(texts)).tolist(), strict=True):
        if problem >= 0 and len(text.split()) >= length + 3:
            assert index.shared(text, problem)
