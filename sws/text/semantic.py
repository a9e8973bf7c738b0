"""Texts that say the same in other words: embeddings compared among texts with equal numbers.

Only texts with the same numbers, each as often, are compared: other numbers make another problem,
and an embedding hardly tells them apart. It also keeps the comparisons few.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sws.text.shingles import Hashes

NONE = -2.0  # below every cosine
Matrix = npt.NDArray[np.float32]
Half = npt.NDArray[np.float16]
Labels = npt.NDArray[np.int64]
Embed = Callable[[Sequence[str]], Matrix]


class SemanticIndex:
    """Texts by their numbers, each with its embedding (half precision) and a label.

    Embeddings are kept in the blocks in which they came, and compared block by block.
    """

    def __init__(self, embed: Embed, threshold: float) -> None:
        self._embed = embed
        self._threshold = threshold
        self._blocks: defaultdict[int, list[tuple[Half, Labels]]] = defaultdict(list)

    def add(self, texts: Sequence[str], numbers: Hashes, labels: Iterable[int]) -> None:
        """Remember texts; `numbers` as of `Hashed.numbers`."""
        vectors, names = self._vectors(texts), _labels(labels)
        for key, rows in _alike(numbers):
            self._blocks[key].append((vectors[rows].astype(np.float16), names[rows]))

    def find(self, texts: Sequence[str], numbers: Hashes) -> list[tuple[int, float]]:
        """For each text the label of the most similar remembered one (-1: none), and the cosine."""
        vectors = self._vectors(texts)
        found = [(-1, NONE)] * len(texts)
        for key, rows in _alike(numbers):
            near, cosines = self._nearest(key, vectors[rows])
            near[cosines < self._threshold] = -1
            for row, label, cosine in zip(rows, near.tolist(), cosines.tolist(), strict=True):
                found[row] = label, cosine
        return found

    def find_or_add(
        self, texts: Sequence[str], numbers: Hashes, labels: Iterable[int]
    ) -> list[tuple[int, float]]:
        """Like `find`, in order; a text that nothing is similar to is remembered."""
        vectors, names = self._vectors(texts), _labels(labels)
        found = [(-1, NONE)] * len(texts)
        for key, rows in _alike(numbers):
            near, cosines = self._nearest(key, vectors[rows])
            among = vectors[rows] @ vectors[rows].T
            new: list[int] = []
            for place, row in enumerate(rows):
                label, cosine = int(near[place]), float(cosines[place])
                if new and (nearest := among[place, new]).max() > cosine:
                    label, cosine = int(names[rows[new[nearest.argmax()]]]), float(nearest.max())
                if cosine < self._threshold:
                    label = -1
                    new.append(place)
                found[row] = label, cosine
            if new:
                kept = rows[new]
                self._blocks[key].append((vectors[kept].astype(np.float16), names[kept]))
        return found

    def _vectors(self, texts: Sequence[str]) -> Matrix:
        """Embeddings with the precision with which they are kept: batches play no part."""
        rows = self._embed(texts) if texts else np.empty((0, 0), np.float32)
        return rows.astype(np.float16).astype(np.float32)

    def _nearest(self, key: int, vectors: Matrix) -> tuple[Labels, Matrix]:
        """For each vector the label of the most similar one that is remembered, and the cosine."""
        best, cosines = np.full(len(vectors), -1), np.full(len(vectors), NONE, np.float32)
        for block, labels in self._blocks.get(key, ()):
            products = vectors @ block.astype(np.float32).T
            place = products.argmax(axis=1)
            top = np.take_along_axis(products, place[:, None], axis=1)[:, 0]
            better = top > cosines
            best[better], cosines[better] = labels[place[better]], top[better]
        return best, cosines


def _labels(labels: Iterable[int]) -> Labels:
    return np.fromiter(labels, np.int64)


def _alike(numbers: Hashes) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """The rows of each different key, in order."""
    if not len(numbers):
        return
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order])) + 1
    for rows in np.split(order, starts):
        yield int(numbers[rows[0]]), rows
