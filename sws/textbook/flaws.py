"""Flaws that make a generated problem unfit for training: written and recognised."""

import random
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import repeat

from sws.textbook.book import Problem, draw_problem, recognise
from sws.textbook.unit import LONGEST_TEXT, Slot

UNSOLVABLE = "unsolvable"
MULTIPLE_CHOICE = "multiple choice"
MULTI_PART = "multi-part"
PROOF = "proof"

_WRAPPINGS = {
    MULTIPLE_CHOICE: re.compile(r"(.+) \(A\) \S+ \(B\) \S+ \(C\) \S+"),
    MULTI_PART: re.compile(r"\(a\) (.+) \(b\) .+"),
    PROOF: re.compile(r"Prove that the answer to this question is \S+: (.+)"),
}


def spoil(problem: Problem, flaw: str, rng: random.Random) -> str:
    """The text of a sound problem, made unfit in one of the four ways."""
    return _SPOILERS[flaw](problem, rng)


def unspoil(text: str) -> tuple[str, Problem] | None:
    """The flaw of a text ('' for none) and the problem within it; None for a foreign text."""
    problem = recognise(text)
    if problem:
        return ("" if problem.solvable else UNSOLVABLE), problem
    if len(text) > 4 * LONGEST_TEXT:
        return None
    for flaw, wrapping in _WRAPPINGS.items():
        match = wrapping.fullmatch(text)
        problem = recognise(match[1]) if match else None
        if problem:
            return flaw, problem
    return None


def _leave_out_a_number(problem: Problem, rng: random.Random) -> str:
    """Leave out a number on which the answer depends (the last digit of 2*5*7 needs no 7)."""
    while True:
        name = rng.choice(sorted(problem.params))
        value: Slot = problem.params[name]
        gap: Slot = None
        if isinstance(value, tuple):
            position = rng.randrange(len(value))
            gap = (*value[:position], None, *value[position + 1 :])
        spoilt = Problem(problem.unit, problem.template, {**problem.params, name: gap})
        if len(_possible_answers(spoilt)) > 1:
            return spoilt.text
        problem = draw_problem(problem.unit, problem.level, rng)


def _possible_answers(problem: Problem) -> set[str]:
    answers = set()
    for number in range(1, 30):
        with suppress(ValueError, ArithmeticError):
            answers.add(problem.filled(repeat(number).__next__).solution.answer)
    return answers


def _offer_choices(problem: Problem, rng: random.Random) -> str:
    choices = [problem.solution.answer, problem.hasty.answer, str(rng.randint(100, 999))]
    rng.shuffle(choices)
    return "{} (A) {} (B) {} (C) {}".format(problem.text, *choices)


def _ask_twice(problem: Problem, rng: random.Random) -> str:
    other = draw_problem(problem.unit, problem.level, rng)
    return f"(a) {problem.text} (b) {other.text}"


def _ask_for_a_proof(problem: Problem, _rng: random.Random) -> str:
    return f"Prove that the answer to this question is {problem.solution.answer}: {problem.text}"


_SPOILERS: dict[str, Callable[[Problem, random.Random], str]] = {
    UNSOLVABLE: _leave_out_a_number,
    MULTIPLE_CHOICE: _offer_choices,
    MULTI_PART: _ask_twice,
    PROOF: _ask_for_a_proof,
}
FLAWS = tuple(_SPOILERS)
