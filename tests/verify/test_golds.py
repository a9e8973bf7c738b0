"""Gold answers in the shapes that data sets give them, and what is none, with its reason."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.verify.golds import gold_as_is, gold_as_text, read_gold


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (" \\frac{1}{2} ", "\\frac{1}{2}"),
        (42, "42"),
        (42.0, "42"),
        (0.125, "0.125"),
        (1e-07, "0.0000001"),
        (12345678901234567891, "12345678901234567891"),
        (b"107", "107"),
        (True, "True"),
        ("4 apples and 3 more make 7.\n#### 7", "7"),
        ("So the sum is $\\boxed{\\sqrt{2}}$.", "\\sqrt{2}"),
        ("They are $x=\\boxed{7}$ and $x=\\boxed{-7}$.", "7, -7"),
        ("so the count is $\\boxed 7$.", "7"),
        ("We add.\n\nThe answer is: 15", "15"),
        ("<think>96 over 4</think><answer>24</answer>", "24"),
        (["2"], "2"),
        (["9,-9"], "9,-9"),
        ('["107"]', "107"),
        ("['4/9']", "4/9"),
        ("[1, 2]", "[1, 2]"),
        ("(2, 3]", "(2, 3]"),
        ("\frac{\\pi}{3}", "\\frac{\\pi}{3}"),
        ("unknown", "unknown"),
        ("A is the knight and B is the knave", "A is the knight and B is the knave"),
    ],
)
def test_answers(value: Any, answer: str) -> None:
    assert read_gold(value) == (answer, "")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no answer"),
        ("", "no answer"),
        ([], "no answer"),
        ("proof", "no answer: proof"),
        ("notfound", "no answer: not found"),
        (float("nan"), "no answer: nan"),
        ("NaN", "no answer: nan"),
        ("None", "no answer: none"),
        ("null", "no answer: none"),
        ("N/A", "no answer: n/a"),
        ("-", "no answer: placeholder"),
        ("?", "no answer: placeholder"),
        ("see solution", "no answer: see solution"),
        (float("inf"), "no answer: not a finite number"),
        (1e22, "integer over 2^53 read as a float"),
        ("b'107'", "answer is the repr of bytes"),
        ("assert f(8) == 4", "answer is unit tests"),
        (["assert f(8) == 4", "assert f(2) == 1"], "answer is unit tests"),
        ('{"inputs": ["3"], "outputs": ["6"]}', "answer is unit tests"),
        ({"value": 3}, "answer is an object"),
        ("cut off in the \\boxed{12", "no answer: empty or open box"),
        ("It is \\boxed{}.", "no answer: empty or open box"),
        ("Ann has 2*3=<<2*3=6>>6.", "no answer: solution without a final answer"),
        (
            "24 correct answers * 2 points/answer = <<24*2=48>>48 points.\nThat makes 48+18=66.",
            "no answer: solution without a final answer",
        ),
        ("Ann:70(.10)=7$\nBen:7(3)=21$", "no answer: solution without a final answer"),
        ("Female: 44/2=22\nPregnant: 22/2=11 cows", "no answer: solution without a final answer"),
        (["5", "6"], "several answers"),
        ([[1, 2], [3, 4]], "several answers"),
        (
            "There are 3 rows, each with 8 desks, so there are 24 desks in the room.",
            "no answer: solution without a final answer",
        ),
    ],
)
def test_what_is_no_answer(value: Any, reason: str) -> None:
    assert read_gold(value) == ("", reason)


def test_several_answers_by_choice() -> None:
    assert read_gold(["0", "2", "-2"], "all").text == "0, 2, -2"
    assert read_gold(["1", "proof"], "all").reason == "no answer: proof"


def test_alternatives_by_choice() -> None:
    assert read_gold(["New York", "NYC"], "any").text == '{"any_of": ["New York", "NYC"]}'
    assert read_gold(["4", "4"], "any").text == read_gold([None, "4"], "any").text == "4"
    assert read_gold([["4"], "5"], "any").text == '{"any_of": ["4", "5"]}'
    for nested in ([[1, 2], [3, 4]], [[1, 2], "3"]):
        assert read_gold(nested, "any").reason == "several answers"
    assert read_gold([{"value": 3}, "3"], "any").reason == "answer is an object"


@pytest.mark.parametrize("several", ["one", "all", "any"])
def test_alternatives_are_read_as_they_were_written(several: Any) -> None:
    gold = read_gold(["\\frac{1}{2}", "x = 'é'"], "any").text
    assert read_gold(gold, several).text == read_gold(json.loads(gold), several).text == gold


def test_golds_that_are_not_read() -> None:
    assert gold_as_text(["Ann"]).text == "Ann"
    assert gold_as_text(["Ann", "Bo"]).reason == "several answers"
    assert gold_as_text(["Ann", "Bo"], "all").text == "Ann, Bo"
    assert gold_as_text(["Ann", "Bo"], "any").text == '{"any_of": ["Ann", "Bo"]}'
    assert gold_as_text('["Ann", "Bo"]', "any").text == '["Ann", "Bo"]'
    assert gold_as_is(["Ann", "Bo"]).text == '["Ann", "Bo"]'
    assert gold_as_is(b"Ann").text == "Ann"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_value_gives_text_or_a_reason(value: Any) -> None:
    gold = read_gold(value)
    assert isinstance(gold.text, str) and bool(gold.text) != bool(gold.reason)
