"""How many rows a source has: from Parquet's own footer, else by reading."""

from collections.abc import Sequence

from sws.sources.file import File
from sws.sources.locate import find_files, is_local
from sws.sources.read import read_batches, read_file
from sws.sources.splits import parse_split


def count_rows(
    source: str | Sequence[str],
    *,
    split: str = "train",
    subset: str | None = None,
    revision: str | None = None,
    key: str = "source",
) -> int:
    """The rows of a source. Raises SwsError as `read_batches` does."""
    total = 0
    for name in [source] if isinstance(source, str) else source:
        whole = is_local(name) and all(part.whole for part in parse_split(split, key))
        if whole:
            for part in parse_split(split, key):
                total += sum(map(_in_file, find_files(name, part.name, key)))
        else:
            batches = read_batches(
                name, split=split, subset=subset, revision=revision, columns=(), key=key
            )
            total += sum(map(len, batches))
    return total


def _in_file(file: File) -> int:
    if file.kind != "parquet":
        return sum(map(len, read_file(file)))
    from sws.sources.columnar import parquet_rows

    return parquet_rows(file)
