"""Which texts overlap a benchmark: by a run of words, as a near duplicate, or in meaning.

One pass over the texts; memory holds the benchmarks only.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sws.store import kept, rejected
from sws.text.duplicates import Rows
from sws.text.minhash import band_keys
from sws.text.overlap import NgramIndex
from sws.text.semantic import Embed, SemanticIndex
from sws.text.shingles import SHINGLE, Hashed, hashed


class Contamination:
    """The benchmarks, ready to be compared with any number of texts.

    `benchmarks` are rows with `benchmark`, `id` and `text`. Without `embed` meanings are not
    compared. A text counts for the first benchmark problem that it is found to overlap.
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
        texts = [str(row["text"]) for row in self.problems]
        tokens = hashed(texts)
        self._ngrams = NgramIndex(texts, ngram)
        self._near = NearIndex(tokens, near_duplicate)
        self._meanings = None if embed is None else SemanticIndex(embed, semantic)
        if self._meanings:
            self._meanings.add(texts, tokens.numbers(), range(len(texts)))

    def decide(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """For each text the decision columns, and `problem`: the index of what it overlaps."""
        tokens = hashed(texts)
        by_run = self._ngrams.find(tokens)
        by_words, similarity = self._near.find(tokens)
        decisions = []
        for row, text in enumerate(texts):
            if (problem := int(by_words[row])) >= 0:
                shown: dict[str, Any] = {"similarity": round(float(similarity[row]), 4)}
            elif (problem := int(by_run[row])) >= 0:
                shown = {"ngram": self._ngrams.shared(text, problem)}
            decisions.append(self._overlaps(problem, shown) if problem >= 0 else self._free())
        if self._meanings:
            self._by_meaning(decisions, texts, tokens)
        return decisions

    def _by_meaning(
        self, decisions: list[dict[str, Any]], texts: Sequence[str], tokens: Hashed
    ) -> None:
        assert self._meanings is not None
        free = [row for row, decision in enumerate(decisions) if decision["kept"]]
        numbers = tokens.numbers()[free]
        found = self._meanings.find([texts[row] for row in free], numbers)
        for row, (problem, cosine) in zip(free, found, strict=True):
            if problem >= 0:
                decisions[row] = self._overlaps(problem, {"cosine": round(cosine, 4)})

    def _overlaps(self, problem: int, shown: dict[str, Any]) -> dict[str, Any]:
        row = self.problems[problem]
        reason = f"overlaps benchmark {row['benchmark']}"
        return {**rejected(reason, {"problem": row["id"], **shown}), "problem": problem}

    def _free(self) -> dict[str, Any]:
        return {**kept(), "problem": -1}


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
        """For each text the index of the most similar one, or -1, and how similar it is."""
        best, similarity = np.full(len(texts), -1, np.int32), np.zeros(len(texts), np.float32)
        if not len(self._shingles) or not len(texts):
            return best, similarity
        shingles, keys = self._read(texts)
        for row, other in sorted(self._proposed(keys)):
            mine, theirs = shingles[row], self._shingles[other]
            common = len(np.intersect1d(mine, theirs, assume_unique=True))
            jaccard = common / (len(mine) + len(theirs) - common)
            if jaccard >= self._threshold and jaccard > similarity[row]:
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
