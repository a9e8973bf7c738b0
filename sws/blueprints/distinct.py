"""Distinct blueprints: draws without repeats, as many as requested or as exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from sws.blueprints.combinations import all_combinations, are_few, log_probabilities
from sws.blueprints.sampler import Sampler
from sws.concepts.graph import ConceptGraph, Indices
from sws.identity import seed_for

#: Draws in one batch: enough for a meaningful share of new ones, and a limit.
BATCH = (4096, 131_072)
#: A batch with a smaller share of new combinations is the last.
LEAST_NEW = 0.02


@dataclass(frozen=True)
class Drawn:
    """m distinct blueprints: `concepts` (m, size) indices, ascending; `levels` (m) indices.

    `reason` says why there are fewer, or smaller ones, than requested; empty if not.
    """

    concepts: Indices
    levels: Indices
    reason: str

    def part(self, start: int, end: int) -> "Drawn":
        """Those of a slice, in the order of the draw; the reason only where they end early."""
        reason = self.reason if end > len(self.levels) or start == 0 else ""
        return Drawn(self.concepts[start:end], self.levels[start:end], reason)


def draw_distinct(
    graph: ConceptGraph,
    asked: int,
    size: int,
    levels: int,
    temperature: float,
    run_seed: int,
    key: Sequence[object],
) -> Drawn:
    """Draw `asked` distinct (combination of `size` concepts, level) pairs.

    Combinations are drawn one after another as `Sampler` does, repeats dropped, and each has a
    level drawn uniformly out of `levels`. If all combinations can be enumerated, the draw is
    exact and can exhaust them; otherwise it stops when new ones become rare. Every batch is
    seeded by `run_seed` and `key`.
    """
    n = len(graph.names)
    if not asked or not n:
        reason = "the category has no concepts" if asked else ""
        return Drawn(np.zeros((0, size), np.int64), np.zeros(0, np.int64), reason)
    smaller = f"only {n} concepts, all in each blueprint" if n < size else ""
    size = min(size, n)
    sampler = Sampler(graph, temperature)
    if are_few(n, size):
        seed = seed_for(run_seed, *key)
        concepts, chosen_levels = _from_all(sampler, asked, size, levels, seed)
        short = f"only {len(concepts)} distinct combinations exist"
    else:
        concepts, chosen_levels, tries = _by_rejection(sampler, asked, size, levels, run_seed, key)
        short = (
            f"{tries} draws gave only {len(concepts)} distinct combinations (of "
            f"{comb(n, size) * levels}); a higher blueprints.temperature spreads them"
        )
    reasons = [smaller, short if len(concepts) < asked else ""]
    return Drawn(concepts, chosen_levels, "; ".join(filter(None, reasons)))


def _from_all(
    sampler: Sampler, asked: int, size: int, levels: int, seed: int
) -> tuple[Indices, Indices]:
    """Successive draws without replacement: the order of log-probability plus Gumbel noise."""
    logs = log_probabilities(sampler, size).repeat(levels)
    keys = logs + np.random.default_rng(seed).gumbel(size=len(logs))
    first = np.argsort(-keys, kind="stable")[:asked]
    return all_combinations(sampler.n, size)[first // levels], first % levels


def _by_rejection(
    sampler: Sampler, asked: int, size: int, levels: int, run_seed: int, key: Sequence[object]
) -> tuple[Indices, Indices, int]:
    seen: set[bytes] = set()
    parts: list[npt.NDArray[np.int32]] = []
    tries = batch = 0
    while (missing := asked - len(seen)) > 0:
        count = min(max(missing + missing // 8, BATCH[0]), BATCH[1])
        random = np.random.default_rng(seed_for(run_seed, *key, batch))
        drawn = np.sort(sampler.draw(count, size, random), axis=1)
        rows = np.column_stack([drawn, random.integers(levels, size=count)]).astype(np.int32)
        new = []
        for i, row in enumerate(rows):
            identity = row.tobytes()
            if identity not in seen:
                seen.add(identity)
                new.append(i)
        parts.append(rows[new[:missing]])
        tries, batch = tries + count, batch + 1
        if len(new) < LEAST_NEW * count:
            break
    found = np.concatenate(parts).astype(np.int64)
    return found[:, :-1], found[:, -1], tries
