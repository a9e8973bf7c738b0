"""Data sets of the Hugging Face Hub, streamed by their own library."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sws.errors import SwsError
from sws.sources.batch import Batch
from sws.sources.file import at

_BATCH = 1024


def hub_batches(
    source: str, split: str, subset: str | None, revision: str | None, key: str
) -> Iterator[Batch]:
    """The rows of a data set by its id. Raises SwsError with what the library says."""
    from datasets import load_dataset

    first = 1
    try:
        rows: Iterable[Mapping[str, Any]] = load_dataset(
            source, name=subset, split=split, revision=revision, streaming=True
        )
        stream = iter(rows)
        while batch := [dict(row) for row in islice(stream, _BATCH)]:
            yield Batch(source, "row", range(first, first + len(batch)), None, batch)
            first += len(batch)
    except Exception as error:  # the library raises its own, HTTP, Arrow and plain OS errors
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise SwsError(
            f"{at(key)}the data set {source} cannot be read: {lines[0]}",
            expected="a file, or the id of a data set on the Hub with this split and subset "
            f"(split {split}, subset {subset or 'none given'})",
            fix=(
                f"check {key}.source, .subset, .split and .revision in params.yaml"
                if key
                else "check it"
            )
            + "; a private or gated data set needs HF_TOKEN in the environment",
        ) from error
