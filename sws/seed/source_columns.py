"""Which columns of a file a problem set reads: found by name or path, or refused with a hint."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sws.config.problems import Columns, ProblemSet
from sws.errors import SwsError
from sws.sources.batch import Batch, find_column
from sws.sources.paths import Parts, parts_of, structure
from sws.sources.where import Condition

_SHOWN = 20  # parts of a column


@dataclass(frozen=True)
class Chosen:
    """Where a file has the problem, the answer, the category and what conditions ask for."""

    problem: Parts
    answer: Parts
    category: Parts | None
    conditions: Sequence[tuple[Condition, Parts]]

    def failing(self, batch: Batch) -> list[str] | None:
        """The first condition that each row fails ('': meets all); None without conditions."""
        if not self.conditions:
            return None
        failed = [""] * len(batch)
        for condition, parts in self.conditions:
            for index, value in enumerate(batch.values(parts)):
                if not failed[index] and not condition.holds(value):
                    failed[index] = condition.text
        return failed


def choose(batch: Batch, problems: ProblemSet, conditions: Sequence[Condition], key: str) -> Chosen:
    """The columns of the file whose first rows are `batch`. Raises SwsError for a missing one."""
    columns = problems.columns
    category = None
    if columns.category is not None:
        category = find_column(batch, columns.category)
        if category is None and columns.category != Columns().category:
            raise _missing(batch, columns.category, "category", key)
    return Chosen(
        _column(batch, columns.problem, "problem", key),
        _column(batch, columns.answer, "answer", key),
        category,
        [(one, _condition(batch, one, key)) for one in conditions],
    )


def _column(batch: Batch, path: str, role: str, key: str) -> Parts:
    found = find_column(batch, path)
    if found is None:
        raise _missing(batch, path, role, key)
    return found


def _condition(batch: Batch, condition: Condition, key: str) -> Parts:
    found = find_column(batch, condition.path)
    if found is None and condition.path.split(".")[0] not in batch.names():
        raise _missing(batch, condition.path, "", key)
    return found or parts_of(condition.path, batch.names())


def _missing(batch: Batch, path: str, role: str, key: str) -> SwsError:
    names = batch.names()
    near = _nearest(batch, path)
    guess = f" (perhaps to {near})" if near else ""
    place = f"{key}.columns.{role}" if role else f"{key}.where"
    what = f"the column that holds the {role}" if role else "a column that a condition can ask"
    return SwsError(
        f"{key}: {batch.file} has no column {path!r}",
        expected=f"{what}; there are: {', '.join(names)}{_inside(batch, path)}",
        fix=f"set {place} in params.yaml{guess}; `sws look {batch.file}` proposes the section",
    )


def _nearest(batch: Batch, path: str) -> str:
    """The column or the part of one whose name is most like a path that is not there."""
    column, *rest = path.split(".")
    parts = [str(part) for part in _parts_inside(batch, path) or ()]
    if rest and parts:
        near = difflib.get_close_matches(rest[0], parts, n=1, cutoff=0.4)
        chosen = near or (parts if len(parts) == 1 else [])
        return f"{column}.{chosen[0]}" if chosen else ""
    return next(iter(difflib.get_close_matches(column, batch.names(), n=1, cutoff=0.4)), "")


def _inside(batch: Batch, path: str) -> str:
    """What a path's own column has, where the column is there and the rest of the path is not."""
    parts = _parts_inside(batch, path)
    if parts is None:
        return ""
    has = f"has: {', '.join(map(str, parts[:_SHOWN]))}" if parts else "has no parts"
    return f"; {parts_of(path, batch.names())[0]} {has}"


def _parts_inside(batch: Batch, path: str) -> list[Any] | None:
    """The names or numbers in a path's own column; None where there is no such column."""
    column = parts_of(path, batch.names())[0]
    if column not in batch.names():
        return None
    value = next((one for one in batch.values((column,)) if one is not None), None)
    inside = structure(value) if isinstance(value, str | bytes) else value
    if isinstance(inside, list):
        return list(range(len(inside)))
    return list(inside) if isinstance(inside, dict) else []
