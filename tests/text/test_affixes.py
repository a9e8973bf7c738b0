"""Instructions around problems are found; what only looks like one stays."""

import pytest

from sws.text.affixes import Affixes, find_affixes

PROBLEMS = [
    "A baker sells 12 cakes and bakes 5 more. How many has she?",
    "Solve $x + 3 = 9$.",
    "What is the area of a square of side $7$?",
    "Find the remainder of 100 divided by 7.",
]
BEFORE = "You are careful. Solve the math problem below step by step."
AFTER = "Remember to put your answer on its own line after the word Answer."


@pytest.mark.parametrize(
    ("prefix", "suffix", "between"),
    [
        (BEFORE, AFTER, "\n\n"),
        (BEFORE, "", "\n"),
        ("", AFTER, " "),
        ("", 'Let us think step by step and write the final answer after "####".', " "),
        ("", "Please reason step by step, and put your final answer within \\boxed{}.", "\n"),
    ],
)
def test_instructions_are_found_and_removed(prefix: str, suffix: str, between: str) -> None:
    texts = [between.join(filter(None, (prefix, text, suffix))) for text in PROBLEMS]
    found = find_affixes(texts)
    assert found == Affixes(prefix, suffix)
    assert [found.strip(text) for text in texts] == PROBLEMS


def test_most_rows_are_enough() -> None:
    texts = [f"{text} {AFTER}" for text in PROBLEMS] + ["Another one, without it."]
    assert find_affixes(texts).suffix == AFTER


@pytest.mark.parametrize(
    "texts",
    [
        [f"A gardener has 48 meters of fence. What is the {size} area?" for size in "abcd"],
        [
            f"How many ways are there to seat {n} guests? How many solutions are there?"
            for n in "1234"
        ],
        [f"Find the number of ordered pairs of positive integers such that {p}" for p in PROBLEMS],
        [f"There are {n} red books. How many books is that?" for n in (12, 23, 34, 45)],
        PROBLEMS[:2],
        [],
    ],
)
def test_the_words_of_problems_stay(texts: list[str]) -> None:
    assert not find_affixes(texts)


def test_the_question_before_an_instruction_stays() -> None:
    texts = [f"A shelf holds {n} books. How many is that? {AFTER}" for n in (13, 25, 37, 48)]
    assert find_affixes(texts) == Affixes("", AFTER)


def test_a_text_that_is_nothing_else_stays() -> None:
    assert Affixes(BEFORE).strip(BEFORE) == BEFORE
