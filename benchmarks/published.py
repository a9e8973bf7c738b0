"""The concept lists that were published with SwS, as graphs to draw from."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.literal import Array
from sws.categories import normalise_category
from sws.concepts.graph import ConceptGraph

DATA = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
ROWS = DATA / "sws_qwen25_7b_examples_700.jsonl"
RATIOS = DATA / "sws_fail_ratio_by_category.json"


def concept_lists() -> dict[str, list[list[str]]]:
    """Category to the concept lists of its problems, five concepts each."""
    lists: dict[str, list[list[str]]] = {}
    for line in _read(ROWS).splitlines():
        row = json.loads(line)
        lists.setdefault(normalise_category(row["category"]) or "", []).append(row["concepts"])
    return lists


def failure_ratios() -> dict[str, float]:
    """Category to the share of its problems that failed."""
    ratios: dict[str, float] = json.loads(_read(RATIOS))
    return ratios


def _read(path: Path) -> str:
    if not path.exists():
        raise SystemExit(
            f"{path}: there is no such file\n"
            f"  expected: {RATIOS.name} and {ROWS.name}, from the data released with SwS\n"
            "  to do:    name their folder in SWS_SHARED_DATA"
        )
    return path.read_text(encoding="utf-8")


def graph_of(lists: Sequence[Sequence[str]], dimensions: int) -> ConceptGraph:
    """Frequencies, pairs and embeddings of one category's lists."""
    frequency = Counter(name for names in lists for name in set(names))
    names = sorted(frequency)
    place = {name: i for i, name in enumerate(names)}
    pairs = Counter(
        pair for one in lists for pair in combinations(sorted(place[n] for n in set(one)), 2)
    )
    counts = [frequency[name] for name in names]
    return ConceptGraph.build(names, counts, embed(names, dimensions), pairs)


def embed(names: Sequence[str], dimensions: int) -> Array:
    """Vectors of shape (n, dimensions), in which names alike in spelling have a high cosine.

    Each is the sum of a random direction per three letters; lengths differ, as in raw embeddings.
    """
    vectors = np.zeros((len(names), dimensions))
    for row, name in enumerate(names):
        text = f"  {name.lower()} "
        for start in range(len(text) - 2):
            vectors[row] += _direction(text[start : start + 3], dimensions)
    return vectors


@lru_cache(maxsize=4096)
def _direction(letters: str, dimensions: int) -> Array:
    return np.random.default_rng(crc32(letters.encode())).normal(size=dimensions)


def pairs_of(graph: ConceptGraph) -> Array:
    """(n, n): the symmetric matrix of co-occurrence counts."""
    pairs = np.zeros((len(graph.names), len(graph.names)))
    rows = np.repeat(np.arange(len(graph.names)), np.diff(graph.starts))
    pairs[rows, graph.neighbours] = graph.counts
    return pairs
