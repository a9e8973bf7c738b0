"""Intermediate Algebra: recurrences, polynomials and composed functions."""

from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class SumRecurrence(Unit):
    name = "sum recurrence"
    concepts = ("recurrence relations", "sequences", "fibonacci sequences")
    phrasings = (
        "Terms: {a}, {b}, then each is the sum of the last two. Term {n}?",
        "x1={a}, x2={b}, x(k+2)=x(k)+x(k+1). Find x{n}.",
        "A sequence begins {a}, {b}; add the last two each time. Term {n}?",
    )

    def draw(self, rng: Random, level: int) -> Params:
        a, b = numbers(rng, 2, 1, 9)
        return {"a": a, "b": b, "n": level + 2}

    def careful(self, work: Work, a: int, b: int, n: int) -> int:
        for _ in range(n - 2):
            a, b = b, work.add(a, b)
        return b

    def shortcut(self, work: Work, a: int, b: int, n: int) -> int:
        return work.multiply(b, n)


class SecondCoefficient(Unit):
    name = "second coefficient"
    concepts = ("vieta's formulas", "polynomial roots", "polynomials")
    phrasings = (
        "A monic polynomial has roots {roots}. Its second coefficient?",
        "P is monic with roots {roots}. Find its second coefficient.",
        "Find the second coefficient of the monic P with roots {roots}.",
    )
    lists = frozenset({"roots"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"roots": numbers(rng, level + 1, 1, 9)}

    def careful(self, work: Work, roots: Numbers) -> int:
        return work.subtract(0, work.sum(roots))

    def shortcut(self, work: Work, roots: Numbers) -> int:
        return work.multiply(roots[0], roots[1])


class AlternatingFunctions(Unit):
    name = "alternating functions"
    concepts = ("function composition", "function evaluation", "recurrence relations")
    phrasings = (
        "f(x)=x+{a}, g(x)={b}*x. From {x}, use f, g, f, ... {n} times. Result?",
        "From x={x}: add {a}, times {b}, repeat in turn. After {n} moves?",
        "Alternate f(x)=x+{a} and g(x)={b}*x {n} times, from x={x}. Result?",
    )

    def draw(self, rng: Random, level: int) -> Params:
        b = rng.choice((2, 2, 3) if level > 3 else (2, 3, 4))
        return {"a": rng.randint(1, 9), "b": b, "x": rng.randint(1, 9), "n": level}

    def careful(self, work: Work, a: int, b: int, x: int, n: int) -> int:
        for turn in range(n):
            x = work.multiply(x, b) if turn % 2 else work.add(x, a)
        return x

    def shortcut(self, work: Work, a: int, b: int, x: int, n: int) -> int:
        return work.multiply(x, b)


class GrowingDifferences(Unit):
    name = "growing differences"
    concepts = ("second differences", "sequences", "polynomials")
    phrasings = (
        "Start at {a}. Add {d}, then one more than before, ... {n} sums. End?",
        "x1={a}; the differences are {d}, then 1 more each. After {n} of them?",
        "From {a} rise by {d}, then by 1 more each time. Value after {n} rises?",
    )

    def draw(self, rng: Random, level: int) -> Params:
        return {"a": rng.randint(1, 40), "d": rng.randint(2, 9), "n": level}

    def careful(self, work: Work, a: int, d: int, n: int) -> int:
        for extra in range(n):
            a = work.add(a, d + extra)
        return a

    def shortcut(self, work: Work, a: int, d: int, n: int) -> int:
        return work.multiply(d, n + 1)


UNITS = tuple(
    unit("Intermediate Algebra")
    for unit in (SumRecurrence, SecondCoefficient, AlternatingFunctions, GrowingDifferences)
)
