"""Algebra: equations, functions and sequences of first degree."""

from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class LinearEquation(Unit):
    name = "linear equation"
    concepts = ("linear equations", "inverse operations", "linear expressions")
    phrasings = (
        "Solve {a}*x+{terms:+}={total}.",
        "Find x such that {a}*x+{terms:+}={total}.",
        "Adding {terms} to {a}*x gives {total}. What is x?",
    )
    lists = frozenset({"terms"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        a, x = rng.randint(2, 9), rng.randint(2, 9)
        terms = numbers(rng, level, 1, 9)
        return {"a": a, "terms": terms, "total": a * x + sum(terms)}

    def careful(self, work: Work, a: int, terms: Numbers, total: int) -> int:
        return work.divide(work.take_away(total, terms), a)

    def shortcut(self, work: Work, a: int, terms: Numbers, total: int) -> int:
        return work.subtract(total, terms[0])


class ArithmeticSequence(Unit):
    name = "arithmetic sequence"
    concepts = ("arithmetic sequences", "sequences", "common difference")
    phrasings = (
        "A sequence starts at {first} and adds {step} each time. Term {n}?",
        "First term {first}, common difference {step}. Find term {n}.",
        "An arithmetic sequence has a1={first}, d={step}. What is a{n}?",
    )

    def draw(self, rng: Random, level: int) -> Params:
        return {"first": rng.randint(1, 40), "step": rng.randint(2, 9), "n": level + 1}

    def careful(self, work: Work, first: int, step: int, n: int) -> int:
        for _ in range(n - 1):
            first = work.add(first, step)
        return first

    def shortcut(self, work: Work, first: int, step: int, n: int) -> int:
        return work.multiply(step, n)


class FunctionEvaluation(Unit):
    name = "function evaluation"
    concepts = ("function evaluation", "linear expressions", "order of operations")
    phrasings = (
        "Let f(x)={a}*x-{terms:-}. Find f({x}).",
        "If x={x}, what is {a}*x-{terms:-}?",
        "Evaluate {a}*x-{terms:-} at x={x}.",
    )
    lists = frozenset({"terms"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        a, x = numbers(rng, 2, 2, 9)
        return {"a": a, "x": x, "terms": numbers(rng, level, 1, 9)}

    def careful(self, work: Work, a: int, x: int, terms: Numbers) -> int:
        return work.take_away(work.multiply(a, x), terms)

    def shortcut(self, work: Work, a: int, x: int, terms: Numbers) -> int:
        return work.subtract(a, terms[0])


class Doubling(Unit):
    name = "doubling"
    concepts = ("exponential growth", "sequences", "word problems", "inverse operations")
    phrasings = (
        "A colony of {a} cells doubles {n} times, then {c} die. How many?",
        "{a} coins double {n} times; then {c} are lost. How many are left?",
        "Start with {a}, double it {n} times, then subtract {c}. Result?",
    )
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"a": rng.randint(2, min(24, 140 >> level)), "n": level, "c": rng.randint(1, 20)}

    def careful(self, work: Work, a: int, n: int, c: int) -> int:
        for _ in range(n):
            a = work.multiply(a, 2)
        return work.subtract(a, c)

    def shortcut(self, work: Work, a: int, n: int, c: int) -> int:
        return work.multiply(a, n)


UNITS = tuple(
    unit("Algebra") for unit in (LinearEquation, ArithmeticSequence, FunctionEvaluation, Doubling)
)
