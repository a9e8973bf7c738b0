"""Read any source as batches of rows, streaming: only the columns that are asked for."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import islice

from sws.sources.batch import BATCH, Batch, Row
from sws.sources.delimited import delimited_rows
from sws.sources.file import File
from sws.sources.json_text import array_items, json_lines
from sws.sources.locate import find_files, is_local
from sws.sources.splits import Part, parse_split


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
    if file.kind in ("parquet", "arrow"):
        from sws.sources import columnar

        parquet = file.kind == "parquet"
        return columnar.parquet_batches(file, columns) if parquet else columnar.arrow_batches(file)
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
