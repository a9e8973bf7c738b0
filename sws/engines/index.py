"""An index from request ids to places on disk: 16 bytes an id, so that 100 million fit in memory.

Sorted runs of two arrays, merged when of similar size (a log-structured merge tree); the newest
entries are in a dictionary. Keys are 64 bits, so a reader compares the id in what it finds.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sws.identity import content_id

_Run = tuple[NDArray[Any], NDArray[Any]]
#: Entries kept in the dictionary before they become a run.
RECENT = 16_384


class Index:
    """Places (integers under 2^64) by request id; the last one put counts."""

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._runs: list[_Run] = []

    def put(self, request_id: str, place: int) -> None:
        """Remember a place."""
        self._recent[_key(request_id)] = place
        if len(self._recent) >= RECENT:
            self._flush()

    def get(self, request_id: str) -> int | None:
        """The place, or None; of another id in one of 10^11 lookups among 100 million."""
        key = _key(request_id)
        if (place := self._recent.get(key)) is not None:
            return place
        for keys, places in reversed(self._runs):
            at = int(np.searchsorted(keys, np.uint64(key), side="right")) - 1
            if at >= 0 and int(keys[at]) == key:
                return int(places[at])
        return None

    def _flush(self) -> None:
        run = _sorted(
            np.fromiter(self._recent.keys(), np.uint64, len(self._recent)),
            np.fromiter(self._recent.values(), np.uint64, len(self._recent)),
        )
        while self._runs and len(self._runs[-1][0]) < 2 * len(run[0]):
            keys, places = self._runs.pop()
            run = _sorted(np.concatenate([keys, run[0]]), np.concatenate([places, run[1]]))
        self._runs.append(run)
        self._recent = {}


def _sorted(keys: NDArray[Any], places: NDArray[Any]) -> _Run:
    """By key; of equal ones the later stays behind the earlier."""
    order = np.argsort(keys, kind="stable")
    return keys[order], places[order]


def _key(request_id: str) -> int:
    try:
        return int(request_id, 16) & (2**64 - 1)
    except ValueError:
        return int(content_id("key", request_id), 16)
