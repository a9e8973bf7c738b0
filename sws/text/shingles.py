"""Words and runs of words as 64-bit hashes, a batch of texts at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from sws.text.words import is_number, split, standard

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

#: Words in a shingle; texts are compared by their sets of shingles.
SHINGLE = 3
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Hashed:
    """The hashed words of some texts, one after the other; text i ends before `starts[i + 1]`.

    Every text has at least `SHINGLE` words: a shorter one is filled up with blanks.
    """

    words: Hashes
    starts: Indices

    def __len__(self) -> int:
        return len(self.starts) - 1

    def runs(self, length: int) -> tuple[Hashes, Indices]:
        """Every run of `length` words within one text: its hash, and the index of its text."""
        count = len(self.words) - length + 1
        if count <= 0:
            return np.empty(0, np.uint64), np.empty(0, np.int64)
        combined = np.zeros(count, np.uint64)
        for offset in range(length):
            combined = combined * _MULTIPLIER + self.words[offset : offset + count]
        owner = np.repeat(np.arange(len(self)), np.diff(self.starts))
        within = owner[:count] == owner[length - 1 :]
        if length < SHINGLE:  # the blanks at the end of a short text are no words that it shares
            within &= self.words[length - 1 :] != 0
        return mix(combined[within]), owner[:count][within]

    def numbers(self) -> Hashes:
        """One hash per text of the multiset of its numbers (a sum, so in any order)."""
        return self._sums(np.where(self.words & np.uint64(1) == 1, mix(self.words), np.uint64(0)))

    def numbers_in_order(self) -> Hashes:
        """One hash per text of its numbers in their order."""
        number = self.words & np.uint64(1) == 1
        rank = np.concatenate([[0], np.cumsum(number)]).astype(np.uint64)
        first = np.repeat(rank[self.starts[:-1]], np.diff(self.starts))
        placed = mix(self.words + (rank[:-1] - first + np.uint64(1)) * _MULTIPLIER)
        return self._sums(np.where(number, placed, np.uint64(0)))

    def _sums(self, values: Hashes) -> Hashes:
        """The sum of each text's values."""
        totals = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
        each: Hashes = totals[self.starts[1:]] - totals[self.starts[:-1]]
        return each


def hashed(texts: Sequence[str]) -> Hashed:
    """Hash the words of every text. A text without any word counts as one word."""
    flat: list[int] = []
    starts = [0]
    for text in texts:
        found = list(map(_hash, split(text))) or [_hash(text or " ")]
        flat += found + [0] * (SHINGLE - len(found))
        starts.append(len(flat))
    return Hashed(np.array(flat, np.uint64), np.array(starts, np.int64))


def mix(values: Hashes) -> Hashes:
    """Spread 64-bit values so that any bits of the result serve as a hash (splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    """The lowest bit marks numbers."""
    word = standard(word)
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") & ~1 | is_number(word)
