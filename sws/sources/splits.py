"""Split expressions: `train`, `train+test`, `train[:2000]`, `test[100:]`, `train[:10%]`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sws.errors import SwsError
from sws.sources.batch import Batch

_PART = re.compile(r"([\w.-]+)(?:\[(\d*%?):(\d*%?)\])?")


@dataclass(frozen=True)
class Part:
    """The rows from `start` to before `stop` (None: the last) of one split: counts or `10%`."""

    name: str
    start: str = ""
    stop: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is the whole split."""
        return not self.start and not self.stop

    def slice(self, batches: Callable[[], Iterator[Batch]]) -> Iterator[Batch]:
        """Of the split's batches, the rows of this part; a share of them is counted first."""
        if self.whole:
            yield from batches()
            return
        total = sum(map(len, batches())) if "%" in self.start + self.stop else 0
        first = _place(self.start, total) or 0
        stop = _place(self.stop, total)
        seen = 0
        for batch in batches():
            wanted, size = batch, len(batch)
            if stop is not None:
                wanted = wanted.head(max(0, stop - seen))
            yield wanted.tail(max(0, first - seen))
            seen += size
            if stop is not None and seen >= stop:
                return


def _place(said: str, total: int) -> int | None:
    """A row's number from what a slice says; of a share the nearest."""
    if not said:
        return None
    return round(total * int(said[:-1]) / 100) if said.endswith("%") else int(said)


def parse_split(text: str, key: str) -> list[Part]:
    """The parts of a split expression. Raises SwsError for anything else."""
    parts = []
    for piece in text.split("+"):
        found = _PART.fullmatch(piece.strip())
        shares = (
            [bound[:-1] for bound in found.groups()[1:] if bound and "%" in bound] if found else []
        )
        if not found or not all(share and int(share) <= 100 for share in shares):
            raise SwsError(
                f"{key}: {text!r} is not a split",
                expected="names joined by +, each with a range of rows or without: train, "
                "train+test, train[:2000], test[100:200], train[:10%] (no negative numbers)",
                fix=f"change {key}.split in params.yaml",
            )
        name, start, stop = found.groups()
        parts.append(Part(name, start or "", stop or ""))
    return parts
