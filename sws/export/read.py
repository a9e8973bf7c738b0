"""The problems of a file: a table of this package as it is, any other source as a seed set is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sws.config.problems import ProblemSet
from sws.errors import SwsError
from sws.export.base import Item
from sws.identity import problem_id
from sws.seed.outcomes import by_condition
from sws.seed.sources import Source
from sws.sources.batch import Batch
from sws.sources.read import read_batches
from sws.sources.shapes import recognise
from sws.store import checked_parquet

#: Columns that every table with problems and answers has.
_OWN = ("problem_id", "problem", "answer")
_ASKED = [*_OWN, "category", "source", "kept", "reason"]
NO_PROBLEM, NO_ANSWER, NOT_KEPT = "no problem", "no answer", "not kept"


@dataclass
class Reader:
    """Streams the problems of `file` that can be trained on; counts the others by reason.

    `problems` overrides what is proposed for a source that is no table of this package (columns,
    split, conditions), as the section seed_set does.
    """

    file: str
    problems: dict[str, object] = field(default_factory=dict)
    rows: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Item]:
        """Raises SwsError where the file cannot be read, or has no problems with answers."""
        path = Path(self.file)
        if path.suffix == ".json" and path.with_suffix(".parquet").exists():
            self.file = str(checked_parquet(path))  # the manifest of a table
        first = self._first()
        own = set(_OWN) <= set(first.names()) and "columns" not in self.problems
        yield from self._own() if own else self._source(first)

    def _first(self) -> Batch:
        options = {name: self.problems[name] for name in ("split", "subset", "revision")
                   if name in self.problems}  # fmt: skip
        for batch in read_batches(self.file, limit=100, key="", **options):  # type: ignore[arg-type]
            return batch
        raise SwsError(
            f"{self.file}: no rows", expected="problems with answers", fix="check the path"
        )

    def _own(self) -> Iterator[Item]:
        index = 0
        for batch in read_batches(self.file, columns=_ASKED, key=""):
            known = [name for name in _ASKED if name in batch.names()]
            for values in zip(*(batch.values((name,)) for name in known), strict=True):
                row = dict(zip(known, values, strict=True))
                self.rows += 1
                if reason := _fault(row):
                    self.dropped[reason] += 1
                    continue
                source = row.get("source") or "sws"
                shown = (row["problem_id"], row["problem"], row["answer"], row.get("category"))
                yield Item(index, *shown, source)
                index += 1

    def _source(self, first: Batch) -> Iterator[Item]:
        shape = recognise(first)
        proposed = shape.block(self.file) if shape else None
        if proposed is None and "columns" not in self.problems:
            raise SwsError(
                f"{self.file}: no column looks like a problem with an answer",
                expected=f"two of its columns: {', '.join(first.names())}",
                fix="name them by --problem and --answer",
            )
        block = {**(proposed or {}), "source": self.file, **self.problems}
        source, index = Source(ProblemSet.model_validate(block), "export"), 0
        for row in source:
            self.rows += 1
            if row.fault:
                self.dropped[row.fault] += 1
                continue
            name = Path(self.file).stem
            yield Item(index, problem_id(row.text), row.text, row.answer, row.category, name)
            index += 1
        self.rows += source.left_out.total()
        self.dropped.update(by_condition(source.left_out))


def _fault(row: dict[str, object]) -> str:
    """Why a row of an own table is not exported; '' if it is."""
    if row.get("kept") is False:
        return f"{NOT_KEPT}: {row['reason']}" if row.get("reason") else NOT_KEPT
    if not row["problem"]:
        return NO_PROBLEM
    return "" if row["answer"] else NO_ANSWER
