"""The concept sampler as the paper words it, and as the published code computes it: one at a time.

Slow on purpose: these are what the fast sampler is compared with, in tests and in benchmarks.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def paper_next(pairs: Array, vectors: Array, chosen: list[int], temperature: float) -> Array:
    """P(next concept | chosen), n numbers (SwS, Appendix F).

    Score(c) = Co(c) + Sim(c), and minus infinity for a chosen concept: Co sums the counts of the
    problems that c shares with each chosen one, `pairs` (n, n); Sim is the cosine of its embedding,
    `vectors` (n, d), with the mean of the chosen ones'.
    """
    return _softmax(_together(pairs, chosen) + _cosines(vectors, chosen), chosen, temperature)


def published_next(pairs: Array, vectors: Array, chosen: list[int], temperature: float) -> Array:
    """The same, but for a slip of the published code.

    It takes cosines from a search index, which returns the best first, and adds them to
    co-occurrences that are in the concepts' order: most concepts get another one's similarity.
    """
    similarity = np.sort(_cosines(vectors, chosen))[::-1]
    return _softmax(_together(pairs, chosen) + similarity, chosen, temperature)


def draw(
    pairs: Array,
    vectors: Array,
    frequency: Array,
    size: int,
    temperature: float,
    random: np.random.Generator,
) -> list[int]:
    """One combination of `size` concepts by the paper's words, in the order drawn."""
    chosen = [int(random.choice(len(frequency), p=frequency / frequency.sum()))]
    while len(chosen) < size:
        following = paper_next(pairs, vectors, chosen, temperature)
        chosen.append(int(random.choice(len(following), p=following)))
    return chosen


def _together(pairs: Array, chosen: list[int]) -> Array:
    counts: Array = pairs[chosen].sum(axis=0)
    return counts


def _cosines(vectors: Array, chosen: list[int]) -> Array:
    mean = vectors[chosen].mean(axis=0)
    cosines: Array = vectors @ mean / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(mean))
    return cosines


def _softmax(scores: Array, chosen: list[int], temperature: float) -> Array:
    scores = scores / temperature
    scores[chosen] = -np.inf
    weights: Array = np.exp(scores - scores.max())
    return weights / weights.sum()
