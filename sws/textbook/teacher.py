"""The embedded teacher: the textbook in each teacher role, fallible at configured rates.

Every reply has the format that `sws.prompts` asks of a real model. Replies depend on
the teacher's seed, the role, the fields and the request's seed, and on nothing else.
"""

import json
import random
import re
from collections.abc import Mapping

from sws.categories import CATEGORIES, OTHER, PRIMER, Categories
from sws.config.textbook import Fallibility, VerifierFallibility
from sws.errors import SwsError
from sws.identity import generator
from sws.textbook.book import Problem, draw_problem, units_of
from sws.textbook.checking import check, fallible_judgement, is_right
from sws.textbook.code import recognise_code
from sws.textbook.concepts import overlap, variant
from sws.textbook.flaws import MULTI_PART, MULTIPLE_CHOICE, PROOF, UNSOLVABLE, spoil, unspoil
from sws.textbook.review import fallible_ratings, honest_ratings, report
from sws.textbook.unit import LEVELS, Unit

ROLES = ("categorizer", "extractor", "generator", "judge", "labeler", "verifier")
_STUBBORN = 0.8  # how often a misconception decides a sample
_KNOWN = Categories((*CATEGORIES, *PRIMER))
_APOLOGY = "I am sorry, but I do not know how to solve this problem."


class Textbook:
    """A teacher that plays every role from the textbook.

    `config` gives the error rates, and `verifier` those of that role; two teachers with the same
    seed and rates reply the same.
    """

    def __init__(
        self,
        config: Fallibility,
        seed: int,
        verifier: VerifierFallibility | None = None,
    ) -> None:
        self._rates = config
        self._verifier = verifier or VerifierFallibility()
        self._seed = seed
        self._roles = {
            "categorizer": self._categorize,
            "extractor": self._extract,
            "generator": self._generate,
            "judge": self._judge,
            "labeler": self._label,
            "verifier": self._verify,
        }

    def reply(self, role: str, fields: Mapping[str, object], seed: int) -> str:
        """One completion of a role.

        `fields` holds problem (categorizer, extractor, judge, labeler, verifier), category
        (extractor, generator, judge), concepts and level (generator, judge), count (extractor),
        solution, form and the phrases correct and incorrect (verifier), and may hold a judge's
        name: judges err independently. Missing or absurd fields are answered as
        best they can be. Raises SwsError for a role that is not in ROLES.
        """
        if role not in self._roles:
            raise SwsError(
                f"the textbook plays no role {role!r}",
                expected="one of " + ", ".join(ROLES),
                fix="name another engine for this role",
            )
        key = sorted((str(name), str(value)) for name, value in fields.items())
        return self._roles[role](fields, generator(self._seed, role, key, seed))

    def _categorize(self, fields: Mapping[str, object], rng: random.Random) -> str:
        known = unspoil(_text(fields, "problem"))
        if known is None:
            return f"The problem belongs to no area of the textbook.\nCategory: {OTHER}"
        problem = known[1]
        category = problem.unit.category
        if rng.random() < self._rates.categorizer_wrong:
            category = rng.choice(_others(category))
        return f"Its solution rests on {problem.unit.concepts[0]}.\nCategory: {category}"

    def _extract(self, fields: Mapping[str, object], rng: random.Random) -> str:
        known = unspoil(_text(fields, "problem"))
        unit = known[1].unit if known else rng.choice(_units(fields))
        count = max(1, _integer(fields, "count", len(unit.concepts)))
        names = [
            variant(name, rng) if rng.random() < self._rates.extractor_variant else name
            for name in unit.concepts[:count]
        ]
        block = f"```json\n{json.dumps(names)}\n```"
        if rng.random() < self._rates.extractor_broken:
            block = rng.choice((block.replace("]", ","), block.replace("```json\n", "")))
        return f"To solve it one needs {len(names)} pieces of knowledge.\n{block}"

    def _generate(self, fields: Mapping[str, object], rng: random.Random) -> str:
        rates = self._rates
        unit = self._blueprint_unit(fields, rng)
        level = _level(fields)
        if rng.random() < rates.generator_off_level:
            level = rng.choice([other for other in LEVELS if 0 < abs(other - level) < 3])
        text = self._maybe_spoilt(draw_problem(unit, level, rng), rng)
        rationale = f"The problem joins {' and '.join(unit.concepts[:2])} in one question."
        if rng.random() < rates.generator_unfenced:
            return f"{rationale}\n{text}"
        return f"{rationale}\n```text\n{text}\n```"

    def _blueprint_unit(self, fields: Mapping[str, object], rng: random.Random) -> Unit:
        """The unit of the category that covers most of the concepts; a draw among equals."""
        units = _units(fields)
        if rng.random() < self._rates.generator_off_blueprint:
            return rng.choice(units_of(rng.choice(_others(units[0].category))))
        concepts = _names(fields, "concepts")
        most = max(overlap(unit, concepts) for unit in units)
        return rng.choice([unit for unit in units if overlap(unit, concepts) == most])

    def _maybe_spoilt(self, problem: Problem, rng: random.Random) -> str:
        rates = self._rates
        draw = rng.random()
        for flaw, rate in (
            (UNSOLVABLE, rates.generator_unsolvable),
            (MULTIPLE_CHOICE, rates.generator_multiple_choice),
            (MULTI_PART, rates.generator_multi_part),
            (PROOF, rates.generator_proof),
        ):
            if draw < rate:
                return spoil(problem, flaw, rng)
            draw -= rate
        return problem.text

    def _judge(self, fields: Mapping[str, object], rng: random.Random) -> str:
        category = _KNOWN.normalise(_text(fields, "category")) or ""
        ratings = honest_ratings(
            _text(fields, "problem"), category, _names(fields, "concepts"), _level(fields)
        )
        ratings = fallible_ratings(ratings, self._rates, rng)
        return report(ratings, rng.random() < self._rates.judge_garbled, rng)

    def _label(self, fields: Mapping[str, object], rng: random.Random) -> str:
        known = unspoil(_text(fields, "problem"))
        if known is None:
            return self._program(_text(fields, "problem"), rng)
        problem = known[1] if known[1].solvable else _guess(known[1], rng)
        if problem is None:
            return _APOLOGY
        completion = self._solution(problem, rng)
        if rng.random() < self._rates.labeler_unparsed:
            return completion.partition("\\boxed")[0] + "and so on"
        return completion

    def _program(self, text: str, rng: random.Random) -> str:
        """A program, which may be hasty; some problems are misread in most samples."""
        problem = recognise_code(text)
        if problem is None:
            return _APOLOGY
        rates = self._rates
        lucky = generator(self._seed, "misconception", problem.key).random()
        if lucky < rates.labeler_misconception and rng.random() < _STUBBORN:
            return problem.hasty
        wrong = rates.labeler_wrong + rates.labeler_wrong_per_level * (problem.kind.level - 1)
        return problem.hasty if rng.random() < wrong else problem.careful

    def _verify(self, fields: Mapping[str, object], rng: random.Random) -> str:
        known = unspoil(_text(fields, "problem"))
        if known is None or not known[1].solvable:
            return _APOLOGY
        problem, solution = known[1], _text(fields, "solution")
        judged = fallible_judgement(is_right(problem, solution), self._verifier, rng)
        checked = check(problem, solution, _text(fields, "form"), judged)
        if rng.random() < self._verifier.unstated:
            return checked
        return f"{checked}\n{_text(fields, 'correct' if judged else 'incorrect')}"

    def _solution(self, problem: Problem, rng: random.Random) -> str:
        """Careful, or wrong: by the shortcut that all share, or by a slip that nobody shares.

        Some problems are wrong in most samples, in one of the two ways.
        """
        rates = self._rates
        lucky = generator(self._seed, "misconception", problem.key).random()
        if lucky < rates.labeler_misconception and rng.random() < _STUBBORN:
            return problem.hasty.completion
        if lucky > 1 - rates.labeler_quirk and rng.random() < _STUBBORN:
            return _slip(problem, generator(self._seed, "quirk", problem.key))
        wrong = rates.labeler_wrong + rates.labeler_wrong_per_level * (problem.level - 1)
        if rng.random() >= wrong:
            return problem.solution.completion
        return problem.hasty.completion if rng.random() < 0.5 else _slip(problem, rng)


