"""Number Theory: divisors and remainders."""

from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class Euclid(Unit):
    name = "euclid's algorithm"
    concepts = ("greatest common divisor", "euclidean algorithm", "divisibility")
    phrasings = (
        "Find gcd({a},{b}).",
        "What is the greatest common divisor of {a} and {b}?",
        "What is the longest rod that measures both {a} and {b} exactly?",
    )
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        a, b = 1, 1  # run the algorithm backwards from two equal numbers
        for _ in range(level + 1):
            a, b = (a + b, b) if rng.random() < 0.5 else (a, a + b)
        scale = rng.randint(1, max(1, 40 // max(a, b)))
        return {"a": a * scale, "b": b * scale}

    def careful(self, work: Work, a: int, b: int) -> int:
        if min(a, b) < 1:
            raise ValueError("the numbers must be positive")
        while a != b:
            a, b = max(a, b), min(a, b)
            a = work.subtract(a, b)
        return a

    def shortcut(self, work: Work, a: int, b: int) -> int:
        return work.subtract(max(a, b), min(a, b))


class Remainder(Unit):
    name = "remainder"
    concepts = ("remainders", "division algorithm", "divisibility")
    phrasings = (
        "What is the remainder when {a} is divided by {m}?",
        "Find {a} mod {m}.",
        "{a} eggs are packed in boxes of {m}. How many eggs are left over?",
    )
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        m = rng.randint(3, 13)
        return {"a": m * (level + 1) + rng.randrange(m), "m": m}

    def careful(self, work: Work, a: int, m: int) -> int:
        return work.remainder(a, m)

    def shortcut(self, work: Work, a: int, m: int) -> int:
        return work.subtract(a, m)


class UnitsDigit(Unit):
    name = "units digit"
    concepts = ("units digit", "modular arithmetic", "multiplication")
    phrasings = (
        "Find the units digit of {factors:*}.",
        "What is the last digit of {factors:*}?",
        "Multiply {factors}. What is the last digit?",
    )
    lists = frozenset({"factors"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"factors": numbers(rng, level + 1, 2, 9)}

    def careful(self, work: Work, factors: Numbers) -> int:
        digit = factors[0] % 10
        for factor in factors[1:]:
            digit = work.multiply(digit, factor) % 10
        return digit

    def shortcut(self, work: Work, factors: Numbers) -> int:
        return work.add(factors[0], factors[1]) % 10


class SumModulo(Unit):
    name = "sum modulo"
    concepts = ("modular arithmetic", "remainders", "addition of several numbers")
    phrasings = (
        "Find ({values:+}) mod {m}.",
        "What is the remainder of {values:+} on division by {m}?",
        "Boxes of {values} eggs are repacked by {m}. How many are left over?",
    )
    lists = frozenset({"values"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        count = rng.randint(2, level + 1)
        return {"values": numbers(rng, count, 2, 9), "m": rng.randint(3, 9)}

    def careful(self, work: Work, values: Numbers, m: int) -> int:
        return work.remainder(work.sum(values), m)

    def shortcut(self, work: Work, values: Numbers, m: int) -> int:
        return work.add(values[0], values[1])


UNITS = tuple(unit("Number Theory") for unit in (Euclid, Remainder, UnitsDigit, SumModulo))
