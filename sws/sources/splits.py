"""Split expressions: `train`, `train+test`, `train[:2000]`, `test[100:]`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sws.errors import SwsError
from sws.sources.batch import Batch

_PART = re.compile(r"([\w.-]+)(?:\[(\d*):(\d*)\])?")


@dataclass(frozen=True)
class Part:
    """The rows `start` to `stop` (None: the last) of one split."""

    name: str
    start: int = 0
    stop: int | None = None

    def slice(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Of the split's batches, the rows of this part."""
        if (self.start, self.stop) == (0, None):
            yield from batches
            return
        seen = 0
        for batch in batches:
            wanted, size = batch, len(batch)
            if self.stop is not None:
                wanted = wanted.head(max(0, self.stop - seen))
            yield wanted.tail(max(0, self.start - seen))
            seen += size
            if self.stop is not None and seen >= self.stop:
                return


def parse_split(text: str, key: str) -> list[Part]:
    """The parts of a split expression. Raises SwsError for anything else."""
    parts = []
    for piece in text.split("+"):
        found = _PART.fullmatch(piece.strip())
        if not found:
            raise SwsError(
                f"{key}: {text!r} is not a split",
                expected="names joined by +, each with a range of rows or without: train, "
                "train+test, train[:2000], test[100:200] (no percentages, no negative numbers)",
                fix=f"change {key}.split in params.yaml",
            )
        name, start, stop = found.groups()
        parts.append(Part(name, int(start or 0), int(stop) if stop else None))
    return parts
