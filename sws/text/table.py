"""Tables of texts that are no artifacts of ours: JSON Lines or Parquet, one column of texts."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.jsonl import open_text, read_lines, rows_of, standard_input, text

COLUMNS = ("text", "problem", "question", "prompt")  # where texts are looked for, in this order
EXAMPLE = '{"id": 1, "text": "How many ..."}'
Row = dict[str, Any]


@dataclass(frozen=True)
class TextTable:
    """A file and its column of texts. Reading streams, and may be done again."""

    path: Path
    column: str
    copy: TextIO | None = None  # of a pipe, which can be read once only

    @property
    def name(self) -> str:
        """What people call it."""
        return "standard input" if str(self.path) == "-" else str(self.path)

    def rows(self) -> Iterator[Row]:
        """Every row in order. Raises SwsError, with the place, where there is no text."""
        if self.path.suffix == ".parquet":
            yield from _parquet_rows(self.path, self.column)
            return
        example, checks = json.dumps({"id": 1, self.column: "How many ..."}), {self.column: text}
        if self.copy:
            self.copy.seek(0)
            yield from rows_of(self.copy, self.name, example, checks)
        else:
            yield from read_lines(self.path, example, **checks)

    def texts(self) -> Iterator[str]:
        """The text of every row."""
        return (row[self.column] for row in self.rows())

    def texts_at(self, numbers: set[int]) -> dict[int, str]:
        """The texts of some rows, by their numbers from 0."""
        stop = max(numbers, default=-1) + 1
        found = enumerate(islice(self.texts(), stop))
        return {number: text for number, text in found if number in numbers}


def open_table(path: Path, columns: Sequence[str] = COLUMNS) -> TextTable:
    """A table ("-": standard input) whose texts are in the first of `columns` that it has."""
    table = TextTable(path, columns[0], _copy_of_a_pipe(path))
    if not table.copy and not path.is_file():
        what = "not a file" if path.exists() else "no such file"
        raise SwsError(f"{path}: {what}", expected="JSON Lines or Parquet", fix="check the path")
    names = _columns(table)
    for name in columns:
        if name in names:
            return replace(table, column=name)
    raise SwsError(
        f"{table.name}: no column {' or '.join(columns)}",
        expected=f"one of its columns: {', '.join(names) or 'it has none'}",
        fix="name the column of the texts with --column"
        if names
        else "check the path: the file is empty",
    )


def _copy_of_a_pipe(path: Path) -> TextIO | None:
    """A temporary file without a name; None where the path is no pipe."""
    if str(path) != "-" and not path.is_fifo():
        return None
    copy = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
    opened = nullcontext(standard_input()) if str(path) == "-" else open_text(path)
    with opened as stream:
        shutil.copyfileobj(stream, copy)
    return copy


def _columns(table: TextTable) -> list[str]:
    if table.path.suffix == ".parquet":
        return list(_opened(table.path).schema_arrow.names)
    if not table.copy:
        return list(next(read_lines(table.path, EXAMPLE), {}))
    table.copy.seek(0)
    return list(next(rows_of(table.copy, table.name, EXAMPLE, {}), {}))


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise SwsError(f"{path}: not a Parquet file ({error})") from None


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    try:
        yield from _opened(path).iter_batches(batch_size=4096)
    except (OSError, pa.ArrowException) as error:
        raise SwsError(
            f"{path}: cannot be read ({error})",
            expected="a whole Parquet file",
            fix="make or fetch it again",
        ) from None


def _parquet_rows(path: Path, column: str) -> Iterator[Row]:
    number = 0
    for batch in _batches(path):
        for row in batch.to_pylist():
            number += 1
            if not isinstance(row[column], str):
                raise SwsError(
                    f"{path}, row {number}: {column!r} cannot be {row[column]!r:.60}",
                    expected="text",
                    fix="mend or remove that row",
                )
            yield row
