"""Sets of distinct pages, and the texts from which the embedded student learns to write."""

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sws.categories import CATEGORIES
from sws.errors import SwsError
from sws.identity import generator
from sws.textbook.book import DRAWS, Key, Page, Problem, draw_problem, page_of, recognise, units_of
from sws.textbook.code import LEVELS as CODE_LEVELS
from sws.textbook.code import draw_code, recognise_code
from sws.textbook.drills import drills
from sws.textbook.trials import Trials
from sws.textbook.unit import LEVELS, Unit


def keys(texts: Iterable[str]) -> frozenset[Key]:
    """The keys of the problems behind these texts, to keep another set disjoint from them."""
    problems = (recognise(text) or recognise_code(text) for text in texts)
    return frozenset(problem.key for problem in problems if problem)


def pages(
    seed: int,
    count_per_category: int,
    levels: Sequence[int] = LEVELS,
    categories: Sequence[str] = CATEGORIES,
    exclude: Collection[Key] = frozenset(),
    units_per_category: int | None = None,
) -> Iterator[Page]:
    """Distinct pages, `count_per_category` of each category, evenly over its units and the levels.

    Of each category only the first `units_per_category` units are used.

    No two pages share their numbers, whatever the phrasing, and none has a key in `exclude` (see
    `keys`). Raises SwsError when a unit has no further problem to give.
    """
    seen = set(exclude)
    for category in categories:
        units = units_of(category)[:units_per_category]
        for index in range(count_per_category):
            unit = units[index % len(units)]
            level = levels[index // len(units) % len(levels)]
            problem = _unseen(unit, level, generator(seed, "pages", category, index), seen)
            seen.add(problem.key)
            yield page_of(problem)


def _unseen(unit: Unit, level: int, rng: random.Random, seen: Collection[Key]) -> Problem:
    for _ in range(DRAWS):
        problem = draw_problem(unit, level, rng)
        if problem.key not in seen:
            return problem
    raise SwsError(
        f"unit {unit.name!r} has no further distinct problem of level {level}",
        expected="fewer pages, or more levels to draw from",
        fix="lower the number of problems per category or widen the levels",
    )


def pretraining_text(
    rng: random.Random,
    careful_share: Mapping[str, float],
    drill_share: float,
    levels: Sequence[int] = LEVELS,
    exclude: Collection[Key] = frozenset(),
    units_per_category: int | None = None,
    trials: Trials | None = None,
) -> tuple[str, str]:
    """One (problem, completion) for the scratch student: ability that is there, but rarely shown.

    With probability `drill_share` an arithmetic drill; otherwise a page of a random category,
    solved carefully with that category's share and hastily, so wrongly, for the rest. `trials`:
    a share of the pages is checked and tried again.
    """
    if rng.random() < drill_share:
        return drills(rng)
    category = rng.choice(tuple(careful_share))
    unit = rng.choice(units_of(category)[:units_per_category])
    problem = _unseen(unit, rng.choice(levels), rng, exclude)
    if trials and rng.random() < trials.share:
        return problem.text, trials.write(problem, careful_share[category], rng)
    careful = rng.random() < careful_share[category]
    return problem.text, (problem.solution if careful else problem.hasty).completion


def code_text(
    rng: random.Random, careful_share: float, exclude: Collection[Key] = frozenset()
) -> tuple[str, str]:
    """One (problem, completion) of programming for the scratch student, careful or hasty."""
    problem = draw_code(rng.choice(CODE_LEVELS), rng, exclude)
    return problem.text, problem.careful if rng.random() < careful_share else problem.hasty
