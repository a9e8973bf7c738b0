"""The sampler against a literal transcription of its definition (SwS, Appendix F)."""

import math
import random
from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest

from sws.blueprints import sampler as sampler_module
from sws.blueprints.combinations import all_combinations, log_probabilities
from sws.blueprints.sampler import Sampler, Selection
from sws.concepts.graph import ConceptGraph

TEMPERATURE = 0.7


def toy(n: int = 5, dimensions: int = 3, seed: int = 0) -> ConceptGraph:
    """A graph of n concepts whose raw embeddings differ in length."""
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(n, dimensions)) * draw.uniform(0.5, 3, size=(n, 1))
    pairs = {pair: float(draw.integers(1, 3)) for pair in list(combinations(range(n), 2))[::2]}
    return ConceptGraph.build([f"c{i}" for i in range(n)], [*range(1, n + 1)], vectors, pairs)


def together(graph: ConceptGraph, a: int, b: int) -> float:
    row = slice(graph.starts[a], graph.starts[a + 1])
    return float(graph.counts[row][graph.neighbours[row] == b].sum())


def literal_next(graph: ConceptGraph, selected: list[int]) -> list[float]:
    """P(next concept | selected), as the paper says it, one number at a time."""
    mean = np.mean([graph.vectors[s] for s in selected], axis=0)
    weights = []
    for c in range(len(graph.names)):
        e = graph.vectors[c]
        similarity = float(e @ mean / np.linalg.norm(e) / np.linalg.norm(mean))
        score = sum(together(graph, c, s) for s in selected) + similarity
        weights.append(0.0 if c in selected else math.exp(score / TEMPERATURE))
    return [weight / sum(weights) for weight in weights]


def literal_draw(graph: ConceptGraph, size: int, rng: random.Random) -> tuple[int, ...]:
    concepts = range(len(graph.names))
    selected = rng.choices(concepts, graph.frequency)
    while len(selected) < size:
        selected += rng.choices(concepts, literal_next(graph, selected))
    return tuple(selected)


def literal_probability(graph: ConceptGraph, order: tuple[int, ...]) -> float:
    result = float(graph.frequency[order[0]] / graph.frequency.sum())
    for k in range(1, len(order)):
        result *= literal_next(graph, list(order[:k]))[order[k]]
    return result


@pytest.mark.parametrize("gram_concepts", [0, 8192])
def test_scores_are_those_of_the_definition(
    gram_concepts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampler_module, "GRAM_CONCEPTS", gram_concepts)
    graph = toy(n=9)
    selection = Selection(Sampler(graph, TEMPERATURE), np.array([0, 8]))
    selection.add(np.array([4, 2]))
    selection.add(np.array([7, 1]))
    weights = np.exp(selection.scores())
    weights /= weights.sum(axis=1, keepdims=True)
    assert weights[0] == pytest.approx(literal_next(graph, [0, 4, 7]), rel=1e-4)
    assert weights[1] == pytest.approx(literal_next(graph, [8, 2, 1]), rel=1e-4)


def test_similarities_stay_with_their_concepts() -> None:
    """Similarities .1, .9, .3 belong to concepts 1, 2, 3, and are not sorted on the way."""
    similarities = [0.1, 0.9, 0.3]
    vectors = [[1.0, 0.0], *([s, math.sqrt(1 - s * s)] for s in similarities)]
    graph = ConceptGraph.build(list("abcd"), [1] * 4, vectors, {})
    scores = Selection(Sampler(graph, 1.0), np.array([0])).scores()[0]
    assert scores[1:] == pytest.approx(similarities, abs=1e-6)
    assert scores[0] == -np.inf


def test_draws_are_distributed_as_the_literal_transcription() -> None:
    """Chi-square of 40,000 draws of 3 out of 5 concepts over all 60 orders, at a fixed seed."""
    graph, count = toy(), 40_000
    drawn = Sampler(graph, TEMPERATURE).draw(count, 3, np.random.default_rng(1))
    seen = Counter(map(tuple, drawn.tolist()))
    orders = list(permutations(range(5), 3))
    expected = [count * literal_probability(graph, order) for order in orders]
    assert sum(expected) == pytest.approx(count)
    statistic = sum((seen[o] - e) ** 2 / e for o, e in zip(orders, expected, strict=True))
    assert statistic < 98.3  # the 0.1 % tail of chi-square with 59 degrees of freedom


def test_the_literal_draw_and_the_sampler_agree() -> None:
    graph, count = toy(seed=3), 3000
    rng = random.Random(5)
    slow = Counter(literal_draw(graph, 2, rng) for _ in range(count))
    fast = Sampler(graph, TEMPERATURE).draw(count, 2, np.random.default_rng(2))
    quick = Counter(map(tuple, fast.tolist()))
    statistic = sum((slow[o] - quick[o]) ** 2 / (slow[o] + quick[o]) for o in slow | quick)
    assert statistic < 43.8  # the 0.1 % tail with 19 degrees of freedom


def test_probabilities_of_all_combinations_are_sums_over_orders() -> None:
    graph = toy(n=6)
    logs = log_probabilities(Sampler(graph, TEMPERATURE), 4)
    combos = all_combinations(6, 4)
    assert sorted(map(tuple, combos.tolist())) == list(combinations(range(6), 4))
    for combo, log in zip(combos.tolist(), logs, strict=True):
        exact = sum(literal_probability(graph, order) for order in permutations(combo))
        assert math.exp(log) == pytest.approx(exact, rel=1e-4)


def test_huge_counts_and_tiny_temperatures_do_not_overflow() -> None:
    graph = ConceptGraph.build(
        list("abcd"), [1] * 4, np.eye(4), {(0, 1): 5e6, (1, 2): 4e6, (0, 3): 3e6, (2, 3): 1.0}
    )
    drawn = Sampler(graph, 0.001).draw(500, 3, np.random.default_rng(0))
    assert {tuple(sorted(row)) for row in drawn.tolist()} == {(0, 1, 2), (0, 1, 3)}


def test_embeddings_that_cancel_out_have_no_similarity() -> None:
    graph = ConceptGraph.build(list("abc"), [1] * 3, [[1, 0], [-1, 0], [0, 1]], {})
    selection = Selection(Sampler(graph, 1.0), np.array([0]))
    selection.add(np.array([1]))
    assert selection.scores()[0, 2] == 0


@pytest.mark.parametrize("n", [2, 63, 64, 65, 130])
def test_every_row_has_different_concepts_whatever_the_width(n: int) -> None:
    drawn = Sampler(toy(n), TEMPERATURE).draw(400, min(n, 5), np.random.default_rng(0))
    assert drawn.min() >= 0 and drawn.max() < n
    assert all(len(set(row)) == len(row) for row in drawn.tolist())


def test_the_last_columns_are_drawn_as_often_as_their_weight_says() -> None:
    """More columns than one block: concept 0 first, all others equally likely after it."""
    n, count = 150, 30_000
    graph = ConceptGraph.build([str(i) for i in range(n)], [1] + [0] * (n - 1), np.eye(n), {})
    drawn = Sampler(graph, 1.0).draw(count, 2, np.random.default_rng(4))
    seen = np.bincount(drawn[:, 1], minlength=n)
    expected = count / (n - 1)
    assert seen[0] == 0
    assert ((seen[1:] - expected) ** 2 / expected).sum() < 208.1  # 0.1 % tail, 148 degrees
