"""The sampler on published concept lists, against the paper's words taken literally (SwS, App. F).

And the published code's own sampler beside it, which attaches similarities to other concepts.
"""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import chi2

from benchmarks.literal import Array, paper_next, published_next
from benchmarks.published import ROWS, concept_lists, graph_of, pairs_of
from sws.blueprints.sampler import Sampler, Selection
from sws.categories import CATEGORIES
from sws.concepts.graph import ConceptGraph

pytestmark = pytest.mark.skipif(not ROWS.exists(), reason="the published rows are not here")
TEMPERATURE, DRAWS = 0.2, 100_000


class Lists(NamedTuple):
    """One category: its graph, and the same in plain matrices."""

    graph: ConceptGraph
    pairs: Array
    vectors: Array


@pytest.fixture(scope="module", params=CATEGORIES)
def lists(request: pytest.FixtureRequest) -> Lists:
    graph = graph_of(concept_lists()[request.param], 64)
    return Lists(graph, pairs_of(graph), graph.vectors.astype(np.float64))


@pytest.fixture(scope="module")
def drawn(lists: Lists) -> Array:
    return Sampler(lists.graph, TEMPERATURE).draw(DRAWS, 2, np.random.default_rng(1))


def first_two(lists: Lists, following: object) -> Array:
    """(n, n): P(first concept) P(second | first)."""
    frequency = lists.graph.frequency / lists.graph.frequency.sum()
    rows = [following(lists.pairs, lists.vectors, [c], TEMPERATURE) for c in range(len(frequency))]  # type: ignore[operator]
    return frequency[:, None] * np.array(rows)


def chi_square(drawn: Array, probabilities: Array) -> tuple[float, float]:
    """(statistic, p) of the drawn first two concepts; pairs expected under 5 times are one cell."""
    n = len(probabilities)
    seen = np.bincount(drawn[:, 0] * n + drawn[:, 1], minlength=n * n)
    expected = DRAWS * probabilities.ravel()
    large = expected >= 5
    cells = [*zip(seen[large], expected[large], strict=True)]
    cells.append((seen[~large].sum(), expected[~large].sum()))
    statistic = sum((s - e) ** 2 / e for s, e in cells if e)
    return statistic, float(chi2.sf(statistic, len(cells) - 1))


def test_pairs_are_distributed_as_the_paper_says(lists: Lists, drawn: Array) -> None:
    _, p = chi_square(drawn, first_two(lists, paper_next))
    assert p > 0.001


def test_every_further_concept_has_the_papers_probability(lists: Lists) -> None:
    """Step by step, on combinations that were drawn: all five are distributed as they should."""
    sampler = Sampler(lists.graph, TEMPERATURE)
    sample = sampler.draw(40, 5, np.random.default_rng(2))
    selection = Selection(sampler, sample[:, 0])
    for size in range(1, 5):
        if size > 1:
            selection.add(sample[:, size - 1])
        weights = np.exp(selection.scores() - selection.scores().max(axis=1, keepdims=True))
        ours = weights / weights.sum(axis=1, keepdims=True)
        for row, chosen in enumerate(sample[:, :size].tolist()):
            theirs = paper_next(lists.pairs, lists.vectors, chosen, TEMPERATURE)
            np.testing.assert_allclose(ours[row], theirs, rtol=2e-3, atol=1e-7)


def test_the_published_code_draws_from_another_distribution(lists: Lists, drawn: Array) -> None:
    """More than a fifth of all draws of the first two concepts would have to be others."""
    theirs, ours = first_two(lists, published_next), first_two(lists, paper_next)
    _, p = chi_square(drawn, theirs)
    assert p < 1e-100
    assert 0.5 * np.abs(theirs - ours).sum() > 0.2
