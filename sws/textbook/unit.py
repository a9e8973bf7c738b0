"""What a unit of the textbook is: a family of problems solved by one method.

A unit is written down as data and three short functions: how to draw the numbers, how to solve the
problem step by step, and the shortcut that a careless solver takes. Everything else (the text, its
exact inverse, the level) follows from them. The level of a problem is the number of elementary
steps of its careful solution, less those that every problem of the unit needs.
"""

import random
import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from sws.textbook.solution import Numbers, Solution, Value, Work, latex

LEVELS = (1, 2, 3, 4, 5)
MISSING = "several"  # stands in place of a missing number

Number = int | None  # None: the number is missing, so the problem has no answer
Slot = Number | tuple[Number, ...]
Params = dict[str, Slot]

LONGEST_TEXT = 70  # characters; the embedded student has a short context
LONGEST_SOLUTION = 70
LARGEST_NUMBER = 199
_NUMBER = rf"(?:-?\d{{1,3}}|{MISSING})"
_RUN = re.compile("N(?:(?:, |[+*-])N)*".replace("N", rf"-?(?:\d{{1,3}}|{MISSING})"))
_FIELD = re.compile(r"\{(\w+)(?::([+*-]))?\}")


def skeleton(text: str) -> str:
    """The text with every run of numbers folded to `#`: the key under which a template is found."""
    return _RUN.sub("#", text)


class Template:
    """A phrasing with slots. `{a}` holds an integer or a list (`3, 5`); `{a:+}` a list `3+5`."""

    def __init__(self, pattern: str, lists: frozenset[str]) -> None:
        self.pattern = pattern
        self.slots: dict[str, str] = {}  # name -> separator, '' for a single number
        for name, separator in _FIELD.findall(pattern):
            self.slots[name] = (separator or ", ") if name in lists else ""
        self.skeleton = skeleton(_FIELD.sub("1", pattern))
        self._regex = re.compile("".join(self._regex_parts()))

    def _regex_parts(self) -> Iterator[str]:
        end, met = 0, set[str]()
        for field in _FIELD.finditer(self.pattern):
            yield re.escape(self.pattern[end : field.start()])
            name, separator = field[1], re.escape(self.slots[field[1]])
            repeat = rf"(?:{separator}{_NUMBER})*" if separator else ""
            yield rf"(?P={name})" if name in met else rf"(?P<{name}>{_NUMBER}{repeat})"
            met.add(name)
            end = field.end()
        yield re.escape(self.pattern[end:])

    def write(self, params: Params) -> str:
        """The phrasing with its slots filled."""

        def number(value: Number) -> str:
            return MISSING if value is None else str(value)

        def slot(field: re.Match[str]) -> str:
            value = params[field[1]]
            if isinstance(value, tuple):
                return self.slots[field[1]].join(map(number, value))
            return number(value)

        return _FIELD.sub(slot, self.pattern)

    def read(self, text: str) -> Params | None:
        """The exact inverse of `write`, or None when this template did not write the text."""
        match = self._regex.fullmatch(text)
        if match is None:
            return None

        def number(piece: str) -> Number:
            return None if piece == MISSING else int(piece)

        params: Params = {
            name: tuple(map(number, match[name].split(separator)))
            if separator
            else number(match[name])
            for name, separator in self.slots.items()
        }
        return params if self.write(params) == text else None


class Unit:
    """A family of problems. A subclass gives the class variables and the three functions."""

    name: ClassVar[str]
    concepts: ClassVar[tuple[str, ...]]
    phrasings: ClassVar[tuple[str, ...]]
    lists: ClassVar[frozenset[str]] = frozenset()  # the slots that hold lists
    basic_steps: ClassVar[int] = 0  # steps of the careful solution beyond the level

    def __init__(self, category: str) -> None:
        self.category = category
        self.templates = tuple(Template(phrasing, self.lists) for phrasing in self.phrasings)

    def draw(self, rng: random.Random, level: int) -> Params:
        """Numbers for a problem near that level; `Book.write` redraws those that miss it."""
        raise NotImplementedError

    # Both take a `Work` to write the steps in and the unit's slots by name; they return the value.
    careful: Callable[..., Value]
    shortcut: Callable[..., Value]

    def solve(self, **params: Slot) -> Solution:
        """The careful solution. Raises ValueError or ArithmeticError where no solution exists."""
        return _solution(self.careful, params)

    def hasty(self, **params: Slot) -> Solution:
        """The solution of one who takes the typical shortcut; wrong for every page written."""
        return _solution(self.shortcut, params)

    def level(self, solution: Solution) -> int:
        """The level of a problem with this careful solution."""
        return len(solution.steps) - self.basic_steps


def _solution(method: Callable[..., Value], params: Params) -> Solution:
    work = Work()
    value = method(work, **params)
    return Solution(tuple(work.steps), latex(value), work.boxed(value), work.largest)


def numbers(rng: random.Random, count: int, low: int, high: int) -> Numbers:
    """`count` integers drawn uniformly from low..high."""
    return tuple(rng.randint(low, high) for _ in range(count))
