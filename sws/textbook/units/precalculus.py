"""Precalculus: matrices, periodic and exponential functions."""

from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class TriangularDeterminant(Unit):
    name = "triangular determinant"
    concepts = ("determinants", "matrices", "scaling factors")
    phrasings = (
        "A triangular matrix has diagonal {diagonal}. Find its determinant.",
        "Find det A for the triangular A with diagonal {diagonal}.",
        "Scalings by {diagonal} in turn: by what factor does signed area grow?",
    )
    lists = frozenset({"diagonal"})

    def draw(self, rng: Random, level: int) -> Params:
        high = (0, 12, 7, 5, 4, 4)[level]
        return {"diagonal": tuple(v or 1 for v in numbers(rng, level + 1, -1, high))}

    def careful(self, work: Work, diagonal: Numbers) -> int:
        return work.product(diagonal)

    def shortcut(self, work: Work, diagonal: Numbers) -> int:
        return work.add(diagonal[0], diagonal[1])


class ScaledTrace(Unit):
    name = "trace of a multiple"
    concepts = ("trace", "matrices", "scalar multiplication")
    phrasings = (
        "A has diagonal {diagonal}. Find the trace of {k}*A.",
        "What is tr({k}*A) if A has diagonal {diagonal}?",
        "Multiply A, with diagonal {diagonal}, by {k}. Find its trace.",
    )
    lists = frozenset({"diagonal"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"k": rng.randint(2, 9), "diagonal": numbers(rng, level + 1, -1, 9 - level)}

    def careful(self, work: Work, k: int, diagonal: Numbers) -> int:
        return work.multiply(k, work.sum(diagonal))

    def shortcut(self, work: Work, k: int, diagonal: Numbers) -> int:
        return work.multiply(k, diagonal[0])


class PeriodicFunction(Unit):
    name = "periodic function"
    concepts = ("periodic functions", "function evaluation", "remainders")
    phrasings = (
        "f has period {p} and f(x)=x+{c} for 0<=x<{p}. Find f({a}).",
        "f(x+{p})=f(x), and f(x)=x+{c} on [0,{p}). What is f({a})?",
        "A wave of period {p} has f(x)=x+{c} from 0 to {p}. Find f({a}).",
    )
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        p = rng.randint(3, 9)
        return {"p": p, "a": p * level + rng.randrange(p), "c": rng.randint(1, 9)}

    def careful(self, work: Work, p: int, a: int, c: int) -> int:
        return work.add(work.remainder(a, p), c)

    def shortcut(self, work: Work, p: int, a: int, c: int) -> int:
        return work.add(a, c)


class ExponentialFunction(Unit):
    name = "exponential function"
    concepts = (
        "exponential functions",
        "exponential growth",
        "function evaluation",
        "scaling factors",
    )
    phrasings = (
        "Let f(x)={a}*{b}^x+{c}. Find f({n}).",
        "If x={n}, what is {a}*{b}^x+{c}?",
        "Evaluate {a}*{b}^x+{c} at x={n}.",
    )
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {
            "a": rng.randint(1, min(20, 160 >> level)),
            "b": rng.choice((2, 2, 3)),
            "n": level,
            "c": rng.randint(1, 20),
        }

    def careful(self, work: Work, a: int, b: int, c: int, n: int) -> int:
        for _ in range(n):
            a = work.multiply(a, b)
        return work.add(a, c)

    def shortcut(self, work: Work, a: int, b: int, c: int, n: int) -> int:
        return work.multiply(a, b)


UNITS = tuple(
    unit("Precalculus")
    for unit in (TriangularDeterminant, ScaledTrace, PeriodicFunction, ExponentialFunction)
)
