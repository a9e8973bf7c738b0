"""The Parquet files of a published set: streamed, the same bytes for the same tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.progress import Meter
from sws.publishing.tables import GROUP_ROWS, Table
from sws.store import checked_parquet, parquet_of, read_manifest, replacing, sha256_of

#: Rows of a file; memory is bounded by its row groups.
FILE_ROWS = 500_000


@dataclass(frozen=True)
class File:
    """A file that was written: where it lies, its path in the set, and its size."""

    local: Path
    path: str
    rows: int
    bytes: int


def write_files(table: Table, folder: Path, limit: int | None = None) -> list[File]:
    """Write the files of a configuration under `folder`; of its rows `limit`, evenly spread.

    The same tables give the same bytes. Raises SwsError where a table differs from its manifest.
    """
    check(table.manifests)
    batches = table.batches(folder)
    if limit is not None:
        batches = _spread(batches, table.rows, limit)
    total = table.rows if limit is None else min(limit, table.rows)
    parts = list(_write_parts(table, in_groups(batches), total, folder))
    files = []
    for number, (part, rows) in enumerate(parts):
        path = f"data/{table.name}/train-{number:05d}-of-{len(parts):05d}.parquet"
        part.rename(folder / path)
        files.append(File(folder / path, path, rows, (folder / path).stat().st_size))
    return files


def in_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of `GROUP_ROWS`; only the last one may have fewer.

    A batch becomes a row group, and a reader pays for each, however few rows it has: a table of
    many shards has many.
    """
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += len(batch)
        while rows >= GROUP_ROWS:
            joined = pa.concat_batches(waiting)
            yield joined.slice(0, GROUP_ROWS)
            rows -= GROUP_ROWS
            waiting = [joined.slice(GROUP_ROWS)]
    if rows:
        yield pa.concat_batches(waiting)


def check(manifests: Iterable[Path]) -> None:
    """Raise SwsError where a table is missing or has another SHA-256 than its manifest says."""
    for manifest in manifests:
        if "tables" in (said := read_manifest(manifest)):  # of the concepts; see `open_concepts`
            continue
        if sha256_of(checked_parquet(manifest)) != said.get("sha256"):
            raise SwsError(
                f"{parquet_of(manifest)}: the content is not what its manifest says",
                expected=f"SHA-256 {said.get('sha256')}",
                fix=f"delete {manifest} and run its stage again, or `dvc checkout` it",
            )


def _write_parts(
    table: Table, batches: Iterator[pa.RecordBatch], total: int, folder: Path
) -> Iterator[tuple[Path, int]]:
    """Files of `FILE_ROWS` rows; at least one, if need be without rows."""
    batch, number, done = next(batches, None), 0, 0
    with Meter(f"Writing {table.name}", total) as meter:
        while batch is not None or number == 0:
            part = folder / "data" / table.name / f"{number}.part"
            rows = 0
            with replacing(part) as temporary, _writer(temporary, table.schema) as writer:
                while batch is not None and rows < FILE_ROWS:
                    writer.write_batch(batch)
                    rows += len(batch)
                    meter.update(done + rows)
                    batch = next(batches, None)
            yield part, rows
            number, done = number + 1, done + rows
        meter.finish(done)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Chunks by content: rows that stay the same are the same bytes, which the Hub keeps once."""
    return pq.ParquetWriter(
        path, schema, compression="zstd", write_page_index=True, use_content_defined_chunking=True
    )


def _spread(batches: Iterator[pa.RecordBatch], rows: int, limit: int) -> Iterator[pa.RecordBatch]:
    """Of `rows` rows `limit`, in equal distances."""
    chosen = sorted({place * rows // limit for place in range(limit)}) if rows > limit else None
    first = 0
    for batch in batches:
        if chosen is None:
            yield batch
        elif inside := [n - first for n in chosen if first <= n < first + len(batch)]:
            yield batch.take(pa.array(inside))
        first += len(batch)
