"""Rows that follow each other in one file: in Arrow where the file has columns, else in Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pyarrow as pa

from sws.sources.paths import Parts, dig, parts_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """Some rows of `file`; the i-th is its `place` (row, line, item) number `numbers[i]`.

    Either `table` or `given` holds them.
    """

    file: str
    place: str
    numbers: Sequence[int]
    table: pa.RecordBatch | None = None
    given: Sequence[Row] = ()
    columns: Sequence[str] = ()  # all that the file has, where only some were read

    def __len__(self) -> int:
        return len(self.numbers)

    def where(self, index: int) -> str:
        """The row's place, for people."""
        return f"{self.file}, {self.place} {self.numbers[index]}"

    def names(self) -> list[str]:
        """The columns; of rows in Python, those of any row."""
        if self.columns or self.table is not None:
            return list(self.columns or self.table.schema.names)  # type: ignore[union-attr]
        return list(dict.fromkeys(str(name) for row in self.given for name in row))

    def rows(self) -> Iterator[Row]:
        """Every row whole."""
        if self.table is not None:
            return iter(self.table.to_pylist())
        return iter(self.given)

    def head(self, count: int) -> "Batch":
        """The first `count` rows."""
        table = None if self.table is None else self.table.slice(0, count)
        return replace(self, numbers=self.numbers[:count], table=table, given=self.given[:count])

    def tail(self, start: int) -> "Batch":
        """The rows from `start` on."""
        table = None if self.table is None else self.table.slice(start)
        return replace(self, numbers=self.numbers[start:], table=table, given=self.given[start:])

    def values(self, path: Parts) -> list[Any]:
        """What each row has at a path; None where it has nothing there."""
        if self.table is None:
            return [dig(row, path) for row in self.given]
        found = self.column(path)
        if found is None:
            return [None] * len(self)
        column, rest = found
        values = _python(column)
        return [dig(value, rest) for value in values] if rest else values

    def column(self, path: Parts) -> tuple[pa.Array, Parts] | None:
        """The column that holds a path, as deep as structs go, and the rest of the path."""
        index = -1 if self.table is None else self.table.schema.get_field_index(path[0])
        if self.table is None or index < 0:
            return None
        column, rest = self.table.column(index), path[1:]
        while rest and pa.types.is_struct(column.type):
            at = column.type.get_field_index(rest[0])
            if at < 0:
                break
            # The child, with the nulls of the struct around it.
            column, rest = column.flatten()[at], rest[1:]
        return column, rest


def find_column(batch: Batch, path: str) -> Parts | None:
    """A path's parts, if the file has something there."""
    parts = parts_of(path, batch.names())
    if parts[0] not in batch.names():
        return None
    if len(parts) == 1 or not len(batch) or any(value is not None for value in batch.values(parts)):
        return parts
    return None


def _python(column: pa.Array) -> list[Any]:
    """`to_pylist`, several times faster for lists of structs such as chats."""
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return list(column.to_pylist())
    if not pa.types.is_struct(kind.value_type):
        return list(column.to_pylist())
    offsets = column.offsets.to_pylist()
    names = [kind.value_type.field(i).name for i in range(kind.value_type.num_fields)]
    start, items = offsets[0], column.flatten()
    fields = [_python(child) for child in items.flatten()]
    whole = [dict(zip(names, values, strict=True)) for values in zip(*fields, strict=True)]
    if column.null_count or items.null_count or len(whole) != offsets[-1] - start:
        return list(column.to_pylist())
    return [whole[a - start : b - start] for a, b in pairwise(offsets)]
