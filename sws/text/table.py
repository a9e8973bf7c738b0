"""Tables of texts that are no artifacts of ours: JSON Lines or Parquet, one column of texts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.jsonl import read_lines, text

COLUMNS = ("text", "problem", "question", "prompt")  # where texts are looked for, in this order
Row = dict[str, Any]


@dataclass(frozen=True)
class TextTable:
    """A file and its column of texts. Reading streams, and may be done again."""

    path: Path
    column: str

    def rows(self) -> Iterator[Row]:
        """Every row in order. Raises SwsError, with the place, where there is no text."""
        if self.path.suffix == ".parquet":
            yield from _parquet_rows(self.path, self.column)
        else:
            example = json.dumps({"id": 1, self.column: "How many ..."})
            yield from read_lines(self.path, example, **{self.column: text})

    def texts(self) -> Iterator[str]:
        """The text of every row."""
        return (row[self.column] for row in self.rows())

    def texts_at(self, numbers: set[int]) -> dict[int, str]:
        """The texts of some rows, by their numbers from 0."""
        stop = max(numbers, default=-1) + 1
        found = enumerate(islice(self.texts(), stop))
        return {number: text for number, text in found if number in numbers}


def open_table(path: Path, columns: Sequence[str] = COLUMNS) -> TextTable:
    """A table whose texts are in the first of `columns` that it has."""
    if not path.is_file():
        raise SwsError(f"{path}: no such file", expected="JSON Lines or Parquet")
    names = _columns(path)
    for name in columns:
        if name in names:
            return TextTable(path, name)
    raise SwsError(
        f"{path}: no column {' or '.join(columns)}",
        expected=f"one of its columns: {', '.join(names) or 'it has none'}",
        fix="name the column of the texts with --column",
    )


def _columns(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return list(_opened(path).schema_arrow.names)
    return list(next(read_lines(path, '{"id": 1, "text": "How many ..."}'), {}))


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise SwsError(f"{path}: not a Parquet file ({error})") from None


def _parquet_rows(path: Path, column: str) -> Iterator[Row]:
    number = 0
    for batch in _opened(path).iter_batches(batch_size=4096):
        for row in batch.to_pylist():
            number += 1
            if not isinstance(row[column], str):
                raise SwsError(
                    f"{path}, row {number}: {column!r} cannot be {row[column]!r:.60}",
                    expected="text",
                    fix="mend or remove that row",
                )
            yield row
