"""Near duplicates among many short texts.

Two texts are near duplicates when they have the same numbers, each as often, and the Jaccard
similarity of their sets of word 3-grams reaches the threshold. Other numbers make another
problem, however alike the words: that is how a mathematician counts.

Texts are hashed as they come; under 500 bytes a text stay in memory, the shingles go to a
temporary file. Banded MinHash proposes the pairs, exact similarity decides.
"""

import tempfile
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from sws.text.minhash import band_keys
from sws.text.shingles import SHINGLE, Hashed, Hashes

Rows = npt.NDArray[np.int32]


class NearDuplicates:
    """Add texts in order, then ask which is the near duplicate of an earlier one."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._keys: list[Hashes] = []
        self._ends: list[npt.NDArray[np.int64]] = [np.zeros(1, np.int64)]
        # Has no name in any folder, and goes with this object.
        self._spill = tempfile.TemporaryFile(prefix="sws-shingles-")  # noqa: SIM115

    def add(self, texts: Hashed) -> None:
        """Append a batch of texts."""
        if not len(texts):
            return
        shingles, owner = texts.runs(SHINGLE)
        ends = np.cumsum(np.bincount(owner, minlength=len(texts)))
        starts = np.concatenate([[0], ends[:-1]])
        self._keys.append(band_keys(shingles, starts, texts.numbers(), self.threshold))
        self._ends.append(self._ends[-1][-1] + ends)
        self._spill.write(shingles.astype(np.uint32).tobytes())

    def resolve(
        self, apart: npt.NDArray[np.bool_], alike: Callable[[int, int], bool] | None = None
    ) -> tuple[Rows, npt.NDArray[np.float32]]:
        """For each text the earliest text it is a near duplicate of (-1: none), and how similar.

        A text with a twin, or one that `apart` marks, is nobody's twin. So no two of the texts
        left over are near duplicates of each other. `alike` may refuse a pair.
        """
        count = len(apart)
        twins, similarity = np.full(count, -1, np.int32), np.zeros(count, np.float32)
        if not self._keys:
            return twins, similarity
        groups = _groups(np.concatenate(self._keys))
        self._keys.clear()
        ends = np.concatenate(self._ends)
        members = _Members(groups)
        for row in np.flatnonzero((groups >= 0).any(axis=1) & ~apart).tolist():
            mine: set[int] | None = None
            for other in members.beside(row):
                mine = mine or self._shingles(ends, row)
                theirs = self._shingles(ends, other)
                common = len(mine & theirs)
                jaccard = common / (len(mine) + len(theirs) - common)
                if jaccard >= self.threshold and (alike is None or alike(row, other)):
                    twins[row], similarity[row] = other, jaccard
                    break
            else:
                members.add(row)
        return twins, similarity

    def _shingles(self, ends: npt.NDArray[np.int64], row: int) -> set[int]:
        start, end = int(ends[row]), int(ends[row + 1])
        self._spill.seek(4 * start)
        return set(np.frombuffer(self._spill.read(4 * (end - start)), np.uint32).tolist())


class _Members:
    """Which rows so far are in which group: a linked list per group, in two arrays."""

    def __init__(self, groups: Rows) -> None:
        self._groups = groups
        self._newest = np.full(int(groups.max(initial=-1)) + 1, -1, np.int32)
        self._before = np.full(groups.shape, -1, np.int32)

    def add(self, row: int) -> None:
        bands = np.flatnonzero(self._groups[row] >= 0)
        mine = self._groups[row, bands]
        self._before[row, bands] = self._newest[mine]
        self._newest[mine] = row

    def beside(self, row: int) -> list[int]:
        """The rows that share a group with this one, earliest first."""
        return sorted(set(self._walk(row)))

    def _walk(self, row: int) -> Iterator[int]:
        for band, group in enumerate(self._groups[row].tolist()):
            member = int(self._newest[group]) if group >= 0 else -1
            while member >= 0:
                yield member
                member = int(self._before[member, band])


def _groups(keys: Hashes) -> Rows:
    """For each row and band the number of the group of rows with the same key; -1 when alone."""
    groups = np.full(keys.shape, -1, np.int32)
    first = 0
    for band in range(keys.shape[1]):
        order = np.argsort(keys[:, band], kind="stable")
        column = keys[order, band]
        new = np.concatenate([[True], column[1:] != column[:-1]])
        number = np.cumsum(new) - 1
        shared = np.bincount(number)[number] > 1
        numbers = np.cumsum(new & shared) - 1
        groups[order[shared], band] = first + numbers[shared]
        first += int((new & shared).sum())
    return groups
