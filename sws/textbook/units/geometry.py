"""Geometry: lengths, angles, areas and volumes."""

from random import Random

from sws.textbook.solution import Numbers, Work
from sws.textbook.unit import Params, Unit, numbers


class Perimeter(Unit):
    name = "perimeter"
    concepts = ("perimeter", "polygons", "side lengths")
    phrasings = (
        "A polygon has sides {sides}. Find its perimeter.",
        "What is the perimeter of a polygon with sides {sides}?",
        "A fence runs along sides {sides}. How long is it?",
    )
    lists = frozenset({"sides"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        return {"sides": numbers(rng, level + 2, 2, 9)}

    def careful(self, work: Work, sides: Numbers) -> int:
        if 2 * max(sides) >= sum(sides):
            raise ValueError("no polygon has these sides")
        return work.sum(sides)

    def shortcut(self, work: Work, sides: Numbers) -> int:
        return work.multiply(sides[0], len(sides))


class RightAngle(Unit):
    name = "parts of a right angle"
    concepts = ("complementary angles", "right angles", "decomposition of figures")
    phrasings = (
        "A right angle is split into {angles} and x degrees. Find x.",
        "Angles {angles} and x together make 90 degrees. Find x.",
        "From a right angle cut {angles} degrees. How many are left?",
    )
    lists = frozenset({"angles"})

    def draw(self, rng: Random, level: int) -> Params:
        return {"angles": numbers(rng, level, 2, 9)}

    def careful(self, work: Work, angles: Numbers) -> int:
        rest = work.take_away(90, angles)
        if rest <= 0 or min(angles) <= 0:
            raise ValueError("an angle is positive")
        return rest

    def shortcut(self, work: Work, angles: Numbers) -> int:
        return work.subtract(180, angles[0])


class AreaLeft(Unit):
    name = "area left"
    concepts = ("area of rectangles", "polygons", "decomposition of figures")
    phrasings = (
        "A {a} by {b} rectangle loses pieces of area {pieces}. Area left?",
        "From a sheet {a} by {b} cut areas {pieces}. What area is left?",
        "A wall, {a} by {b}, has holes of area {pieces}. Area of the rest?",
    )
    lists = frozenset({"pieces"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        a, b = numbers(rng, 2, 3, 9)
        return {"a": a, "b": b, "pieces": numbers(rng, level, 1, 9)}

    def careful(self, work: Work, a: int, b: int, pieces: Numbers) -> int:
        rest = work.take_away(work.multiply(a, b), pieces)
        if rest <= 0:
            raise ValueError("the pieces are larger than the whole")
        return rest

    def shortcut(self, work: Work, a: int, b: int, pieces: Numbers) -> int:
        return work.add(a, b)


class StackedBoxes(Unit):
    name = "stacked boxes"
    concepts = ("volume of prisms", "area of rectangles", "right angles")
    phrasings = (
        "Boxes on a {a} by {b} base have heights {heights}. Total volume?",
        "Prisms of base {a} by {b} and heights {heights}: find the volume.",
        "Stack boxes {a} by {b}, heights {heights}. What is the volume?",
    )
    lists = frozenset({"heights"})
    basic_steps = 1

    def draw(self, rng: Random, level: int) -> Params:
        a, b = numbers(rng, 2, 2, 4)
        return {"a": a, "b": b, "heights": numbers(rng, level, 1, 9 - level)}

    def careful(self, work: Work, a: int, b: int, heights: Numbers) -> int:
        return work.multiply(work.multiply(a, b), work.sum(heights))

    def shortcut(self, work: Work, a: int, b: int, heights: Numbers) -> int:
        return work.multiply(a, heights[0])


UNITS = tuple(unit("Geometry") for unit in (Perimeter, RightAngle, AreaLeft, StackedBoxes))
