"""The sampler: combinations of related concepts (SwS, Appendix F)."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from sws.concepts.graph import ConceptGraph, Indices
from sws.embedding import Matrix, unit_rows

#: Scores computed at a time by each thread; fits a core's cache.
SCORES = 1 << 18
#: Columns per block of the two-level search.
BLOCK = 64
#: Up to this size all dot products are precomputed (256 MiB); beyond it, on demand.
GRAM_CONCEPTS = 8192


class Sampler:
    """Draws concepts from one category's graph of n concepts.

    The first concept is drawn by frequency. Each next one is drawn from the softmax, over the
    concepts not yet selected, of (Co + Sim) / temperature: Co counts the problems that a concept
    shares with the selected ones, summed over these, and Sim is its embedding's cosine with the
    mean of the selected embeddings.
    """

    def __init__(self, graph: ConceptGraph, temperature: float) -> None:
        self.graph = graph
        self.n = len(graph.names)
        self._temperature = temperature
        self._unit = unit_rows(graph.vectors)
        self._lengths = np.linalg.norm(graph.vectors, axis=1)
        small = self.n <= GRAM_CONCEPTS
        self._gram = graph.vectors @ self._unit.T if small else None

    def products(self, concepts: Indices) -> Matrix:
        """(B, n): the embedding of each of B concepts times every embedding of length 1."""
        if self._gram is not None:
            return self._gram.take(concepts, axis=0)
        return self.graph.vectors[concepts] @ self._unit.T

    def draw(self, count: int, size: int, random: np.random.Generator) -> Indices:
        """(count, size) different concepts a row, in the order drawn; rows may repeat."""
        uniform = random.random((count, size))
        cumulative = self.graph.frequency.cumsum()
        result = np.empty((count, size), dtype=np.int64)
        result[:, 0] = np.searchsorted(cumulative, uniform[:, 0] * cumulative[-1], side="right")
        step = max(1, SCORES // self.n)
        parts = [slice(start, start + step) for start in range(0, count, step)]
        # NumPy releases the GIL inside its loops, so threads run in parallel.
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            list(threads.map(lambda part: self._extend(result[part], uniform[part]), parts))
        return result

    def _extend(self, chosen: Indices, uniform: npt.NDArray[np.float64]) -> None:
        selection = Selection(self, chosen[:, 0])
        for k in range(1, chosen.shape[1]):
            chosen[:, k] = _pick(selection.scores(), uniform[:, k])
            if k + 1 < chosen.shape[1]:
                selection.add(chosen[:, k])


class Selection:
    """B growing sets of selected concepts, and the score of every concept with each of them."""

    def __init__(self, sampler: Sampler, first: Indices) -> None:
        self._sampler = sampler
        self._selected = [first]
        self._products = sampler.products(first)
        self._squares = sampler._lengths[first] ** 2
        self._together = np.zeros_like(self._products)
        self._count_together(first)

    def add(self, concepts: Indices) -> None:
        """Select one more concept in each set."""
        lengths = self._sampler._lengths[concepts]
        own = np.take_along_axis(self._products, concepts[:, None], axis=1)[:, 0]
        # |s + e|^2 = |s|^2 + 2 s.e + |e|^2: the norm of the sum follows from dot products.
        self._squares = self._squares + 2 * own * lengths + lengths**2
        self._products += self._sampler.products(concepts)
        self._count_together(concepts)
        self._selected.append(concepts)

    def _count_together(self, concepts: Indices) -> None:
        graph = self._sampler.graph
        starts = graph.starts[concepts]
        lengths = graph.starts[concepts + 1] - starts
        rows = np.repeat(np.arange(len(concepts)), lengths)
        skipped = np.repeat(starts - (lengths.cumsum() - lengths), lengths)
        places = np.arange(len(rows)) + skipped
        self._together[rows, graph.neighbours[places]] += graph.counts[places]

    def scores(self) -> Matrix:
        """(B, n): (Co + Sim) / temperature, minus infinity for what is already selected."""
        # A sum of embeddings that cancel has no direction: its cosine counts as 0.
        norms = np.sqrt(np.maximum(self._squares, 0))
        scale = np.divide(1, norms, out=np.zeros_like(norms), where=norms > 1e-6)
        scores: Matrix = self._products * scale[:, None]
        scores += self._together
        scores /= np.float32(self._sampler._temperature)
        for concepts in self._selected:
            np.put_along_axis(scores, concepts[:, None], -np.inf, axis=1)
        return scores


def _pick(scores: Matrix, uniform: npt.NDArray[np.float64]) -> Indices:
    """(B,) one index a row, drawn from the softmax of the row; spends `scores`."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    # First the block, then the column in it: one long cumulative sum is slow.
    n = scores.shape[1]
    block, uniform = _invert(np.add.reduceat(scores, np.arange(0, n, BLOCK), axis=1), uniform)
    columns = block[:, None] * BLOCK + np.arange(BLOCK)
    inside = np.take_along_axis(scores, np.minimum(columns, n - 1), axis=1)
    inside[columns >= n] = 0
    return block * BLOCK + _invert(inside, uniform)[0]


def _invert(
    weights: Matrix, uniform: npt.NDArray[np.float64]
) -> tuple[Indices, npt.NDArray[np.float64]]:
    """The index that a uniform draw falls on in each row of weights, and how far into it."""
    cumulative = weights.cumsum(axis=1, dtype=np.float64)
    target = uniform * cumulative[:, -1]
    index = np.count_nonzero(cumulative <= target[:, None], axis=1)
    end = np.take_along_axis(cumulative, index[:, None], axis=1)[:, 0]
    weight = np.take_along_axis(weights, index[:, None], axis=1)[:, 0]
    return index, np.clip(1 - (end - target) / weight, 0, np.nextafter(1, 0))
