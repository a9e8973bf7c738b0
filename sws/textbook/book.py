"""The textbook: write a page at a level, and parse a text back into its parts."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sws.categories import CATEGORIES, PRIMER
from sws.errors import SwsError
from sws.textbook.solution import Solution
from sws.textbook.unit import (
    LARGEST_NUMBER,
    LEVELS,
    LONGEST_SOLUTION,
    LONGEST_TEXT,
    Number,
    Params,
    Template,
    Unit,
    skeleton,
)
from sws.textbook.units import ALL_UNITS

UNIT_NAMED: dict[str, Unit] = {unit.name: unit for unit in ALL_UNITS}
DRAWS = 2000  # more redraws than any unit needs to hit its level
_READERS: dict[str, list[tuple[Unit, Template]]] = defaultdict(list)
for _unit in ALL_UNITS:
    for _template in _unit.templates:
        _READERS[_template.skeleton].append((_unit, _template))

Key = tuple[str, tuple[object, ...]]


@dataclass(frozen=True)
class Problem:
    """A parsed text of the textbook: its unit, phrasing and numbers."""

    unit: Unit
    template: Template
    params: Params

    @property
    def solvable(self) -> bool:
        """Whether no number is missing."""
        return not any(
            value is None or (isinstance(value, tuple) and None in value)
            for value in self.params.values()
        )

    def filled(self, number: Callable[[], int]) -> "Problem":
        """The problem with every missing number filled in."""

        def fill(value: Number) -> int:
            return number() if value is None else value

        params: Params = {
            name: tuple(map(fill, value)) if isinstance(value, tuple) else fill(value)
            for name, value in self.params.items()
        }
        return Problem(self.unit, self.template, params)

    @property
    def text(self) -> str:
        """The problem as it is stated."""
        return self.template.write(self.params)

    @property
    def key(self) -> Key:
        """The unit and its numbers, whatever the phrasing."""
        return self.unit.name, tuple(value for _, value in sorted(self.params.items()))

    @cached_property
    def solution(self) -> Solution:
        """The careful solution; raises ValueError where the numbers allow none."""
        return self.unit.solve(**self.params)

    @cached_property
    def hasty(self) -> Solution:
        """The solution by the typical shortcut."""
        return self.unit.hasty(**self.params)

    @cached_property
    def level(self) -> int:
        """The level of the problem, by its careful solution."""
        return self.unit.level(self.solution)


@dataclass(frozen=True)
class Page:
    """A problem with everything the textbook knows about it; the solutions are completions."""

    text: str
    answer: str  # LaTeX, without the box
    category: str
    unit: str
    level: int
    concepts: tuple[str, ...]
    careful: str
    hasty: str


def units_of(category: str) -> tuple[Unit, ...]:
    """The units of one category, of MATH's or the primer's; SwsError for any other name."""
    found = tuple(unit for unit in ALL_UNITS if unit.category == category)
    if not found:
        raise SwsError(
            f"the textbook has no category {category!r}",
            expected="one of " + ", ".join((*CATEGORIES, *PRIMER)),
            fix="correct the name of the category",
        )
    return found


def write_problem(unit: Unit, level: int, rng: random.Random) -> Page:
    """One problem of the unit at exactly that level, with its careful and its hasty solution."""
    return page_of(draw_problem(unit, level, rng))


def draw_problem(unit: Unit, level: int, rng: random.Random) -> Problem:
    """Draw numbers until the problem has the level, short texts, small numbers and a pitfall."""
    for _ in range(DRAWS if level in LEVELS else 0):
        problem = Problem(unit, rng.choice(unit.templates), unit.draw(rng, level))
        if _fits(problem, level):
            return problem
    raise SwsError(
        f"unit {unit.name!r} found no problem of level {level}",
        expected=f"one of the levels {LEVELS[0]} to {LEVELS[-1]}",
        fix="ask for a level that the textbook has",
    )


def page_of(problem: Problem) -> Page:
    """Everything the textbook knows about a solvable problem."""
    return Page(
        text=problem.text,
        answer=problem.solution.answer,
        category=problem.unit.category,
        unit=problem.unit.name,
        level=problem.level,
        concepts=problem.unit.concepts,
        careful=problem.solution.completion,
        hasty=problem.hasty.completion,
    )


def _fits(problem: Problem, level: int) -> bool:
    try:
        careful, hasty = problem.solution, problem.hasty
    except (ValueError, ArithmeticError):
        return False
    return (
        problem.level == level
        and careful.answer != hasty.answer
        and max(careful.largest, hasty.largest) <= LARGEST_NUMBER
        and len(careful.completion) <= LONGEST_SOLUTION
        and len(problem.text) <= LONGEST_TEXT
    )


def recognise(text: str) -> Problem | None:
    """Parse a text that the textbook wrote; None for any other text. Never raises.

    The result may be unsolvable (a number is missing); it is None when the numbers describe no
    problem at all (a rectangle with a negative area) or one outside the textbook's levels.
    """
    if len(text) > 2 * LONGEST_TEXT:
        return None
    for unit, template in _READERS.get(skeleton(text), ()):
        params = template.read(text)
        if params is None:
            continue
        problem = Problem(unit, template, params)
        if not problem.solvable:
            return problem
        try:
            return problem if problem.level in LEVELS else None
        except (ValueError, ArithmeticError):
            return None
    return None
