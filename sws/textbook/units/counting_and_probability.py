"""Counting & Probability: the principles of counting, and equally likely outcomes."""

from fractions import Fraction
from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class IndependentChoices(Unit):
    name = "independent choices"
    concepts = ("multiplication principle", "independent choices", "counting outcomes")
    phrasings = (
        "A menu has courses with {options} choices. How many meals?",
        "Dials have {options} settings. How many codes are there?",
        "Pick one from each of groups of {options}. How many ways?",
    )
    lists = frozenset({"options"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"options": numbers(rng, level + 1, 1, (0, 9, 5, 4, 3, 3)[level])}

    def careful(self, work: Work, options: Numbers) -> int:
        return work.product(options)

    def shortcut(self, work: Work, options: Numbers) -> int:
        return work.add(options[0], options[1])


class RedBall(Unit):
    name = "drawing a red ball"
    concepts = ("probability", "equally likely outcomes", "counting outcomes")
    phrasings = (
        "A bag has {red} red balls and {others} of other colors. P(red)?",
        "{red} red cards lie among {others} of other colors. P(draw red)?",
        "An urn holds {red} red and {others} other balls. Find P(red).",
    )
    lists = frozenset({"others"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"red": rng.randint(1, 15), "others": numbers(rng, level, 1, 9)}

    def careful(self, work: Work, red: int, others: Numbers) -> Fraction:
        total = work.sum((red, *others))
        if Fraction(red, total).denominator != total:
            raise ValueError("the fraction is not in lowest terms")
        return Fraction(red, total)

    def shortcut(self, work: Work, red: int, others: Numbers) -> Fraction:
        return Fraction(red, others[0])


class Overlap(Unit):
    name = "overlapping sets"
    concepts = ("inclusion-exclusion", "sets", "addition principle")
    phrasings = (
        "Clubs of {sizes} have {both} members in two. How many people?",
        "Sets of {sizes} share {both} elements in pairs. Union size?",
        "Lists of {sizes} names repeat {both}. How many are distinct?",
    )
    lists = frozenset({"sizes"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"sizes": numbers(rng, level + 1, 2, 9), "both": rng.randint(1, 9)}

    def careful(self, work: Work, sizes: Numbers, both: int) -> int:
        return work.subtract(work.sum(sizes), both)

    def shortcut(self, work: Work, sizes: Numbers, both: int) -> int:
        return work.add(sizes[0], sizes[1])


class Casework(Unit):
    name = "casework"
    concepts = ("casework", "multiplication principle", "addition principle")
    phrasings = (
        "Pick one of {m} hats and a scarf out of boxes of {boxes}. Ways?",
        "Kinds of roads A to B: {boxes}. Roads B to C: {m}. Routes?",
        "Shelves hold {boxes} books. Pick a book and one of {m} pens. Ways?",
    )
    lists = frozenset({"boxes"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"m": rng.randint(2, 9), "boxes": numbers(rng, level + 1, 1, 13 - 2 * level)}

    def careful(self, work: Work, m: int, boxes: Numbers) -> int:
        return work.multiply(m, work.sum(boxes))

    def shortcut(self, work: Work, m: int, boxes: Numbers) -> int:
        return work.multiply(m, boxes[0])


UNITS = tuple(
    unit("Counting & Probability") for unit in (IndependentChoices, RedBall, Overlap, Casework)
)
