"""Artifacts: immutable Parquet tables, each named by the small manifest beside it.

`labels/00.json` (rows, schema, sha256) stands for `labels/00.parquet`. Both appear by rename,
the manifest last, so a manifest that exists names a table that is whole.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError

ROW_GROUP = 16_384

_REMAKE = "delete {manifest} and run its stage again, or `dvc checkout` it"

#: What every filter adds to each row it saw, kept or not.
DECISION = [
    pa.field("kept", pa.bool_()),
    pa.field("reason", pa.string()),
    pa.field("evidence", pa.string()),
]


def kept() -> dict[str, Any]:
    """The decision columns of a row that goes on."""
    return {"kept": True, "reason": "", "evidence": ""}


def rejected(reason: str, evidence: object = None) -> dict[str, Any]:
    """The decision columns of a row that ends here: why, and what showed it (kept as JSON)."""
    shown = "" if evidence is None else json.dumps(evidence, ensure_ascii=True, sort_keys=True)
    return {"kept": False, "reason": reason, "evidence": shown}


def parquet_of(manifest: Path | str) -> Path:
    """The table beside a manifest."""
    return Path(manifest).with_suffix(".parquet")


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_text(path: Path | str, text: str) -> None:
    """Write a small file whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path | str, content: bytes) -> None:
    """Write a small file whole or not at all."""
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.rename(path)
    except OSError as error:
        raise _write_error(path, error) from error
    finally:
        with suppress(OSError):  # it is not there: it was renamed, or could not be made
            temporary.unlink()


def write_json(path: Path | str, value: object) -> None:
    """Write JSON with sorted keys, whole or not at all."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


class TableWriter:
    """Writes rows to the table that `manifest` names; leaves nothing behind when it fails.

    Memory is bounded by one row group. The same rows in the same order give the same bytes.
    Raises SwsError when the disk is full or a row does not fit the schema.
    """

    def __init__(self, manifest: Path | str, schema: pa.Schema) -> None:
        self.manifest = Path(manifest)
        self.schema = schema
        self.rows = 0
        self._pending: list[Mapping[str, Any]] = []
        self._temporary = self.manifest.with_name(f".{self.manifest.stem}.{os.getpid()}.tmp")
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        try:
            self.manifest.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self._temporary, self.schema, compression="zstd")
        except OSError as error:
            raise _write_error(self.manifest, error) from error
        return self

    def add(self, row: Mapping[str, Any]) -> None:
        """Append one row: a mapping with every column of the schema."""
        self._pending.append(row)
        if len(self._pending) >= ROW_GROUP:
            self._flush()

    def add_all(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows, streaming."""
        for row in rows:
            self.add(row)

    def add_table(self, table: pa.Table) -> None:
        """Append rows held in Arrow, as row groups of their own; far faster than `add`."""
        self._flush()
        try:
            self._write(table.select(self.schema.names).cast(self.schema))
        except (KeyError, pa.ArrowInvalid) as error:
            raise SwsError(f"{self.manifest}: rows that don't fit its schema ({error})") from error

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
            raise _write_error(self.manifest, error) from error
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
            raise _write_error(self.manifest, failure) from failure
        finally:
            self._temporary.unlink(missing_ok=True)

    def _publish(self) -> None:
        digest = sha256_of(self._temporary)
        self._temporary.rename(parquet_of(self.manifest))
        schema = {field.name: str(field.type) for field in self.schema}
        write_json(self.manifest, {"rows": self.rows, "schema": schema, "sha256": digest})


def write_table(manifest: Path | str, schema: pa.Schema, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as the table that `manifest` names; returns how many."""
    with TableWriter(manifest, schema) as writer:
        writer.add_all(rows)
    return writer.rows


def read_manifest(manifest: Path | str) -> dict[str, Any]:
    """What a manifest says: rows, schema, sha256."""
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
            f"{path}: there is no such artifact", fix="run the stage that writes it"
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


def count_kept(manifests: Path | str | Iterable[Path | str]) -> int:
    """Rows that went on, over all the tables; reads only their decisions."""
    return sum(1 for _ in read_rows(manifests, ["kept"], kept_only=True))


def checked_parquet(manifest: Path | str) -> Path:
    """The table that a manifest names, if it is there and opens with as many rows as it says.

    Raises SwsError otherwise; a truncated table is found here, before any of it is used.
    """
    said = int(read_manifest(manifest)["rows"])
    path = parquet_of(manifest)
    fix = _REMAKE.format(manifest=manifest)
    try:
        found = pq.read_metadata(path).num_rows
    except FileNotFoundError:
        raise SwsError(f"{path}: the table is missing", fix=fix) from None
    except (OSError, pa.ArrowException) as error:
        raise SwsError(f"{path}: the Parquet file is broken ({error})", fix=fix) from None
    if found != said:
        raise SwsError(f"{path}: {found} rows", expected=f"{said}, as its manifest says", fix=fix)
    return path


def read_rows(
    manifests: Path | str | Iterable[Path | str],
    columns: Sequence[str] | None = None,
    *,
    kept_only: bool = False,
) -> Iterator[dict[str, Any]]:
    """Stream the rows of one or more tables in order; with `kept_only`, those that went on."""
    if isinstance(manifests, Path | str):
        manifests = [manifests]
    for manifest in manifests:
        path = checked_parquet(manifest)
        for batch in _batches(manifest, path, columns, ["kept"] if kept_only else []):
            for row in batch.to_pylist():
                if not kept_only or row["kept"]:
                    yield row


def _batches(
    manifest: Path | str, path: Path, columns: Sequence[str] | None, needed: list[str]
) -> Iterator[pa.RecordBatch]:
    """A table's rows in Arrow. Raises SwsError where it lacks a column, or is damaged inside."""
    try:
        with pq.ParquetFile(path) as table:
            there = table.schema_arrow.names
            if missing := sorted({*(columns or []), *needed} - set(there)):
                raise SwsError(
                    f"{path}: no column {', '.join(missing)}; it has {', '.join(there)}",
                    expected="a table of the stage before, as the rule in rules/ names it",
                )
            wanted = None if columns is None else list(dict.fromkeys([*columns, *needed]))
            yield from table.iter_batches(batch_size=4096, columns=wanted)
    except (OSError, pa.ArrowException) as error:
        raise SwsError(
            f"{path}: the Parquet file is broken ({error})", fix=_REMAKE.format(manifest=manifest)
        ) from None


def sql_tables(manifests: Iterable[Path | str]) -> str:
    """A DuckDB table expression over artifacts: `read_parquet([...])`, every table checked."""
    paths = [str(checked_parquet(manifest)).replace("'", "''") for manifest in manifests]
    return "read_parquet([" + ", ".join(f"'{path}'" for path in paths) + "])"


def _write_error(path: Path, error: OSError) -> SwsError:
    if error.errno == errno.ENOSPC:
        return SwsError(
            f"{path}: the disk is full; nothing half-written was left, finished shards are kept",
            fix="free some space (see `df -h`) and run the same command again",
        )
    return SwsError(f"{path}: cannot be written ({error})", fix="check the folder's permissions")
