"""No blueprint twice, as many as there are, and an end to the drawing in any case."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sws.blueprints import distinct
from sws.blueprints.combinations import all_combinations, are_few, log_probabilities
from sws.blueprints.distinct import Drawn, draw_distinct
from sws.blueprints.sampler import Sampler
from sws.concepts.graph import ConceptGraph


def graph_of(n: int, vectors: object = None) -> ConceptGraph:
    names = [f"c{i:04d}" for i in range(n)]
    draw = np.random.default_rng(n)
    vectors = draw.normal(size=(n, 4)) if vectors is None else vectors
    return ConceptGraph.build(names, draw.integers(1, 9, n), vectors, {})


def draw(graph: ConceptGraph, asked: int, size: int = 3, levels: int = 2) -> Drawn:
    return draw_distinct(graph, asked, size, levels, 0.2, 1, ["test"])


def identities(drawn: Drawn) -> set[tuple[int, ...]]:
    return {
        (*concepts, level)
        for concepts, level in zip(drawn.concepts.tolist(), drawn.levels.tolist(), strict=True)
    }


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9), st.integers(0, 60), st.integers(1, 5), st.integers(1, 3))
def test_as_many_as_asked_or_as_there_are(n: int, asked: int, size: int, levels: int) -> None:
    drawn = draw(graph_of(n), asked, size, levels)
    there_are = comb(n, min(size, n)) * levels if n else 0
    assert len(drawn.levels) == len(identities(drawn)) == min(asked, there_are)
    assert drawn.concepts.shape == (len(drawn.levels), min(size, n) if n and asked else size)
    assert (np.diff(drawn.concepts, axis=1) > 0).all()
    assert not asked or bool(drawn.reason) == (len(drawn.levels) < asked or n < size)


@pytest.mark.parametrize("few", [True, False])
def test_the_same_seed_draws_the_same(few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "are_few", lambda n, size: few)
    graph = graph_of(12)
    once, again = draw(graph, 100), draw(graph, 100)
    assert once.concepts.tolist() == again.concepts.tolist()
    assert once.levels.tolist() == again.levels.tolist()
    other = draw_distinct(graph, 100, 3, 2, 0.2, 2, ["test"])
    assert identities(once) != identities(other)


def test_both_ways_of_drawing_have_the_same_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    """How often each combination is among the 4 first of 10, over 400 seeds."""
    graph = graph_of(5)

    def share(few: bool) -> np.ndarray:
        monkeypatch.setattr(distinct, "are_few", lambda n, size: few)
        monkeypatch.setattr(distinct, "BATCH", (16, 64))
        seen = np.zeros(10)
        place = {tuple(row): i for i, row in enumerate(all_combinations(5, 2).tolist())}
        for seed in range(400):
            for row in draw_distinct(graph, 4, 2, 1, 0.2, seed, []).concepts.tolist():
                seen[place[tuple(row)]] += 1
        return seen / 400

    assert np.abs(share(True) - share(False)).max() < 0.12
    likely = np.argsort(log_probabilities(Sampler(graph, 0.2), 2))
    assert share(True)[likely[-1]] > share(True)[likely[0]]


def test_drawing_ends_when_it_finds_hardly_anything_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clusters far apart in similarity: most combinations are as good as impossible."""
    monkeypatch.setattr(distinct, "are_few", lambda n, size: False)
    pairs = {(i, j): 40.0 for i in range(60) for j in range(i) if i // 4 == j // 4}
    graph = ConceptGraph.build([str(i) for i in range(60)], [1] * 60, np.eye(60), pairs)
    drawn = draw(graph, 5000, size=4, levels=1)
    assert len(identities(drawn)) == len(drawn.levels) == 15
    assert f"draws gave only 15 distinct combinations (of {comb(60, 4)})" in drawn.reason


def test_many_concepts_are_drawn_without_going_through_all_combinations() -> None:
    assert not are_few(300, 5)
    drawn = draw(graph_of(300), 5000, size=5)
    assert len(identities(drawn)) == 5000 and not drawn.reason


def test_levels_are_uniform() -> None:
    counts = np.bincount(draw(graph_of(300), 6000, size=5, levels=3).levels)
    assert ((counts - 2000) ** 2 / 2000).sum() < 13.8  # the 0.1 % tail, 2 degrees of freedom


@pytest.mark.parametrize(("n", "size"), [(40, 39), (1000, 2), (30, 30), (20, 20), (1, 1)])
def test_what_counts_as_few_is_quick(n: int, size: int) -> None:
    if are_few(n, size):
        logs = log_probabilities(Sampler(graph_of(n), 0.2), size)
        assert len(logs) == comb(n, size)
        assert np.exp(logs).sum() == pytest.approx(1, abs=1e-4)
    else:
        assert comb(n, size // 2) > 10**6
