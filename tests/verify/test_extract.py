"""Where a completion states its answer."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.verify import bare_answer, extract_answer


@pytest.mark.parametrize(
    ("completion", "answer"),
    [
        (r"First \boxed{1}, no: \boxed{2}.", "2"),
        (r"so \boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\fbox{7}", "7"),
        (r"\boxed {8}", "8"),
        (r"the set \boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{x = \boxed{3}}", r"x = \boxed{3}"),
        (r"escaped twice \\boxed{840}.", "840"),
        (r"an open { brace and \boxed{5}", "5"),
        (r"$\boxed{1}$ and $\boxed{2}$ and $\boxed{3}$.", "1, 2, 3"),
        (r"\boxed{1} papers and \boxed{2} bins", "2"),
        ("a chain of reasoning\n#### 1,234", "1,234"),
        ("The answer is 42.", "42"),
        ("The answer is 3.5. Check: it is.", "3.5"),
        ("**Answer:** $x = 2$", "x = 2"),
        ("Final Answer: The final answer is $5$. I hope it is correct.", "5"),
        ("The answer is:\n\\[ 9 \\]", "9"),
        ("Therefore, the probability of a win is 2/3.", "2/3"),
    ],
)
def test_stated_answers(completion: str, answer: str) -> None:
    assert extract_answer(completion) == answer


@pytest.mark.parametrize(
    "completion",
    [
        "",
        "I do not know.",
        r"\boxed{}",
        r"\boxed{12",
        r"first \boxed{1}, and then it was cut off: \boxed{\frac{3}{",
        "the answer is",
    ],
)
def test_no_answer(completion: str) -> None:
    assert extract_answer(completion) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("12", "12"),
        (" $x+1$ ", "x+1"),
        ("It is $2$ or $3$", "2, 3"),
        ("we found that there are 12 of them", "12"),
        ("", None),
        ("word " * 100, None),
    ],
)
def test_bare_answers(text: str, answer: str | None) -> None:
    assert bare_answer(text) == answer


@given(st.text(st.sampled_from("\\{}$[]() boxedanswi:#=,.1\n")) | st.text())
def test_total(text: str) -> None:
    for read in (extract_answer, bare_answer):
        answer = read(text)
        assert answer is None or answer.strip()


@given(st.text(), st.integers(0, 10**6))
def test_last_box_wins_whatever_stands_before(text: str, number: int) -> None:
    assert extract_answer(f"{text} . \\boxed{{{number}}}").endswith(str(number))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "unit",
    [r"\boxed{", r"\boxed{}", r"\boxed{1},", "{", "\\", "$", "so ", "answer ", "#### ", "\\boxed "],
)
def test_linear_on_floods(unit: str) -> None:
    flood = unit * (1_000_000 // len(unit))
    started = time.process_time()
    extract_answer(flood)
    bare_answer(flood)
    assert time.process_time() - started < 5
