"""Parquet and Arrow files as batches of rows; only reading such files needs pyarrow."""

from collections.abc import Collection, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.sources.batch import BATCH, Batch
from sws.sources.file import File
from sws.sources.paths import parts_of


def parquet_batches(file: File, columns: Collection[str] | None) -> Iterator[Batch]:
    """The rows of a Parquet file, of some columns. Raises SwsError where it is broken."""
    first = 1
    try:
        with file.open() as stream, pq.ParquetFile(stream, buffer_size=1 << 20) as table:
            wanted = None if columns is None else projection(table.schema_arrow, columns)
            if not table.metadata.num_rows:  # its columns are still to be known
                yield Batch(file.path, "row", range(0), _empty(table.schema_arrow))
            for batch in table.iter_batches(batch_size=BATCH, columns=wanted):
                numbers = range(first, first + len(batch))
                yield Batch(file.path, "row", numbers, batch, (), table.schema_arrow.names)
                first += len(batch)
    except (OSError, pa.ArrowException) as error:
        raise _broken(file, error) from None


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def arrow_batches(file: File) -> Iterator[Batch]:
    """The rows of an Arrow file or stream. Raises SwsError where it is broken."""
    first = 1
    try:
        with file.open() as stream:
            for batch in _arrow_batches(stream):
                for start in range(0, len(batch), BATCH):
                    part = batch.slice(start, BATCH)
                    yield Batch(file.path, "row", range(first, first + len(part)), part)
                    first += len(part)
    except (OSError, pa.ArrowException) as error:
        raise _broken(file, error) from None


def _arrow_batches(stream: Any) -> Iterator[pa.RecordBatch]:
    """Arrow's file format starts with a magic word; the streaming format does not."""
    magic = stream.read(6)
    stream.seek(0)
    if magic == b"ARROW1":
        with pa.ipc.open_file(stream) as reader:
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)
    else:
        with pa.ipc.open_stream(stream) as reader:
            yield from reader


def projection(schema: pa.Schema, columns: Collection[str]) -> list[str]:
    """What to read of a table for some paths: down to the field where its structs go so deep.

    A path that is not there is left to whoever asks for its values.
    """
    wanted = []
    for path in columns:
        name, *rest = parts_of(path, schema.names)
        if name not in schema.names:
            continue
        kind = schema.field(name).type
        for part in rest:
            if not pa.types.is_struct(kind) or kind.get_field_index(part) < 0:
                break
            name, kind = f"{name}.{part}", kind.field(part).type
        wanted.append(name)
    return list(dict.fromkeys(wanted))


def parquet_rows(file: File) -> int:
    """The rows of a Parquet file, by its footer. Raises SwsError where it is broken."""
    try:
        with file.open() as stream:
            return int(pq.read_metadata(stream).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise _broken(file, error) from None


def _broken(file: File, error: Exception) -> SwsError:
    kind = {"parquet": "Parquet", "arrow": "Arrow"}[file.kind]
    return SwsError(
        f"{file.path}: the {kind} file is broken ({error})",
        expected=f"a whole {kind} file",
        fix="download or write it again; its size may show whether it was cut off",
    )
