"""Rows of a problem set as they are read: the problem bare of instructions, the gold answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any, NamedTuple

from sws.config.problems import ProblemSet
from sws.seed.source_columns import Chosen
from sws.sources.batch import Batch
from sws.sources.escapes import may_need_repair, repair
from sws.text.affixes import Affixes, find_affixes
from sws.verifiers.mixed import names_verifier
from sws.verify.golds import gold_as_is, gold_as_text, is_plain, read_gold
from sws.verify.no_answer import EMPTY, Gold

PUT_BACK = "backslashes of LaTeX that JSON had eaten were put back"
#: Verifiers whose golds are answers; `exact` takes text as it is, others read golds themselves.
_READ = ("math", "choice", "mixed")
NO_TEXT, PICTURE, NUL = "empty problem", "needs an image", "NUL character in the text"
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


class RowReader:
    """Reads rows of a problem set; `affixes` are the instructions found around its first texts.

    `notes` counts what was put right, `removed` from how many rows instructions were taken.
    """

    def __init__(self, problems: ProblemSet, notes: Counter[str]) -> None:
        self.problems, self.notes = problems, notes
        self.affixes = Affixes()
        self.removed = 0
        self._read = problems.verifier in _READ
        self._named = problems.verifier == "mixed"

    def find_affixes(self, texts: Sequence[str]) -> None:
        """Take the configured instructions, or look for them in the first texts."""
        strip = self.problems.strip
        if strip.prefix or strip.suffix:
            self.affixes = Affixes(strip.prefix.strip(), strip.suffix.strip())
        elif strip.auto:
            clean = [repair(writable(text).replace("\r\n", "\n")) for text in texts]
            self.affixes = find_affixes(clean)

    def rows(
        self,
        batch: Batch,
        chosen: Chosen,
        texts: Sequence[str],
        start: int,
        failing: Sequence[str] | None = None,
    ) -> list[SourceRow]:
        """The rows of a batch that fail no condition; `start` rows of the source came before."""
        answers: Sequence[Any] = batch.values(chosen.answer)
        categories: Sequence[Any] = (
            batch.values(chosen.category) if chosen.category else [None] * len(batch)
        )
        numbered: Sequence[int] = range(start + 1, start + 1 + len(batch))
        if failing is not None:
            good = [not condition for condition in failing]
            numbered, texts, answers, categories = (
                list(compress(column, good)) for column in (numbered, texts, answers, categories)
            )
        if batch.table is not None and self._read and _is_clean(texts):
            return list(self._clean(numbered, texts, answers, categories))
        return [
            self._row(number, text, answer, category)
            for number, text, answer, category in zip(
                numbered, texts, answers, categories, strict=True
            )
        ]

    def _clean(
        self,
        numbered: Sequence[int],
        texts: Sequence[str],
        answers: Sequence[Any],
        categories: Sequence[Any],
    ) -> Iterator[SourceRow]:
        """Rows whose texts have nothing to put right; only unusual ones are looked at singly."""
        bare = [text.strip() for text in texts]
        if self.affixes:
            whole, bare = bare, self.affixes.strip_all(bare)
            self.removed += sum(map(len, whole)) > sum(map(len, bare)) and sum(
                len(one) > len(other) for one, other in zip(whole, bare, strict=True)
            )
        for number, text, answer, category in zip(numbered, bare, answers, categories, strict=True):
            if text and is_plain(answer):
                said = None if category is None else _category(category)
                yield SourceRow(number, text, answer, said)
            else:
                yield self._of_bare(number, text, answer, category)

    def _row(self, number: int, text: str, answer: Any, category: Any) -> SourceRow:
        return self._of_bare(number, self._text(text), answer, category)

    def _of_bare(self, number: int, text: str, answer: Any, category: Any) -> SourceRow:
        gold, reason = self._gold(answer)
        said = _category(category)
        shown = f"{answer!r:.200}" if reason and reason != EMPTY.reason else ""
        if not text:
            reason, shown = NO_TEXT, ""
        elif picture := next((mark for mark in _PICTURES if mark in text), ""):
            reason, shown = PICTURE, picture
        elif "\0" in text or "\0" in gold:
            reason, shown = NUL, f"{text[:100]!r}, {gold[:100]!r}"
        return SourceRow(number, text, writable(gold), said, reason, writable(shown))

    def _gold(self, answer: Any) -> Gold:
        several, verifier = self.problems.answers, self.problems.verifier
        if self._read and not (self._named and names_verifier(answer)):
            return read_gold(answer, several)
        if verifier == "exact":
            return gold_as_text(answer, several)
        return gold_as_is(answer, "one" if verifier == "code" else several)

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
            self.removed += 1
        return bare

    def _without_instructions(self, text: str) -> str:
        return self.affixes.strip(text.strip()) if self.affixes else text.strip()


def _is_clean(texts: Sequence[str]) -> bool:
    """Whether no text of a batch has anything to put right, or a picture."""
    joined = "\n ".join(texts)
    return not may_need_repair(joined) and not any(mark in joined for mark in (*_PICTURES, "\0"))


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
