"""Writing artifacts: a Parquet table and its manifest.

Both appear by rename, the manifest last, so an existing manifest always names a complete table.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.store.files import sha256_of, temporary_of, write_error, write_json
from sws.store.tables import parquet_of

ROW_GROUP = 16_384


class TableWriter:
    """Writes rows to the table that `manifest` names; leaves nothing behind when it fails.

    Memory is bounded by one row group. The same rows in the same order give the same bytes.
    Raises SwsError when the disk is full or a row does not fit the schema.
    """

    def __init__(self, manifest: Path | str, schema: pa.Schema) -> None:
        self.manifest = Path(manifest)
        self.schema = schema
        self.rows = 0
        self._pending: list[Mapping[str, object]] = []
        self._temporary = temporary_of(parquet_of(self.manifest))
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        try:
            self.manifest.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._temporary, self.schema, compression="zstd")
        except OSError as error:
            raise write_error(self.manifest, error) from error
        return self

    def add(self, row: Mapping[str, object]) -> None:
        """Append one row: a mapping with every column of the schema."""
        self._pending.append(row)
        if len(self._pending) >= ROW_GROUP:
            self._flush()

    def add_all(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Append rows, streaming."""
        for row in rows:
            self.add(row)

    def add_table(self, table: pa.Table) -> None:
        """Append an Arrow table as row groups of its own; much faster than `add`."""
        self._flush()
        try:
            self._write(table.select(self.schema.names).cast(self.schema))
        except (KeyError, pa.ArrowInvalid) as error:
            raise SwsError(f"{self.manifest}: rows do not match its schema ({error})") from error

    def _flush(self) -> None:
        if not self._pending:
            return
        columns = set(self.schema.names)
        for row in self._pending:
            if set(row) != columns:
                raise SwsError(
                    f"{self.manifest}: a row has the columns {sorted(row)}",
                    expected=f"exactly {sorted(columns)}",
                )
        self._write(pa.Table.from_pylist([dict(row) for row in self._pending], schema=self.schema))
        self._pending = []

    def _write(self, table: pa.Table) -> None:
        assert self._writer is not None
        try:
            self._writer.write_table(table, row_group_size=ROW_GROUP)
        except OSError as error:
            raise write_error(self.manifest, error) from error
        self.rows += len(table)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._writer is not None
        try:
            if kind is None:
                self._flush()
            self._writer.close()
            if kind is None:
                self._publish()
        except OSError as failure:
            raise write_error(self.manifest, failure) from failure
        finally:
            self._temporary.unlink(missing_ok=True)

    def _publish(self) -> None:
        digest = sha256_of(self._temporary)
        self._temporary.rename(parquet_of(self.manifest))
        schema = {field.name: str(field.type) for field in self.schema}
        write_json(self.manifest, {"rows": self.rows, "schema": schema, "sha256": digest})


def write_table(
    manifest: Path | str, schema: pa.Schema, rows: Iterable[Mapping[str, object]]
) -> int:
    """Write rows as the table that `manifest` names; returns how many."""
    with TableWriter(manifest, schema) as writer:
        writer.add_all(rows)
    return writer.rows
