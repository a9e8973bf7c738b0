"""Blueprints per second on the published concept lists, beside the algorithm taken literally.

    python -m benchmarks.blueprints [--total 1000000] [--literal 300] [--dimensions 4096]

The budget is shared out by the published failure ratios (SwS, Eq. 5); every blueprint is a distinct
pair of five concepts and one of eight levels. The literal algorithm draws repeats as well.
"""

import argparse
import json
import resource
import time

import numpy as np

from benchmarks import literal
from benchmarks.published import concept_lists, failure_ratios, graph_of, pairs_of
from sws.blueprints.distinct import draw_distinct
from sws.budget import largest_remainders
from sws.concepts.graph import ConceptGraph

SIZE, LEVELS, TEMPERATURE = 5, 8, 0.2


def main() -> None:
    """Draw with both, category by category, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=int, default=1_000_000)
    parser.add_argument("--literal", type=int, default=300, help="draws of the literal algorithm")
    parser.add_argument("--dimensions", type=int, default=4096, help="of an embedding")
    arguments = parser.parse_args()
    budget = largest_remainders(arguments.total, failure_ratios())
    graphs = {
        category: graph_of(lists, arguments.dimensions)
        for category, lists in sorted(concept_lists().items())
    }
    start = time.perf_counter()
    drawn = {
        category: draw_distinct(
            graph, budget[category], SIZE, LEVELS, TEMPERATURE, 1, ["benchmark", category]
        )
        for category, graph in graphs.items()
    }
    seconds = time.perf_counter() - start
    count = sum(len(found.levels) for found in drawn.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    slow = sum(literally(graph, arguments.literal // len(graphs)) for graph in graphs.values())
    literal_count = arguments.literal // len(graphs) * len(graphs)
    print(
        json.dumps(
            {
                "dimensions": arguments.dimensions,
                "concepts": {category: len(graph.names) for category, graph in graphs.items()},
                "asked": arguments.total,
                "drawn": count,
                "short": {c: found.reason for c, found in drawn.items() if found.reason},
                "seconds": round(seconds, 1),
                "per_second": round(count / seconds),
                "peak_mib": peak,
                "literal_drawn": literal_count,
                "literal_per_second": round(literal_count / slow, 1),
            },
            indent=2,
        )
    )


def literally(graph: ConceptGraph, count: int) -> float:
    """Seconds for a number of draws by the literal algorithm."""
    pairs, vectors = pairs_of(graph), graph.vectors.astype(np.float64)
    random = np.random.default_rng(1)
    start = time.perf_counter()
    for _ in range(count):
        literal.draw(pairs, vectors, graph.frequency, SIZE, TEMPERATURE, random)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
