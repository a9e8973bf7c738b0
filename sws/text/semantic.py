"""Texts that say the same in other words: embeddings compared among texts with equal numbers.

Only texts with the same numbers, each as often, are compared: other numbers make another problem,
and an embedding hardly tells them apart. It also keeps the comparisons few.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from sws.embedding import unit_rows
from sws.text.shingles import Hashes

NONE = -2.0  # below every cosine
Matrix = npt.NDArray[np.float32]
Half = npt.NDArray[np.float16]
Labels = npt.NDArray[np.int64]
Embed = Callable[[Sequence[str]], Matrix]
Group = tuple[int, Labels]  # a key, and the rows of a batch that have it


class SemanticIndex:
    """Texts by their numbers, each with its embedding (half precision) and a label.

    A text waits without an embedding until another one with its numbers comes: most of the real
    problems never need one. Embeddings are kept and compared in the blocks in which they came.
    """

    def __init__(self, embed: Embed, threshold: float) -> None:
        self._embed = embed
        self._threshold = threshold
        self._waiting: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        self._blocks: defaultdict[int, list[tuple[Half, Labels]]] = defaultdict(list)

    def add(self, texts: Sequence[str], numbers: Hashes, labels: Iterable[int]) -> None:
        """Remember texts; `numbers` as of `Hashed.numbers`."""
        for text, key, label in zip(texts, numbers.tolist(), labels, strict=True):
            self._waiting[key].append((text, label))

    def find(self, texts: Sequence[str], numbers: Hashes) -> list[tuple[int, float]]:
        """For each text the label of the most similar remembered one (-1: none), and the cosine."""
        found = [(-1, NONE)] * len(texts)
        groups = [(key, rows) for key, rows in _alike(numbers) if self._knows(key)]
        for (key, rows), vectors in zip(groups, self._embedded(texts, groups), strict=True):
            near, cosines = self._nearest(key, vectors)
            near[cosines < self._threshold] = -1
            for row, label, cosine in zip(rows, near.tolist(), cosines.tolist(), strict=True):
                found[row] = label, cosine
        return found

    def find_or_add(
        self, texts: Sequence[str], numbers: Hashes, labels: Iterable[int]
    ) -> list[tuple[int, float]]:
        """Like `find`, in order; a text that nothing is similar to is remembered."""
        names = np.fromiter(labels, np.int64)
        found = [(-1, NONE)] * len(texts)
        groups = []
        for key, rows in _alike(numbers):
            if len(rows) > 1 or self._knows(key):
                groups.append((key, rows))
            else:
                self._waiting[key].append((texts[rows[0]], int(names[rows[0]])))
        for (key, rows), vectors in zip(groups, self._embedded(texts, groups), strict=True):
            near, cosines = self._nearest(key, vectors)
            among = vectors @ vectors.T
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
                self._blocks[key].append((vectors[new].astype(np.float16), names[rows[new]]))
        return found

    def _knows(self, key: int) -> bool:
        return key in self._waiting or key in self._blocks

    def _embedded(self, texts: Sequence[str], groups: Sequence[Group]) -> list[Matrix]:
        """The vectors of each group's texts, with the precision with which they are kept.

        What waits under their keys is embedded along with them, and waits no more.
        """
        waiting = [(key, self._waiting.pop(key)) for key, _ in groups if key in self._waiting]
        parts = [[texts[row] for row in rows] for _, rows in groups]
        parts += [[text for text, _ in items] for _, items in waiting]
        if not parts:
            return []
        rows = unit_rows(self._embed([text for part in parts for text in part])).astype(np.float16)
        split = np.split(rows, np.cumsum([len(part) for part in parts])[:-1])
        for (key, items), block in zip(waiting, split[len(groups) :], strict=True):
            self._blocks[key].append((block, np.array([label for _, label in items], np.int64)))
        return [vectors.astype(np.float32) for vectors in split[: len(groups)]]

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


def _alike(numbers: Hashes) -> Iterator[Group]:
    """The rows of each different key, in order."""
    if not len(numbers):
        return
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order])) + 1
    for rows in np.split(order, starts):
        yield int(numbers[rows[0]]), rows
