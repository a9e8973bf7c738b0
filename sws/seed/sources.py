"""Problems from where they come: the textbook, or any source that `sws.sources` reads.

Every source is a stream of rows; nothing but the current batch is in memory.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sws.config.problems import ProblemSet
from sws.errors import SwsError
from sws.identity import seed_for
from sws.seed.source_columns import Chosen, choose
from sws.sources.batch import Batch
from sws.sources.escapes import repair
from sws.sources.locate import is_local
from sws.sources.messages import text_of
from sws.sources.read import read_batches
from sws.sources.where import parse_conditions
from sws.text.affixes import Affixes, find_affixes
from sws.textbook.book import Key
from sws.verify.golds import ADVICE, EMPTY, gold_as_is, read_gold

log = logging.getLogger(__name__)

TEXTBOOK = "textbook"
PUT_BACK = "backslashes of LaTeX that JSON had eaten were put back"
#: Verifiers whose golds are answers; others read golds themselves.
_READ = ("math", "choice")
NO_TEXT, PICTURE = "empty problem", "needs an image"
_PICTURES = ("<image", "![", "\\includegraphics")


class SourceRow(NamedTuple):
    """One row as its source has it, from 1; text and answer are '' if missing.

    `fault` is why nothing can be learned from it ('' where it is good), `shown` what shows that.
    """

    row: int
    text: str
    answer: str
    category: str | None
    fault: str = ""
    shown: str = ""


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
        self.affixes = Affixes()
        self.notes: Counter[str] = Counter()
        self.rows = self._removed = 0
        self._seed, self._exclude = run_seed, exclude

    def __iter__(self) -> Iterator[SourceRow]:
        """Stream the rows. Raises SwsError where the source cannot be read or has no rows."""
        textbook = self.problems.source == TEXTBOOK
        for row in self._textbook() if textbook else self._rows():
            self.rows += 1
            yield row
        if self._removed:
            self.notes[f"instructions were removed ({self._instructions()})"] = self._removed
        for note, count in sorted(self.notes.items()):
            log.warning("%s: %s: in %d of the rows read", self.key, note, count)
        if not self.rows:
            fix = f"check the file or the split, or change {self.key}.source in params.yaml"
            if self.problems.where:
                fix = f"check {self.key}.where: no row meets {' and '.join(self.problems.where)}"
            raise SwsError(
                f"{self.key}: {self.problems.title} has no rows",
                expected="at least one problem with its answer",
                fix=fix,
            )

    def _textbook(self) -> Iterator[SourceRow]:
        from sws.categories import CATEGORIES
        from sws.textbook import pages

        problems, row = self.problems, 0
        seed = seed_for(self._seed, "source", self.key)
        for category in CATEGORIES:
            levels = problems.category_levels.get(category, problems.levels)
            units = problems.units_per_category
            for page in pages(
                seed, problems.per_category, levels, (category,), self._exclude, units
            ):
                row += 1
                if problems.limit and row > problems.limit:
                    return
                yield SourceRow(row, page.text, page.answer, page.category)

    def _rows(self) -> Iterator[SourceRow]:
        problems = self.problems
        conditions = parse_conditions(problems.where, self.key)
        columns = problems.columns
        asked = [columns.problem, columns.answer, *(condition.path for condition in conditions)]
        asked += [columns.category] if columns.category else []
        batches = read_batches(
            problems.source, split=problems.split, subset=problems.subset,
            revision=problems.revision, columns=asked, key=self.key,
        )  # fmt: skip
        file, chosen, row = "", None, 0
        for batch in batches:
            if batch.file != file or chosen is None:
                chosen, file = choose(batch, problems, conditions, self.key), batch.file
            texts = [text_of(value, self.notes) for value in batch.values(chosen.problem)]
            if not row:
                self.affixes = self._find_affixes(texts)
            for found in self._of_batch(batch, chosen, texts, row):
                yield found
                row = found.row
                if problems.limit and row >= problems.limit:
                    return

    def _of_batch(
        self, batch: Batch, chosen: Chosen, texts: Sequence[str], row: int
    ) -> Iterator[SourceRow]:
        """The rows of a batch that meet every condition, numbered on from `row`."""
        good = chosen.passing(batch)
        answers = batch.values(chosen.answer)
        categories = batch.values(chosen.category) if chosen.category else [None] * len(batch)
        for index, (text, answer, category) in enumerate(
            zip(texts, answers, categories, strict=True)
        ):
            if good is None or good[index]:
                row += 1
                yield self._row(row, text, answer, category)

    def _row(self, number: int, text: str, answer: Any, category: Any) -> SourceRow:
        text = self._text(text)
        if self.problems.verifier in _READ:
            gold, reason = read_gold(answer, self.problems.answers)
        else:
            gold, reason = gold_as_is(answer)
        said = _category(category)
        shown = ""
        if reason:
            shown = ADVICE.get(reason, "") or (f"{answer!r:.200}" if reason != EMPTY.reason else "")
        if not text:
            reason, shown = NO_TEXT, ""
        elif "<image" in text or "![" in text or "\\includeg" in text:
            reason, shown = PICTURE, next(mark for mark in _PICTURES if mark in text)
        return SourceRow(number, text, writable(gold), said, reason, writable(shown))

    def _text(self, text: str) -> str:
        """The problem's text as written, but for line ends, space and instructions around it."""
        text = text if text.isascii() else writable(text)
        bare = self._without_instructions(text)
        if not bare.isprintable():  # only then may there be something to put right
            text = text.replace("\r\n", "\n")
            if (repaired := repair(text)) != text:
                self.notes[PUT_BACK] += 1
            bare = self._without_instructions(repaired)
        if bare is not text and len(bare) < len(text.strip()):
            self._removed += 1
        return bare

    def _without_instructions(self, text: str) -> str:
        return self.affixes.strip(text.strip()) if self.affixes else text.strip()

    def _instructions(self) -> str:
        shown = [f"{part[:60]!r}" for part in (self.affixes.prefix, self.affixes.suffix) if part]
        return " and ".join(shown)

    def _find_affixes(self, texts: Sequence[str]) -> Affixes:
        strip = self.problems.strip
        if strip.prefix or strip.suffix:
            return Affixes(strip.prefix.strip(), strip.suffix.strip())
        clean = [repair(writable(text).replace("\r\n", "\n")) for text in texts]
        return find_affixes(clean) if strip.auto else Affixes()


def read_source(
    problems: ProblemSet, key: str, run_seed: int, exclude: Collection[Key] = frozenset()
) -> Iterator[SourceRow]:
    """Stream a problem set (see `Source`)."""
    return iter(Source(problems, key, run_seed, exclude))


def check_source(problems: ProblemSet, key: str) -> str:
    """What is wrong with a source on this machine: not there, not readable, without a column; ''.

    Data sets of the Hub are not asked for.
    """
    sources = [problems.source] if isinstance(problems.source, str) else problems.source
    if problems.source == TEXTBOOK or not all(map(is_local, sources)):
        return ""
    try:
        next(iter(Source(problems, key)))
    except SwsError as error:
        return str(error)
    return ""


def writable(text: str) -> str:
    """The text with U+FFFD for half a character, which JSON can hold and no file of ours."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _category(value: Any) -> str | None:
    """A category as text; of a list, its items from the most general on."""
    if value is None:
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, list):
        value = " -> ".join(str(item) for item in value)
    return writable(str(value)).strip() or None
