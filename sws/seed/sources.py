"""Problems from where they come: the textbook, or any source that `sws.sources` reads.

Every source is a stream of rows; nothing but the current batch is in memory.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice

from sws.config.problems import ProblemSet
from sws.errors import SwsError
from sws.identity import seed_for
from sws.seed.code_shapes import columns_of_shapes, in_shape
from sws.seed.rows import RowReader, SourceRow
from sws.seed.source_columns import choose
from sws.sources.locate import is_local
from sws.sources.messages import texts_of
from sws.sources.read import read_batches
from sws.sources.where import parse_conditions
from sws.text.affixes import Affixes
from sws.textbook.book import Key

log = logging.getLogger(__name__)

#: Embedded problems whose answers are tests.
TEXTBOOK_CODE = "textbook-code"


class Source:
    """A problem set being read, with what is to be said of it afterwards.

    `key` is its place in params.yaml (`seed_set`), for messages. The textbook draws by the run's
    seed and `key`, and leaves out the problems `exclude`.
    """

    def __init__(
        self,
        problems: ProblemSet,
        key: str,
        run_seed: int = 0,
        exclude: Collection[Key] = frozenset(),
    ) -> None:
        self.problems, self.key = problems, key
        self.notes: Counter[str] = Counter()
        self.rows = 0
        self.left_out: Counter[str] = Counter()  # by condition of `where`
        self._reader = RowReader(problems, self.notes)
        self._seed, self._exclude = run_seed, exclude

    def __iter__(self) -> Iterator[SourceRow]:
        """Stream the rows. Raises SwsError where the source cannot be read or has no rows."""
        for rows in self._batches():
            for row in rows:
                self.rows += 1
                yield row
        if removed := self._reader.removed:
            self.notes[f"instructions were removed ({self._instructions()})"] = removed
        for note, count in sorted(self.notes.items()):
            log.warning("%s: %s: in %d of the rows read", self.key, note, count)
        if not self.rows:
            raise self._empty()

    def _batches(self) -> Iterator[list[SourceRow]]:
        if self.problems.source == TEXTBOOK_CODE:
            return self._code()
        return self._textbook() if self.problems.book else self._rows()

    def _empty(self) -> SwsError:
        if not self.left_out:
            return SwsError(
                f"{self.key}: {self.problems.title} has no rows",
                expected="at least one problem with its answer",
                fix=f"check the file or the split, or change {self.key}.source in params.yaml",
            )
        counts = ", ".join(f"{text} ({n} rows fail it)" for text, n in self.left_out.most_common())
        return SwsError(
            f"{self.key}: no row of {self.problems.title} meets {self.key}.where",
            expected=f"at least one row that meets every condition: {counts}",
            fix=f"change {self.key}.where in params.yaml; `sws look` shows the columns' values",
        )

    @property
    def affixes(self) -> Affixes:
        """The instructions that are taken from around the problems."""
        return self._reader.affixes

    def _textbook(self) -> Iterator[list[SourceRow]]:
        from sws.textbook import pages

        problems, row = self.problems, 0
        seed = seed_for(self._seed, "source", self.key)
        for category in problems.book:
            levels = problems.category_levels.get(category, problems.levels)
            units = problems.units_per_category
            for page in pages(
                seed, problems.per_category, levels, (category,), self._exclude, units
            ):
                row += 1
                if problems.limit and row > problems.limit:
                    return
                yield [SourceRow(row, page.text, page.answer, page.category)]

    def _code(self) -> Iterator[list[SourceRow]]:
        from sws.textbook.code import CATEGORY, LEVELS, code_problems

        problems, seed = self.problems, seed_for(self._seed, "source", self.key)
        levels = [level for level in problems.levels if level in LEVELS]
        found = code_problems(seed, problems.per_category, levels, self._exclude)
        yield [
            SourceRow(row, one.text, one.tests, CATEGORY)
            for row, one in enumerate(islice(found, problems.limit), start=1)
        ]

    def _rows(self) -> Iterator[list[SourceRow]]:
        problems = self.problems
        conditions = parse_conditions(problems.where, self.key)
        columns = problems.columns
        asked = [columns.problem, columns.answer, *(condition.path for condition in conditions)]
        asked += [columns.category] if columns.category else []
        is_code = problems.verifier == "code"
        asked += columns_of_shapes() if is_code else []
        batches = read_batches(
            problems.source, split=problems.split, subset=problems.subset,
            revision=problems.revision, columns=asked, key=self.key,
        )  # fmt: skip
        if is_code:
            batches = in_shape(batches, problems)
        file, chosen, before, taken = "", None, 0, 0
        for batch in batches:
            if batch.file != file or chosen is None:
                chosen, file = choose(batch, problems, conditions, self.key), batch.file
            texts = texts_of(batch, chosen.problem, self.notes)
            if not taken:
                self._reader.find_affixes(texts)
            failing = chosen.failing(batch)
            found = self._reader.rows(batch, chosen, texts, before, failing)
            taken += len(found)
            last = bool(problems.limit and taken >= problems.limit)
            if last:
                found = found[: len(found) - (taken - (problems.limit or 0))]
            if failing:
                end = found[-1].row - before if last else len(batch)
                self.left_out.update(filter(None, failing[:end]))
            yield found
            if last:
                return
            before += len(batch)

    def _instructions(self) -> str:
        shown = [f"{part[:60]!r}" for part in (self.affixes.prefix, self.affixes.suffix) if part]
        return " and ".join(shown)


def check_source(problems: ProblemSet, key: str) -> str:
    """What is wrong with a source on this machine: not there, not readable, without a column; ''.

    Data sets of the Hub are not asked for.
    """
    sources = [problems.source] if isinstance(problems.source, str) else problems.source
    if problems.book or TEXTBOOK_CODE in sources or not all(map(is_local, sources)):
        return ""
    try:
        next(iter(Source(problems, key)))
    except SwsError as error:
        return str(error)
    return ""