def _slip(problem: Problem, rng: random.Random) -> str:
    """The careful solution with another number in the box."""
    steps, _, box = problem.solution.completion.rpartition("\\boxed")
    shift = rng.randint(1, 9)
    return steps + "\\boxed" + re.sub(r"\d+", lambda n: str(int(n[0]) + shift), box, count=1)


def _guess(problem: Problem, rng: random.Random) -> Problem | None:
    """The problem with a number made up for each that is missing, as a model would."""
    for _ in range(20):
        guess = problem.filled(lambda: rng.randint(2, 9))
        try:
            if guess.level in LEVELS and guess.hasty:
                return guess
        except (ValueError, ArithmeticError):
            continue
    return None


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _names(fields: Mapping[str, object], name: str) -> list[str]:
    value = fields.get(name)
    items = value if isinstance(value, list | tuple) else ()
    return [item for item in items if isinstance(item, str)]


def _integer(fields: Mapping[str, object], name: str, default: int) -> int:
    match = re.search(r"\d{1,3}", str(fields.get(name)))
    return int(match[0]) if match else default


def _level(fields: Mapping[str, object]) -> int:
    return min(max(_integer(fields, "level", 3), LEVELS[0]), LEVELS[-1])


def _others(category: str) -> list[str]:
    """The other categories of its book."""
    book = PRIMER if category in PRIMER else CATEGORIES
    return [name for name in book if name != category]


def _units(fields: Mapping[str, object]) -> tuple[Unit, ...]:
    return units_of(_KNOWN.normalise(_text(fields, "category")) or CATEGORIES[0])
