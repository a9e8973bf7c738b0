"""The question-form rules: what they catch, and the traps that they leave alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.config.filtering import Screening
from sws.filtering.form import fault_of

LIMITS = Screening()


def reason(problem: str) -> str:
    fault = fault_of(problem, LIMITS)
    return fault.reason if fault else ""


@pytest.mark.parametrize(
    "problem",
    [
        "Prove that there are infinitely many primes.",
        "Let n be even. Show that n^2 is even.",
        "If a > b > 0, prove that a^2 > b^2.",
        "(a) is true. Prove the triangle inequality.",
        "You must prove that f is constant.",
        "Your task is to prove that f is constant.",
        "Explain why the series diverges for all p <= 1.",
        "Give a rigorous proof of the identity sin^2 x + cos^2 x = 1.",
        "Find x, and show that it is unique in the reals.",
    ],
)
def test_asking_for_a_proof(problem: str) -> None:
    assert reason(problem) == "proof"


@pytest.mark.parametrize(
    "problem",
    [
        "Ann improves her time by 3 s a lap. How long is lap 10?",
        "It has been proven to converge to 2. Find the sum of the first 3 terms.",
        "Bob wants to prove that 91 is prime. What is its smallest factor?",
        "A proof has 12 lines and each line 5 words. How many words?",
        "P(A) = 0.3, P(B) = 0.4 and P(C) = 0.5 are independent. Find the probability of all.",
        "P (A) = 0.3, P (B) = 0.4 and P (C) = 0.5 are independent. Find P(A and B).",
        "A function satisfies (i) f(1)=1, (ii) f(x+y)=f(x)f(y). Find f(10).",
        "Numbers x, y satisfy (1) x+y=3 and (2) x-y=1. Find xy.",
        "Find the number of functions f with: (a) f(1)=1; (b) f is odd; (c) f(2)=3.",
        "What is (a) - (b) + (c) if a=3, b=4 and c=5 are the sides given?",
        "What is (a)(b) if a=3 and b=4 are given?",
        "A true-or-false test has 10 questions. In how many ways can it be answered?",
        "A true/false quiz has 5 questions. What is the chance of guessing all?",
        "Each of five statements is either true or false. How many assignments are there?",
        "Let f(a) + f(b) = f(c) with f(x)=2x. Find c if a=1 and b=2.",
        "Points A, B and C lie on a line. AB = 3. BC = 4. Find AC.",
        "Compute the sum of the first 10 squares.",
        "The cost (in dollars) of a) is given. Find it if two cost 4.",
        "In part 1 of a race Ann runs 3 km; in part 2, 5 km. How far is it?",
        "Terms: 9, 14, then each is the sum of the last two. Term 5?",
        "The triangle (with base A) has area 5, (height B) is 3 and (side C) is 4. Find A.",
        "How many of the following lists are sorted: 1 2 3; 3 2 1? Give the count.",
        "Solve x^2 = 1. What is the sum of the solutions?",
        "Show your work. What is 3+4?",
        "It is easy to show that n is odd. Find n if 3 < n < 6.",
        "Can you prove it? Ann can prove, in 3 minutes, one lemma. How many lemmas in 30 minutes?",
    ],
)
def test_one_question_with_one_answer_passes(problem: str) -> None:
    assert reason(problem) == ""


@pytest.mark.parametrize(
    "problem",
    [
        "Which of the following is prime? 4, 7, 9",
        "What is 2+2?\n(A) 3 (B) 4 (C) 5 (D) 6",
        "What is 2+2? A) 3 B) 4 C) 5",
        "What is 2+2?\nA. 3\nB. 4\nC. 5",
        "What is 2+2? (a) 3 (b) 4 (c) 5",
        "Is $2+2$ $\\textbf{(A)}\\ 3 \\qquad \\textbf{(B)}\\ 4 \\qquad \\textbf{(C)}\\ 5$?",
        "If x=7, what is 3*x-10? (A) 11 (B) -7 (C) 827",
        "What is half of one? (A) \\frac12 (B) -\\frac12 (C) \\sqrt2",
        "What is 2+2? $(\\text{A})\\ 3$ ... choose the correct value.",
    ],
)
def test_asking_to_choose(problem: str) -> None:
    assert reason(problem) == "multiple choice"


@pytest.mark.parametrize(
    "problem",
    [
        "(a) Find x. (b) Find y.",
        "Let f(x)=x^2.\na) Compute f(2).\nb) Compute f(3).",
        "i) What is 2+2? ii) What is 3+3?",
        "Part 1: Find the area. Part 2: Find the perimeter.",
        "1. What is 2+2? 2. What is 3+3?",
        "A box is 3 by 4.\n1. Find its area.\n2. Find its diagonal.",
        "Let x = 3. (i) Determine x^2. (ii) Hence find x^4.",
        "(a) A has diagonal -2, 2. Find its trace. (b) B has diagonal 4, 5. Find its trace.",
        "Part (a): What is x? Part (b): What is y?",
        "(a) If x = 3, find y. (b) If x = 4, find y.",
    ],
)
def test_asking_several_things(problem: str) -> None:
    assert reason(problem) == "several parts"


@pytest.mark.parametrize(
    "problem",
    [
        "True or false: 91 is a prime.",
        "State whether it is true or false that 7 divides 91.",
        "Determine whether the following statement is true: 7 divides 91.",
        "Is the following statement true? 7 divides 91.",
        "Does 7 divide 91? Answer yes or no.",
        'Is 91 prime? Answer with "yes" or "no".',
    ],
)
def test_asking_for_true_or_false(problem: str) -> None:
    assert reason(problem) == "true or false"


def test_length_is_counted_in_characters() -> None:
    assert reason("2 + 2 = ?") == "too short"
    assert reason("2 + 2 = ? ") == ""
    assert reason("x" * 4000) == ""
    assert reason("x" * 4001) == "too long"


def test_the_evidence_is_what_broke_the_rule() -> None:
    fault = fault_of("Let n be even. Show that n^2 is even.", LIMITS)
    assert fault and fault.evidence == {"text": "Show that"}


@given(st.text(max_size=300))
def test_any_text_has_a_decision(text: str) -> None:
    reason(text)


@pytest.mark.parametrize(
    "piece", ["(", "\n", " ", "a) ", "a. \n", "(a) if ", "let a, ", "whether ", "true or ", "(a) ("]
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 4000)[:4000]
    start = time.process_time()
    reason(text)
    assert time.process_time() - start < 0.5
