"""Texts that say the same in other words: embeddings compared among texts with equal numbers.

Only texts with the same numbers, each as often, are compared: other numbers make another problem,
and an embedding hardly tells them apart. It also keeps the comparisons few.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from sws.text.shingles import Hashes

Matrix = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Matrix]


class SemanticIndex:
    """Texts by their numbers, each with its embedding (half precision) and a label."""

    def __init__(self, embed: Embed, threshold: float) -> None:
        self._embed = embed
        self._threshold = threshold
        self._vectors: defaultdict[int, list[npt.NDArray[np.float16]]] = defaultdict(list)
        self._labels: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, texts: Sequence[str], numbers: Hashes, labels: Iterable[int]) -> None:
        """Remember texts; `numbers` as of `Hashed.numbers`."""
        for key, vector, label in zip(numbers.tolist(), self._rows(texts), labels, strict=True):
            self._remember(key, vector, label)

    def find(self, texts: Sequence[str], numbers: Hashes) -> list[tuple[int, float]]:
        """For each text the label of the most similar remembered one (-1: none), and the cosine."""
        pairs = zip(numbers.tolist(), self._rows(texts), strict=True)
        return [self._nearest(key, vector) for key, vector in pairs]

    def find_or_add(
        self, texts: Sequence[str], numbers: Hashes, labels: Iterable[int]
    ) -> list[tuple[int, float]]:
        """Like `find`, in order; a text that nothing is similar to is remembered."""
        found = []
        for key, vector, label in zip(numbers.tolist(), self._rows(texts), labels, strict=True):
            found.append(self._nearest(key, vector))
            if found[-1][0] < 0:
                self._remember(key, vector, label)
        return found

    def _rows(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts) if texts else np.empty((0, 0), np.float32)

    def _remember(self, key: int, vector: Matrix, label: int) -> None:
        self._vectors[key].append(vector.astype(np.float16))
        self._labels[key].append(label)

    def _nearest(self, key: int, vector: Matrix) -> tuple[int, float]:
        if key not in self._labels:
            return -1, 0.0
        cosines = np.stack(self._vectors[key]).astype(np.float32) @ vector
        best = int(cosines.argmax())
        cosine = float(cosines[best])
        return (self._labels[key][best], cosine) if cosine >= self._threshold else (-1, cosine)
