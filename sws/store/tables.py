"""Artifacts: immutable Parquet tables, each named by the small manifest beside it.

`labels/00.json` (rows, schema, sha256) stands for `labels/00.parquet`. Both appear by rename,
the manifest last, so an existing manifest always names a complete table.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.store.files import sha256_of, temporary_of, write_error, write_json

ROW_GROUP = 16_384

_REMAKE = "delete {manifest} and run its stage again, or `dvc checkout` it"


def parquet_of(manifest: Path | str) -> Path:
    """The table beside a manifest."""
    return Path(manifest).with_suffix(".parquet")


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


def read_manifest(manifest: Path | str) -> dict[str, Any]:
    """The content of a manifest: rows, schema, sha256."""
    path = Path(manifest)
    if path.suffix == ".parquet" or path.is_dir():
        raise SwsError(
            f"{path}: {'a folder' if path.is_dir() else 'a table'}, not a manifest",
            expected="the .json beside a table",
            fix=f"give {path.with_suffix('.json')}" if path.suffix == ".parquet" else "",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SwsError(
            f"{path}: not found", expected="an artifact", fix="run the stage that writes it"
        ) from None
    except ValueError as error:
        raise SwsError(
            f"{path}: not a manifest ({error})", fix="delete it and run its stage again"
        ) from None
    if not isinstance(content, dict) or "rows" not in content:
        raise SwsError(f"{path}: not a manifest", expected="JSON with rows, schema and sha256")
    return content


def count(manifests: Iterable[Path | str]) -> int:
    """Rows over all the tables, from their manifests."""
    return sum(int(read_manifest(manifest)["rows"]) for manifest in manifests)


def count_where(manifests: Path | str | Iterable[Path | str], only: str = "kept") -> int:
    """Rows whose Boolean column `only` is true, over all the tables; reads that column alone."""
    return sum(1 for _ in read_rows(manifests, [only], only=only))


def checked_parquet(manifest: Path | str) -> Path:
    """The table that a manifest names, checked to exist and to have as many rows as it says.

    Raises SwsError otherwise, so that a truncated table is detected before it is read.
    """
    said = int(read_manifest(manifest)["rows"])
    path = parquet_of(manifest)
    fix = _REMAKE.format(manifest=manifest)
    try:
        found = pq.read_metadata(path).num_rows
    except FileNotFoundError:
        raise SwsError(f"{path}: the table is missing", fix=fix) from None
    except (OSError, pa.ArrowException) as error:
        raise SwsError(f"{path}: the Parquet file is corrupt ({error})", fix=fix) from None
    if found != said:
        raise SwsError(f"{path}: {found} rows", expected=f"{said}, as its manifest says", fix=fix)
    return path


def read_rows(
    manifests: Path | str | Iterable[Path | str],
    columns: Sequence[str] | None = None,
    *,
    only: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Stream the rows of one or more tables in order.

    With `only`, the rows in which that Boolean column (`kept`, for example) is true. Raises
    SwsError if a table is missing, damaged, of another stage, or of an earlier version.
    """
    if isinstance(manifests, Path | str):
        manifests = [manifests]
    for manifest in manifests:
        path = checked_parquet(manifest)
        for batch in _batches(manifest, path, columns, [only] if only else []):
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                if only is None or row[only]:
                    yield row


def _batches(
    manifest: Path | str, path: Path, columns: Sequence[str] | None, needed: list[str]
) -> Iterator[pa.RecordBatch]:
    """A table's rows in Arrow. Raises SwsError if a column is missing or the data is corrupt."""
    try:
        with pq.ParquetFile(path) as table:
            there = table.schema_arrow.names
            if missing := sorted({*(columns or []), *needed} - set(there)):
                earlier = "id" in there and any(name.endswith("_id") for name in missing)
                raise SwsError(
                    f"{path}: no column {', '.join(missing)}; it has {', '.join(there)}",
                    expected="a table of the stage before, as the rule in rules/ names it",
                    fix=f"written by an earlier version of sws; {_REMAKE.format(manifest=manifest)}"
                    if earlier
                    else "",
                )
            wanted = None if columns is None else list(dict.fromkeys([*columns, *needed]))
            yield from table.iter_batches(batch_size=4096, columns=wanted)
    except (OSError, pa.ArrowException) as error:
        raise SwsError(
            f"{path}: the Parquet file is corrupt ({error})", fix=_REMAKE.format(manifest=manifest)
        ) from None
