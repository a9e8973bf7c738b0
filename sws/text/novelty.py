"""Is a problem new? Against the benchmarks, against reference problems, against those before it.

One rule for the seed set and for candidates: a problem that overlaps a benchmark is not trained
on, and the first of a group of equal problems stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from sws.identity import problem_id
from sws.store import Decision, kept, rejected
from sws.text.contamination import OVERLAP, Contamination
from sws.text.duplicates import NearDuplicates
from sws.text.semantic import Embed, SemanticIndex
from sws.text.shingles import Hashed, hashed

__all__ = ["EXACT_DUPLICATE", "NEAR_DUPLICATE", "OVERLAP", "Novelty", "batches"]

T = TypeVar("T")

BATCH = 2048

EXACT_DUPLICATE = "exact duplicate"
NEAR_DUPLICATE = "near duplicate"
SEMANTIC_DUPLICATE = "semantic duplicate"
CONFLICT = "conflicting answers"
Compare = Callable[[Sequence[str], Sequence[int]], list[tuple[int, float]]]


#: Whether two reference answers are the same.
Equal = Callable[[str, str], bool]


class Novelty:
    """Add every text in order (`reference` first, then `add`), then ask for each decision.

    `benchmarks` are rows with `benchmark`, `problem_id` and `problem`. Where answers are added and
    `equal` compares them, the same text with two answers is a conflict, and texts with different
    answers are no duplicates; where an answer is not known, texts are near duplicates only if their
    numbers come in the same order. With `embed` the texts left over are compared by meaning, too.
    Memory is bounded by about 500 bytes a text beyond the benchmarks, and the answers.
    """

    def __init__(
        self,
        benchmarks: Iterable[Mapping[str, Any]],
        *,
        near_duplicate: float,
        ngram: int,
        equal: Equal | None = None,
        semantic: float = 1.0,
        embed: Embed | None = None,
    ) -> None:
        self._benchmarks = Contamination(
            benchmarks, near_duplicate=near_duplicate, ngram=ngram, semantic=semantic, embed=embed
        )
        self._meanings = SemanticIndex(embed, semantic) if embed else None
        self._near = NearDuplicates(near_duplicate)
        self._equal = equal
        self._ids: list[np.ndarray] = []
        self._ordered: list[np.ndarray] = []
        self._overlaps: list[tuple[np.ndarray, np.ndarray]] = []
        self._answers: list[str] = []
        self._references = 0

    def reference(self, texts: Iterable[str]) -> None:
        """Texts that are there already, such as the seed set's; no decision is asked for them."""
        for batch in batches(texts):
            none = np.full(len(batch), -1, np.int32), np.zeros(len(batch), np.float32)
            tokens = hashed(batch)
            self._append(batch, tokens, none)
            if self._meanings:
                rows = range(self._references, self._references + len(batch))
                self._meanings.add(batch, tokens.numbers(), rows)
            self._references += len(batch)

    def add(self, texts: Sequence[str], answers: Sequence[str] = ()) -> None:
        """A batch of texts to decide on, in order, with their answers where these are known."""
        self._answers.extend(answers)
        for batch in batches(texts):
            tokens = hashed(batch)
            self._append(batch, tokens, self._benchmarks.find(tokens))

    def decide(self) -> None:
        """Compare everything; from then on `decision` answers."""
        self._identity = np.concatenate([np.empty(0, np.uint64), *self._ids])
        self._numbers = np.concatenate([np.empty(0, np.uint64), *self._ordered])
        none = np.empty(0, np.int32), np.empty(0, np.float32)
        parts = zip(none, *self._overlaps, strict=True)
        self._overlap, self._overlap_similarity = map(np.concatenate, parts)
        self._ids, self._overlaps, self._ordered = [], [], []
        self._first = _first_with_same(self._identity)
        self._conflict = self._conflicts()
        apart = (self._overlap >= 0) | (self._conflict >= 0)
        self._twin, self._similarity = self._near.resolve(apart, self._alike)

    def decision(self, number: int, text: str) -> Decision:
        """The decision on the text that was the `number`-th to be added, from 0, but by meaning."""
        row = self._references + number
        if (problem := int(self._overlap[row])) >= 0:
            return self._benchmarks.overlap(text, problem, float(self._overlap_similarity[row]))
        if (other := int(self._conflict[row])) >= 0:
            answers = {"answer": self._answer(row), "other": self._answer(other)}
            return rejected(CONFLICT, {"of": self._id(other), **answers})
        if (first := int(self._first[row])) < row:
            return rejected(EXACT_DUPLICATE, {"of": self._id(first)})
        if (twin := int(self._twin[row])) >= 0:
            similarity = round(float(self._similarity[row]), 4)
            return rejected(NEAR_DUPLICATE, {"of": self._id(twin), "similarity": similarity})
        return kept()

    def decisions(self, start: int, texts: Sequence[str]) -> list[Decision]:
        """The decisions on the texts from the `start`-th on, by meaning too; ask in order."""
        found = [self.decision(start + index, text) for index, text in enumerate(texts)]
        if not self._meanings:
            return found
        for row, (problem, cosine) in self._left(found, texts, self._benchmarks.by_meaning):
            if problem >= 0:
                found[row] = self._benchmarks.overlap(texts[row], problem, cosine)
        for row, (other, cosine) in self._left(found, texts, partial(self._by_meaning, start)):
            if other >= 0 and self._same_answer(self._references + start + row, other):
                shown = {"of": self._id(other), "cosine": round(cosine, 4)}
                found[row] = rejected(SEMANTIC_DUPLICATE, shown)
                self._twin[self._references + start + row] = other
        return found

    def original(self, number: int) -> int:
        """The number of the added text that the `number`-th one repeats; -1: of none of them."""
        row = self._references + number
        first, conflict = int(self._first[row]), int(self._conflict[row])
        earlier = first if first < row else conflict if conflict >= 0 else int(self._twin[row])
        return max(-1, earlier - self._references)

    def _append(
        self, texts: Sequence[str], tokens: Hashed, overlaps: tuple[np.ndarray, np.ndarray]
    ) -> None:
        self._near.add(tokens)
        self._ordered.append(tokens.numbers_in_order())
        self._ids.append(np.array([int(problem_id(text), 16) for text in texts], np.uint64))
        self._overlaps.append(overlaps)

    def _conflicts(self) -> np.ndarray:
        """For each text with two answers a text that contradicts it; -1 for all others."""
        found = np.full(len(self._first), -1, np.int32)
        if not self._answers:
            return found
        again = np.flatnonzero(self._first < np.arange(len(self._first)))
        for row in again.tolist():
            first = int(self._first[row])
            if not self._same_answer(row, first):
                found[row], found[first] = first, row
        for row in again.tolist():  # those that agree with a contradicted one
            if found[row] < 0 and found[self._first[row]] >= 0:
                found[row] = found[self._first[row]]
        return found

    def _alike(self, row: int, other: int) -> bool:
        """Whether texts in like words are one problem: by their answers, else by their numbers."""
        if self._answer(row) and self._answer(other):
            return self._same_answer(row, other)
        return bool(self._numbers[row] == self._numbers[other])

    def _same_answer(self, row: int, other: int) -> bool:
        """Whether two texts have the same answer, as far as both are known."""
        mine, theirs = self._answer(row), self._answer(other)
        if not mine or not theirs or mine == theirs:
            return True
        return self._equal is None or self._equal(mine, theirs)

    def _answer(self, row: int) -> str:
        number = row - self._references
        return self._answers[number] if 0 <= number < len(self._answers) else ""

    def _left(
        self, decisions: Sequence[Decision], texts: Sequence[str], compare: Compare
    ) -> Iterator[tuple[int, tuple[int, float]]]:
        rows = [row for row, decision in enumerate(decisions) if decision["kept"]]
        yield from zip(rows, compare(texts, rows), strict=True)

    def _by_meaning(
        self, start: int, texts: Sequence[str], rows: Sequence[int]
    ) -> list[tuple[int, float]]:
        assert self._meanings is not None
        chosen = [texts[row] for row in rows]
        labels = [self._references + start + row for row in rows]
        return self._meanings.find_or_add(chosen, hashed(chosen).numbers(), labels)

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
