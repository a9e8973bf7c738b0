"""Is a problem new? Against the benchmarks, against reference problems, against those before it.

One rule for the seed set and for candidates: a problem that overlaps a benchmark is not trained
on, and of several that are the same the first stays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from sws.identity import problem_id
from sws.store import Decision, kept, rejected
from sws.text.duplicates import NearDuplicates
from sws.text.overlap import NgramIndex
from sws.text.shingles import hashed

T = TypeVar("T")

BATCH = 2048

EXACT_DUPLICATE = "exact duplicate"
NEAR_DUPLICATE = "near duplicate"
OVERLAP = "overlaps benchmark"  # and its name


class Novelty:
    """Add every text in order (`reference` first, then `add`), then ask for each decision.

    `benchmarks` are rows with `benchmark`, `problem_id` and `problem`. Memory is bounded by about
    500 bytes a text beyond the benchmarks.
    """

    def __init__(
        self, benchmarks: Iterable[Mapping[str, Any]], *, near_duplicate: float, ngram: int
    ) -> None:
        rows = list(benchmarks)
        texts = [str(row["problem"]) for row in rows]
        self._benchmarks = [(str(row["benchmark"]), str(row["problem_id"])) for row in rows]
        self._ngrams = NgramIndex(texts, ngram)
        self._near = NearDuplicates(near_duplicate)
        self._ids: list[np.ndarray] = []
        self._shared: list[np.ndarray] = []
        self._references = 0
        self._decided = False
        self._append(texts, overlap=False)

    def reference(self, texts: Iterable[str]) -> None:
        """Texts that are there already, such as the seed set's; no decision is asked for them."""
        for batch in batches(texts):
            self._append(batch, overlap=False)
            self._references += len(batch)

    def add(self, texts: Sequence[str]) -> None:
        """A batch of texts to decide on, in order."""
        self._append(texts, overlap=True)

    def decide(self) -> None:
        """Compare everything; from then on `decision` answers."""
        self._identity = np.concatenate([np.empty(0, np.uint64), *self._ids])
        self._ngram = np.concatenate([np.empty(0, np.int32), *self._shared])
        self._ids, self._shared = [], []
        self._twin, self._similarity = self._near.resolve(self._ngram >= 0)
        self._first = _first_with_same(self._identity)

    def decision(self, number: int, text: str) -> Decision:
        """The decision columns of the text that was the `number`-th to be added, from 0."""
        row = len(self._benchmarks) + self._references + number
        if (problem := int(self._ngram[row])) >= 0:
            return self._overlaps(problem, ngram=self._ngrams.shared(text, problem))
        twin, first = int(self._twin[row]), int(self._first[row])
        similarity = round(float(self._similarity[row]), 4)
        if 0 <= twin < len(self._benchmarks):
            return self._overlaps(twin, similarity=similarity)
        if first < row:
            return rejected(EXACT_DUPLICATE, {"of": self._id(first)})
        if twin >= 0:
            return rejected(NEAR_DUPLICATE, {"of": self._id(twin), "similarity": similarity})
        return kept()

    def original(self, number: int) -> int:
        """The number of the added text that the `number`-th one repeats; -1: of none of them."""
        row = len(self._benchmarks) + self._references + number
        first = int(self._first[row])
        earlier = first if first < row else int(self._twin[row])
        return max(-1, earlier - row + number)

    def _append(self, texts: Sequence[str], *, overlap: bool) -> None:
        for batch in batches(texts):
            tokens = hashed(batch)
            ids = [int(problem_id(text), 16) for text in batch]
            self._near.add(tokens)
            self._ids.append(np.array(ids, np.uint64))
            nothing = np.full(len(batch), -1, np.int32)
            self._shared.append(self._ngrams.find(tokens) if overlap else nothing)

    def _overlaps(self, problem: int, **evidence: object) -> Decision:
        benchmark, identity = self._benchmarks[problem]
        return rejected(f"{OVERLAP} {benchmark}", {"problem": identity, **evidence})

    def _id(self, row: int) -> str:
        return f"{int(self._identity[row]):016x}"


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most `BATCH` items."""
    stream = iter(items)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _first_with_same(ids: np.ndarray) -> np.ndarray:
    """For each row the first row with the same id."""
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int32)
