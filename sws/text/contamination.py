"""Which texts overlap a benchmark: by a run of words, as a near duplicate, or in meaning.

One pass over the texts; memory holds the benchmarks only.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sws.store import Decision, kept, rejected
from sws.text.duplicates import Rows
from sws.text.minhash import band_keys
from sws.text.overlap import NgramIndex
from sws.text.semantic import Embed, SemanticIndex
from sws.text.shingles import SHINGLE, Hashed, hashed

OVERLAP = "overlaps benchmark"  # and its name


class Contamination:
    """The benchmarks, ready to be compared with any number of texts.

    `benchmarks` are rows with `benchmark`, `problem_id` and `problem`. Without `embed` meanings
    are not compared. A text counts for the first benchmark problem that it is found to overlap: by
    a run of `ngram` words, else as a near duplicate, else by meaning.
    """

    def __init__(
        self,
        benchmarks: Iterable[Mapping[str, Any]],
        *,
        near_duplicate: float,
        ngram: int,
        semantic: float = 1.0,
        embed: Embed | None = None,
    ) -> None:
        self.problems = list(benchmarks)
        texts = [str(row["problem"]) for row in self.problems]
        tokens = hashed(texts)
        self._ngrams = NgramIndex(texts, ngram)
        self._near = NearIndex(tokens, near_duplicate)
        self._meanings = None if embed is None else SemanticIndex(embed, semantic)
        if self._meanings:
            self._meanings.add(texts, tokens.numbers(), range(len(texts)))

    def find(self, tokens: Hashed) -> tuple[Rows, npt.NDArray[np.float32]]:
        """For each text the benchmark problem that it overlaps (-1: none), and the similarity.

        The similarity is 0 for a shared run of words.
        """
        problems = self._ngrams.find(tokens)
        near, similarity = self._near.find(tokens)
        free = problems < 0
        problems[free] = near[free]
        return problems, np.where(free, similarity, np.float32(0))

    def decide(self, texts: Sequence[str]) -> list[tuple[Decision, int]]:
        """For each text the decision, and the index of the benchmark problem that it overlaps."""
        tokens = hashed(texts)
        found = zip(texts, *self.find(tokens), strict=True)
        problems = [(self.overlap(*one) if one[1] >= 0 else kept(), int(one[1])) for one in found]
        if self._meanings:
            free = [row for row, (_, problem) in enumerate(problems) if problem < 0]
            for row, (problem, cosine) in zip(free, self.by_meaning(texts, free), strict=True):
                if problem >= 0:
                    problems[row] = self._decision(problem, cosine=round(cosine, 4)), problem
        return problems

    def by_meaning(self, texts: Sequence[str], rows: Sequence[int]) -> list[tuple[int, float]]:
        """For some of the texts the benchmark problem that says the same (-1: none)."""
        if not self._meanings:
            return [(-1, 0.0)] * len(rows)
        chosen = [texts[row] for row in rows]
        return self._meanings.find(chosen, hashed(chosen).numbers())

    def overlap(self, text: str, problem: int, similarity: float = 0.0) -> Decision:
        """The decision on a text for which `find` found a problem."""
        if similarity:
            return self._decision(int(problem), similarity=round(float(similarity), 4))
        return self._decision(int(problem), ngram=self._ngrams.shared(text, int(problem)))

    def _decision(self, problem: int, **evidence: object) -> Decision:
        row = self.problems[problem]
        shown = {"problem": row["problem_id"], **evidence}
        return rejected(f"{OVERLAP} {row['benchmark']}", shown)


class NearIndex:
    """A fixed set of texts: which of them is a text a near duplicate of?

    As in `duplicates`: the same numbers, and Jaccard similarity of the word 3-grams from the
    threshold on; banded MinHash proposes, exact similarity decides.
    """

    def __init__(self, texts: Hashed, threshold: float) -> None:
        self._threshold = threshold
        self._shingles, keys = self._read(texts)
        self._order = np.argsort(keys, axis=0, kind="stable")
        self._keys = np.take_along_axis(keys, self._order, axis=0)

    def find(self, texts: Hashed) -> tuple[Rows, np.ndarray]:
        """For each text the index of the first near duplicate, or -1, and how similar it is."""
        best, similarity = np.full(len(texts), -1, np.int32), np.zeros(len(texts), np.float32)
        if not len(self._shingles) or not len(texts):
            return best, similarity
        shingles, keys = self._read(texts)
        for row, other in sorted(self._proposed(keys)):
            mine, theirs = shingles[row], self._shingles[other]
            common = len(np.intersect1d(mine, theirs, assume_unique=True))
            jaccard = common / (len(mine) + len(theirs) - common)
            if jaccard >= self._threshold and best[row] < 0:
                best[row], similarity[row] = other, jaccard
        return best, similarity

    def _proposed(self, keys: np.ndarray) -> set[tuple[int, int]]:
        pairs = set()
        for band in range(keys.shape[1]):
            column = self._keys[:, band]
            first = np.searchsorted(column, keys[:, band], "left")
            last = np.searchsorted(column, keys[:, band], "right")
            for row in np.flatnonzero(last > first).tolist():
                for place in range(first[row], last[row]):
                    pairs.add((row, int(self._order[place, band])))
        return pairs

    def _read(self, texts: Hashed) -> tuple[list[np.ndarray], np.ndarray]:
        """The sets of shingles, and the band keys, of each text."""
        if not len(texts):
            return [], np.empty((0, 1), np.uint64)
        runs, owner = texts.runs(SHINGLE)
        ends = np.cumsum(np.bincount(owner, minlength=len(texts)))
        starts = np.concatenate([[0], ends[:-1]])
        keys = band_keys(runs, starts, texts.numbers(), self._threshold)
        return [np.unique(runs[a:b]) for a, b in zip(starts, ends, strict=True)], keys
