"""All combinations of concepts with their exact probabilities, if there are few enough."""

from itertools import combinations as each_combination
from math import comb

import numpy as np
import numpy.typing as npt

from sws.blueprints.sampler import SCORES, Sampler, Selection
from sws.concepts.graph import Indices

#: Largest array, in numbers: a few seconds and a few hundred MB.
LIMIT = 8_000_000


def are_few(n: int, size: int) -> bool:
    """Whether all combinations of `size` out of n concepts can be enumerated."""
    widest = max((comb(n, k) for k in range(1, size)), default=0)
    return size == n or max(widest * n, comb(n, size) * size) <= LIMIT


def all_combinations(n: int, size: int) -> Indices:
    """(C(n, size), size), each row ascending, the rows in the order of `_rank`."""
    if size == n:
        return np.arange(n)[None, :]
    flat = np.fromiter(
        (i for row in each_combination(range(n), size) for i in row), dtype=np.int64
    ).reshape(-1, size)
    return flat[np.argsort(_rank(flat, n))]


def log_probabilities(sampler: Sampler, size: int) -> npt.NDArray[np.float64]:
    """The log-probability that `Sampler.draw` selects each of `all_combinations`, in any order.

    A draw depends on what is selected but not on the order, so that
    P(S) = sum over c in S of P(S without c) * P(next is c | S without c), size by size.
    """
    n = sampler.n
    if size == n:
        return np.zeros(1)
    frequency = sampler.graph.frequency
    known: npt.NDArray[np.float64] = np.log(frequency / frequency.sum())
    for k in range(2, size + 1):
        following = _log_next(sampler, all_combinations(n, k - 1))
        larger = all_combinations(n, k)
        total = np.full(len(larger), -np.inf)
        for last in range(k):
            before = _rank(np.delete(larger, last, axis=1), n)
            total = np.logaddexp(total, known[before] + following[before, larger[:, last]])
        known = total
    return known


def _log_next(sampler: Sampler, selected: Indices) -> npt.NDArray[np.float64]:
    """(B, n) log-probability of each next concept after each of B selections."""
    result = np.empty((len(selected), sampler.n))
    step = max(1, SCORES // sampler.n)
    for start in range(0, len(selected), step):
        part = selected[start : start + step]
        selection = Selection(sampler, part[:, 0])
        for column in part.T[1:]:
            selection.add(column)
        scores = selection.scores().astype(np.float64)
        scores -= scores.max(axis=1, keepdims=True)
        result[start : start + step] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return result


def _rank(rows: Indices, n: int) -> Indices:
    """The place of each ascending row among all of its size: the combinatorial number system."""
    binomials = np.array([[comb(i, k) for i in range(n)] for k in range(1, rows.shape[1] + 1)])
    return sum((binomials[k][rows[:, k]] for k in range(rows.shape[1])), np.zeros(1, np.int64))
