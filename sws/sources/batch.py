"""Rows that follow each other in one file: in Arrow where the file has columns, else in Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sws.sources.paths import Parts, dig, parts_of

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
#: Rows in a batch.
BATCH = 2048


@dataclass(frozen=True)
class Batch:
    """Some rows of `file`; the i-th is its `place` (row, line, item) number `numbers[i]`.

    Either `table` or `given` holds them.
    """

    file: str
    place: str
    numbers: Sequence[int]
    table: "pa.RecordBatch | None" = None
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
        from sws.sources.columns import values_at

        values, rest = values_at(self.table, path)
        return [dig(value, rest) for value in values] if rest else values


def find_column(batch: Batch, path: str) -> Parts | None:
    """A path's parts, if the file has something there."""
    parts = parts_of(path, batch.names())
    if parts[0] not in batch.names():
        return None
    if len(parts) == 1 or not len(batch) or any(value is not None for value in batch.values(parts)):
        return parts
    return None
