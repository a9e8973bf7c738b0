"""Tables of texts that are no artifacts of ours: any source, one column of texts."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from sws.errors import SwsError
from sws.jsonl import open_text, standard_input
from sws.sources.batch import Batch, find_column
from sws.sources.file import File
from sws.sources.messages import text_of
from sws.sources.paths import Parts
from sws.sources.read import read_batches, read_file
from sws.text.affixes import NO_AFFIXES, Affixes, find_affixes
from sws.verify.golds import read_gold

#: Where texts and answers are looked for, in this order.
COLUMNS = ("text", "problem", "question", "prompt")
ANSWERS = (
    "answer", "gold", "final_answer", "reward_model.ground_truth",
    "verification_info.ground_truth", "ground_truth",
)  # fmt: skip
Row = dict[str, Any]


class Item(NamedTuple):
    """A row, its text, and its answer ('' where the table has none)."""

    row: Row
    text: str
    answer: str


@dataclass(frozen=True)
class TextTable:
    """A source and its column of texts. Reading streams, and may be done again."""

    path: Path
    column: str
    parts: Parts
    answer: Parts | None = None
    affixes: Affixes = NO_AFFIXES
    pipe: File | None = None  # a copy of what can be read once only

    @property
    def name(self) -> str:
        """What people call it."""
        return self.pipe.path if self.pipe else str(self.path)

    def items(self) -> Iterator[Item]:
        """Every row in order. Raises SwsError, with the place, where there is no text."""
        for batch in _batches(self.path, self.pipe):
            for row, (text, answer) in zip(batch.rows(), self._read(batch), strict=True):
                yield Item(row, text, answer)

    def compared(self) -> Iterator[tuple[str, str]]:
        """The text, without the instructions around it, and the answer of every row."""
        columns = [".".join(parts) for parts in (self.parts, self.answer) if parts]
        for batch in _batches(self.path, self.pipe, columns):
            for text, answer in self._read(batch):
                yield self.affixes.strip(text.strip()), answer

    def texts_at(self, numbers: set[int]) -> dict[int, str]:
        """The texts of some rows, by their numbers from 0."""
        stop = max(numbers, default=-1) + 1
        found = enumerate(islice(self.items(), stop))
        return {number: item.text for number, item in found if number in numbers}

    def _read(self, batch: Batch) -> Iterator[tuple[str, str]]:
        answers = batch.values(self.answer) if self.answer else [None] * len(batch)
        pairs = zip(batch.values(self.parts), answers, strict=True)
        for index, (value, answer) in enumerate(pairs):
            yield text_in(value, batch, index, self.column), read_gold(answer, "all").text


def text_in(value: Any, batch: Batch, index: int, column: str) -> str:
    """The text of one row. Raises SwsError, with the place, where it has none."""
    text = text_of(value, Counter())
    if text or isinstance(value, str):
        return text
    raise SwsError(
        f"{batch.where(index)}: {column!r} cannot be {value!r:.60}",
        expected=f'{{"{column}": "How many ..."}}, or chat messages with a turn of the user',
        fix="fix or remove that row",
    )


def open_table(path: Path, columns: Sequence[str] = COLUMNS) -> TextTable:
    """A table ("-": standard input) whose texts are in the first of `columns` that it has."""
    pipe = _copy_of_a_pipe(path)
    first = next(_batches(path, pipe), None)
    if first is None:
        first = Batch(str(path), "row", ())
    for name in columns:
        parts = find_column(first, name)
        if parts and (parts[0] in first.names()):
            answer = next(filter(None, (find_column(first, one) for one in ANSWERS)), None)
            texts = [text_of(value, Counter()) for value in first.values(parts)]
            return TextTable(path, name, parts, answer, find_affixes(texts), pipe)
    given, names = pipe.path if pipe else str(path), first.names()
    if not names:
        raise SwsError(
            f"{given}: no rows",
            expected=f"rows with a column {' or '.join(columns)}",
            fix="check the path: the file is empty",
        )
    raise SwsError(
        f"{given}: no column {' or '.join(columns)}",
        expected=f"one of its columns: {', '.join(names)}",
        fix="name the column of the texts with --column",
    )


def _batches(
    path: Path, pipe: File | None, columns: Sequence[str] | None = None
) -> Iterator[Batch]:
    if pipe:
        return read_file(pipe)
    return read_batches(str(path), columns=columns, key="")


class _Spooled:
    """A temporary file in the place of a pipe, opened as often as wanted."""

    def __init__(self) -> None:
        self.file = tempfile.NamedTemporaryFile("w", encoding="utf-8")  # noqa: SIM115

    def open(self, _path: str, _mode: str) -> BinaryIO:
        self.file.flush()
        return Path(self.file.name).open("rb")


def _copy_of_a_pipe(path: Path) -> File | None:
    """A copy of standard input or of a named pipe; None where the path is no pipe."""
    if str(path) != "-" and not path.is_fifo():
        return None
    copy = _Spooled()
    standard = str(path) == "-"
    with nullcontext(standard_input()) if standard else open_text(path) as stream:
        shutil.copyfileobj(stream, copy.file)
    return File("standard input" if standard else str(path), "lines", None, copy)
