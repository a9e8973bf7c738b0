"""Shares of a level's parts, drawn exactly: the same problems whatever their order and shards."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sws.config.level_rules import parse
from sws.config.staged import Part, Staged
from sws.identity import seed_for

Place = tuple[str, int, str]  # a level, the number of its part, a domain
Rates = Mapping[str, float | None]


def exact(share: float, total: int) -> int:
    """How many of `total` a share is: rounded to the nearest, halves up."""
    return int(Fraction(str(share)) * total + Fraction(1, 2))


class Drawn:
    """The problems that each part draws of those that its rule chooses.

    The lowest hashes of (seed, level, part, id) are drawn, as many as the share says.
    """

    def __init__(self, settings: Staged, seed: int) -> None:
        self._settings, self._seed = settings, seed
        self._last: dict[Place, int] = {}  # the largest hash that is drawn; -1: nothing is

    def draw(self, rows: Iterable[tuple[Mapping[str, Any], Rates]]) -> None:
        """See every row once, and find where each part's share ends."""
        hashes: defaultdict[Place, array[int]] = defaultdict(lambda: array("Q"))
        for row, rates in rows:
            for level, parts in self._settings.levels.items():
                for number, part in enumerate(parts):
                    if _share(part, row) < 1 and parse(part.rule)(rates):
                        place = (level, number, row["domain"])
                        hashes[place].append(self._hash(level, number, row))
        for place, found in hashes.items():
            share = self._settings.levels[place[0]][place[1]].shares[place[2]]  # type: ignore[index]
            wanted = exact(share, len(found))
            self._last[place] = sorted(found)[wanted - 1] if wanted else -1

    def takes(self, level: str, row: Mapping[str, Any], rates: Rates) -> bool:
        """Whether a part of the level draws the row."""
        for number, part in enumerate(self._settings.levels[level]):
            if parse(part.rule)(rates):
                if _share(part, row) == 1:
                    return True
                last = self._last[level, number, row["domain"]]
                if self._hash(level, number, row) <= last:
                    return True
        return False

    def _hash(self, level: str, number: int, row: Mapping[str, Any]) -> int:
        return seed_for(self._seed, "level", level, number, row["problem_id"])


def _share(part: Part, row: Mapping[str, Any]) -> float:
    return part.shares.get(row["domain"], 1.0)
