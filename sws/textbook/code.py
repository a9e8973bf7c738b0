"""The unit of programming: functions of one line, in words, with tests.

`Write f(x): x plus 3, times 2.` is answered by `def f(x):return (x+3)*2`. The hasty solution
overlooks the order or takes another operation, so it passes some of the tests at most.
"""

import json
import random
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sws.errors import SwsError
from sws.identity import generator
from sws.textbook.book import DRAWS, Key

CATEGORY = "Programming"
LEVELS = (1, 2, 3)
TESTS = 4
_OPEN = "Write f(x): "


@dataclass(frozen=True)
class Kind:
    """A family of functions: what is said, the careful and the hasty expression, and its level."""

    name: str
    level: int
    words: str
    careful: str
    hasty: str

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of its numbers."""
        return tuple(re.findall(r"\{(\w)\}", self.words))


KINDS = (
    Kind("times", 1, "{a} times x", "{a}*x", "{a}+x"),
    Kind("plus", 1, "x plus {a}", "x+{a}", "x-{a}"),
    Kind("minus", 1, "x minus {a}", "x-{a}", "{a}-x"),
    Kind("remainder", 1, "the remainder of x by {a}", "x%{a}", "x//{a}"),
    Kind("larger", 1, "the larger of x and {a}", "max(x,{a})", "min(x,{a})"),
    Kind("line", 2, "{a} times x, plus {b}", "{a}*x+{b}", "{a}*(x+{b})"),
    Kind("shifted", 2, "x plus {a}, times {b}", "(x+{a})*{b}", "x+{a}*{b}"),
    Kind("square", 2, "x times x, minus {a}", "x*x-{a}", "x*(x-{a})"),
    Kind("distance", 2, "the distance of x and {a}", "abs(x-{a})", "x-{a}"),
    Kind("capped", 3, "{a} times x, at most {b}", "min({a}*x,{b})", "max({a}*x,{b})"),
    Kind("either", 3, "x if x is over {a}, else {b}", "x if x>{a} else {b}", "{b} if x>{a} else x"),
    Kind(
        "folded",
        3,
        "x plus {a}, times {b}, by {c} the remainder",
        "(x+{a})*{b}%{c}",
        "x+{a}*{b}%{c}",
    ),
)


@dataclass(frozen=True)
class CodeProblem:
    """A function to write: its family and numbers."""

    kind: Kind
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        """The problem as it is stated."""
        return f"{_OPEN}{self._filled(self.kind.words)}."

    @property
    def key(self) -> Key:
        """The family and its numbers."""
        return f"code: {self.kind.name}", self.numbers

    @property
    def careful(self) -> str:
        """The program that is right."""
        return f"def f(x):return {self._filled(self.kind.careful)}"

    @property
    def hasty(self) -> str:
        """The program of somebody who reads carelessly."""
        return f"def f(x):return {self._filled(self.kind.hasty)}"

    @property
    def tests(self) -> str:
        """The answer: tests as JSON, some of which the hasty program fails."""
        right, wrong = (self._called(form) for form in (self.kind.careful, self.kind.hasty))
        differing = [x for x in range(-9, 21) if right(x) != wrong(x)]
        rng = generator(0, "tests", self.key)
        chosen = rng.sample(differing, min(2, len(differing)))
        others = [x for x in range(-9, 21) if x not in chosen]
        inputs = sorted([*chosen, *rng.sample(others, TESTS - len(chosen))])
        return json.dumps([f"assert f({x}) == {right(x)}" for x in inputs])

    def _filled(self, form: str) -> str:
        return form.format(**dict(zip(self.kind.slots, self.numbers, strict=True)))

    def _called(self, form: str) -> Callable[[int], int]:
        """Our own expression as a function."""
        program = compile(self._filled(form), self.kind.name, "eval")
        names = {"min": min, "max": max, "abs": abs, "__builtins__": {}}
        return lambda x: int(eval(program, {**names, "x": x}))


_READERS = [
    (kind, re.compile(re.sub(r"\\\{\w\\\}", r"(\\d{1,2})", re.escape(f"{_OPEN}{kind.words}."))))
    for kind in KINDS
]


def recognise_code(text: str) -> CodeProblem | None:
    """Parse a text of this unit; None for any other text. Never raises."""
    for kind, pattern in _READERS:
        if found := pattern.fullmatch(text):
            numbers = tuple(map(int, found.groups()))
            return CodeProblem(kind, numbers) if _fits(kind, numbers) else None
    return None


def code_problems(
    seed: int, count: int, levels: Sequence[int] = LEVELS, exclude: Collection[Key] = frozenset()
) -> Iterator[CodeProblem]:
    """Distinct problems, evenly over the levels. Raises SwsError when there are no more."""
    seen = set(exclude)
    for index in range(count):
        level = levels[index % len(levels)]
        problem = draw_code(level, generator(seed, "code", index), seen)
        seen.add(problem.key)
        yield problem


def draw_code(level: int, rng: random.Random, exclude: Collection[Key]) -> CodeProblem:
    """A problem of a level that is not excluded. Raises SwsError when none is found."""
    kinds = [kind for kind in KINDS if kind.level == level]
    for _ in range(DRAWS):
        kind = rng.choice(kinds)
        numbers = tuple(rng.randint(2, 19 if level == 1 else 9) for _ in kind.slots)
        problem = CodeProblem(kind, numbers)
        if _fits(kind, numbers) and problem.key not in exclude:
            return problem
    raise SwsError(
        f"the textbook has no further problem of programming of level {level}",
        expected="fewer problems, or more levels to draw from",
        fix="lower staged.code.per_category or widen its levels",
    )


def _fits(kind: Kind, numbers: tuple[int, ...]) -> bool:
    """Whether the numbers are the unit's, and the hasty program is not right."""
    problem = CodeProblem(kind, numbers)
    right, wrong = problem._called(kind.careful), problem._called(kind.hasty)
    return all(2 <= n <= 19 for n in numbers) and any(right(x) != wrong(x) for x in range(-9, 21))
