"""A primer: arithmetic so plain that a small pre-trained language model sometimes solves it.

Its categories are its own, so that the textbook of the embedded default stays as it is.
"""

from itertools import pairwise
from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class Sum(Unit):
    name = "sum"
    concepts = ("addition of several numbers", "sums of one digit", "totals")
    phrasings = ("What is the sum of {values}?", "Add {values}.")
    lists = frozenset({"values"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"values": numbers(rng, level + 1, 1, 6)}

    def careful(self, work: Work, values: Numbers) -> int:
        return work.sum(values)

    def shortcut(self, work: Work, values: Numbers) -> int:
        return work.subtract(values[0], values[-1])


class LittleMore(Unit):
    """The numbers added are small, and 0 among them, so that one who repeats a number is right."""

    name = "a little more"
    concepts = ("addition of several numbers", "adding zero", "totals")
    phrasings = ("What is {start} plus {values}?", "Add {values} to {start}.")
    lists = frozenset({"values"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"start": rng.randint(1, 20), "values": numbers(rng, level, 0, 2)}

    def careful(self, work: Work, start: int, values: Numbers) -> int:
        return work.sum((start, *values))

    def shortcut(self, work: Work, start: int, values: Numbers) -> int:
        return work.add(start, sum(values) + 1)


class LittleLess(Unit):
    name = "a little less"
    concepts = ("subtraction", "taking zero away", "differences of one digit")
    phrasings = ("What is {start} minus {values}?", "Take {values} from {start}.")
    lists = frozenset({"values"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"start": rng.randint(11, 30), "values": numbers(rng, level, 0, 2)}

    def careful(self, work: Work, start: int, values: Numbers) -> int:
        return work.take_away(start, values)

    def shortcut(self, work: Work, start: int, values: Numbers) -> int:
        return work.add(start, sum(values) + 1)


class Left(Unit):
    name = "what is left"
    concepts = ("subtraction", "differences of one digit", "word problems")
    phrasings = (
        "Tom has {pens} pens and gives away {less}. How many has he left?",
        "{pens} birds sit in a tree and {less} fly away. How many are left?",
    )
    lists = frozenset({"less"})

    def draw(self, rng: Random, level: int) -> Params:
        less = numbers(rng, level, 1, 9)
        return {"pens": sum(less) + rng.randint(1, 9), "less": less}

    def careful(self, work: Work, pens: int, less: Numbers) -> int:
        return work.take_away(pens, less)

    def shortcut(self, work: Work, pens: int, less: Numbers) -> int:
        return work.add(pens, less[0])


class _Extreme(Unit):
    """Compares numbers one by one with the best so far: a subtraction shows which is larger."""

    lists = frozenset({"values"})
    sign: int

    def draw(self, rng: Random, level: int) -> Params:
        return {"values": tuple(rng.sample(range(1, 30), level + 1))}

    def careful(self, work: Work, values: Numbers) -> int:
        best = values[0]
        for value in values[1:]:
            best = value if self.sign * work.subtract(value, best) > 0 else best
        return best

    def shortcut(self, work: Work, values: Numbers) -> int:
        return values[0] if self.sign * (values[0] - values[-1]) < 0 else values[-1]


class Largest(_Extreme):
    name = "largest"
    concepts = ("comparing numbers", "order of numbers", "maximum")
    phrasings = (
        "Which of these numbers is the largest: {values}?",
        "What is the largest of {values}?",
    )
    sign = 1


class Smallest(_Extreme):
    name = "smallest"
    concepts = ("comparing numbers", "order of numbers", "minimum")
    phrasings = (
        "Which of these numbers is the smallest: {values}?",
        "What is the smallest of {values}?",
    )
    sign = -1


class Next(Unit):
    name = "next number"
    concepts = ("number sequences", "common difference", "counting on")
    phrasings = ("What is the next number: {terms}?", "Which number follows {terms}?")
    lists = frozenset({"terms"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        start, step = rng.randint(1, 30), rng.randint(1, 5)
        return {"terms": tuple(start + step * place for place in range(level + 1))}

    def careful(self, work: Work, terms: Numbers) -> int:
        step = [work.subtract(after, before) for before, after in pairwise(terms)][-1]
        return work.add(terms[-1], step)

    def shortcut(self, work: Work, terms: Numbers) -> int:
        return work.add(terms[-1], 2 * (terms[-1] - terms[-2]))


class CountingOn(Unit):
    name = "counting on"
    concepts = ("number sequences", "counting on", "successors")
    phrasings = (
        "Which number comes {places} after {start}?",
        "Count {places} up from {start}. Which number is that?",
    )

    def draw(self, rng: Random, level: int) -> Params:
        return {"places": level, "start": rng.randint(1, 150)}

    def careful(self, work: Work, places: int, start: int) -> int:
        for _ in range(places):
            start = work.add(start, 1)
        return start

    def shortcut(self, work: Work, places: int, start: int) -> int:
        return work.subtract(start, places)


UNITS: tuple[Unit, ...] = (
    *(unit("Adding") for unit in (Sum, LittleMore)),
    *(unit("Subtracting") for unit in (LittleLess, Left)),
    *(unit("Comparing") for unit in (Largest, Smallest)),
    *(unit("Sequences") for unit in (Next, CountingOn)),
)
