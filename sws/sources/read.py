"""Read any source as batches of rows, streaming: only the columns that are asked for."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.sources.batch import Batch, Row
from sws.sources.delimited import delimited_rows
from sws.sources.json_text import array_items, json_lines
from sws.sources.locate import File, find_files, is_local
from sws.sources.splits import Part, parse_split

#: Rows in a batch.
BATCH = 2048


def read_batches(
    source: str | Sequence[str],
    *,
    split: str = "train",
    subset: str | None = None,
    revision: str | None = None,
    columns: Collection[str] | None = None,
    limit: int | None = None,
    key: str = "source",
) -> Iterator[Batch]:
    """Stream a source: a path, a glob, a folder, a URL, a Hub id, or a list of them.

    `columns` are paths (`reward_model.ground_truth`); of files that have columns nothing else is
    read. `split` may add and slice (`train[:2000]+test`). `key` is the source's place in the
    configuration, for messages. Raises SwsError, with the file and its line or row, for anything
    that cannot be found or read.
    """
    left = limit
    for name in [source] if isinstance(source, str) else source:
        for part in parse_split(split, key):
            batches = partial(_of_part, name, part, subset, revision, columns, key)
            for batch in part.slice(batches):
                if left is not None:
                    batch = batch.head(left)
                    left -= len(batch)
                yield batch
                if left == 0:
                    return


def _of_part(
    source: str,
    part: Part,
    subset: str | None,
    revision: str | None,
    columns: Collection[str] | None,
    key: str,
) -> Iterator[Batch]:
    if not is_local(source):
        from sws.sources.hub import hub_batches

        yield from hub_batches(source, part.name, subset, revision, key)
        return
    for file in find_files(source, part.name, key):
        yield from read_file(file, columns)


def read_file(file: File, columns: Collection[str] | None = None) -> Iterator[Batch]:
    """The batches of one file."""
    if file.kind == "parquet":
        return _parquet(file, columns)
    if file.kind == "arrow":
        return _arrow(file)
    if file.kind == "delimited":
        return _batched(file, "line", delimited_rows(file))
    if file.kind == "json":
        return _batched(file, *array_items(file))
    return _batched(file, "line", json_lines(file))


def _batched(file: File, place: str, rows: Iterator[tuple[int, Row]]) -> Iterator[Batch]:
    """Batches of numbered rows. What is good before a fault is passed on first."""
    while batch := list(islice(rows, BATCH)):
        numbers, given = zip(*batch, strict=True)
        yield Batch(file.path, place, numbers, None, given)


def _parquet(file: File, columns: Collection[str] | None) -> Iterator[Batch]:
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
        raise broken(file, error) from None


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _arrow(file: File) -> Iterator[Batch]:
    first = 1
    try:
        with file.open() as stream:
            for batch in _arrow_batches(stream):
                for start in range(0, len(batch), BATCH):
                    part = batch.slice(start, BATCH)
                    yield Batch(file.path, "row", range(first, first + len(part)), part)
                    first += len(part)
    except (OSError, pa.ArrowException) as error:
        raise broken(file, error) from None


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
    from sws.sources.paths import parts_of

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


def broken(file: File, error: Exception) -> SwsError:
    """What to say of a Parquet or Arrow file that cannot be read."""
    kind = {"parquet": "Parquet", "arrow": "Arrow"}[file.kind]
    return SwsError(
        f"{file.path}: the {kind} file is broken ({error})",
        expected=f"a whole {kind} file",
        fix="download or write it again; its size may show whether it was cut off",
    )
