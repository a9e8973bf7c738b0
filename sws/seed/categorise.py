"""Categories of a problem set: what its own names mean here, and the categorizer for the rest."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from sws.categories import OTHER, Categories, names_in
from sws.config.problems import ProblemSet
from sws.config.schema import Config
from sws.engines import Request, open_role, sampling_of
from sws.identity import seed_for
from sws.prompts import categorize
from sws.prompts.reading import Unread
from sws.store import read_rows

log = logging.getLogger(__name__)

Row = dict[str, Any]
_SHOWN = 20  # unknown categories


class Counted:
    """The categories of a source's rows; those that are not known are counted."""

    def __init__(self, known: Categories, problems: ProblemSet) -> None:
        self._known, self._problems = known, problems
        self._unused = set(problems.map_categories)
        self._find = lru_cache(4096)(self._found)  # a set has few, each in many rows
        self.unknown: Counter[str] = Counter()

    def of(self, said: str | None) -> str | None:
        """The category in force that a row's own category is, else its own."""
        found = self._find(said)
        if said and not found:
            self.unknown[said] += 1
        if not said or found:
            return found
        return self._problems.map_categories.get(said, said)

    def _found(self, said: str | None) -> str | None:
        self._unused -= names_in(said, self._unused)
        return self._known.find(said, self._problems.map_categories)

    def asked_for(self, category: str | None) -> bool:
        """Whether the categorizer is asked."""
        if category and self._problems.keep_categories:
            return False
        return not self._known.normalise(category)

    def report(self, key: str, *, asked: bool) -> None:
        """Show what is not known, before the categorizer replaces any of it."""
        self.report_unused(key)
        if not self.unknown:
            return
        shown = ", ".join(f"{name} ({count})" for name, count in self.unknown.most_common(_SHOWN))
        kept = self._problems.keep_categories or not asked
        fate = "they are kept as they are" if kept else "the categorizer is asked for them"
        log.warning(
            "%s: rows whose category is not in `categories`: %d, namely %s; %s "
            "(%s.map_categories gives them a known name, %s.keep_categories keeps them)",
            key, self.unknown.total(), shown, fate, key, key,
        )  # fmt: skip

    def report_unused(self, key: str) -> None:
        """Name the entries of `map_categories` that no row needed: a typo, or other data."""
        if self._unused:
            log.warning(
                "%s.map_categories: no row has the category %s",
                key, ", ".join(map(repr, sorted(self._unused))),
            )  # fmt: skip


def ask_categories(
    config: Config, categories: Counted, rows: Path, student: Path | None
) -> dict[str, str]:
    """The category of each kept problem whose source names none; `Other` if it stays unclear."""
    role = config.roles.categorizer

    def requests() -> Iterator[tuple[str, Request]]:
        for row in read_rows(rows, only="kept"):
            if categories.asked_for(row["category"]):
                yield (
                    row["problem_id"],
                    Request(
                        "categorizer",
                        categorize.messages(
                            row["problem"], config.categories, config.prompts.categorizer
                        ),
                        sampling_of(role),
                        seed_for(config.seed, "categorize", row["problem_id"]),
                        {"problem": row["problem"]},
                    ),
                )

    answers: dict[str, str] = {}
    with open_role(config, "categorizer", student) as client:
        for identity, response in client.ask(requests(), None, "Finding missing categories"):
            text = response.texts[0] if response.texts else ""
            said = categorize.parse(text, config.categories)
            answers[identity] = OTHER if isinstance(said, Unread) else said
    return answers


def with_categories(rows: Iterable[Row], answers: dict[str, str]) -> Iterator[Row]:
    """The rows with the answers of the categorizer."""
    for row in rows:
        if row["kept"] and row["problem_id"] in answers:
            row["category"] = answers[row["problem_id"]]
        yield row
