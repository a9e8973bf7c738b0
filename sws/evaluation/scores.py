"""The scores of every problem that one arm was evaluated on."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sws.config.schema import Config
from sws.errors import SwsError
from sws.evaluation.evaluate import FAILED, samples_per_problem
from sws.evaluation.metrics import Floats, avg_at, maj_at, pass_at
from sws.store import read_rows
from sws.verify import Verifier

Mask = NDArray[np.bool_]
_COLUMNS = ["set", "problem_id", "category", "answer", "outcome"]


@dataclass(frozen=True)
class Scores:
    """Row i of `values` (problems, metrics) scores the problem `keys[i]` = (set, id)."""

    metrics: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    categories: tuple[str | None, ...]
    values: Floats

    @property
    def held_out(self) -> Mask:
        """The problems of the benchmarks, without the once-failed seed problems."""
        return np.array([name != FAILED for name, _ in self.keys], dtype=bool)

    def in_set(self, name: str) -> Mask:
        """The problems of one benchmark, or the once-failed ones."""
        return np.array([own == name for own, _ in self.keys], dtype=bool)

    def in_categories(self, names: Sequence[str]) -> Mask:
        """The benchmarks' problems of these categories."""
        pairs = zip(self.held_out, self.categories, strict=True)
        return np.array([held_out and own in names for held_out, own in pairs], dtype=bool)


def metric_names(config: Config) -> tuple[str, ...]:
    """What is measured: avg over all samples first, then pass@k, then the majority of all."""
    samples = samples_per_problem(config)
    passes = [f"pass@{k}" for k in sorted(set(config.evaluation.pass_at)) if k <= samples]
    return (f"avg@{samples}", *passes, f"maj@{samples}")


def read_scores(config: Config, evaluation: Path, verifier: Verifier) -> Scores:
    """Score every problem of one arm's evaluation table, streaming.

    Raises SwsError when a problem has another number of samples than is configured.
    """
    keys, categories, values = [], [], []
    rows = read_rows(evaluation, _COLUMNS)
    for key, group in itertools.groupby(rows, lambda row: (row["set"], row["problem_id"])):
        samples = list(group)
        if len(samples) != samples_per_problem(config):
            raise SwsError(
                f"{evaluation}: problem {key[1]} of {key[0]} has {len(samples)} samples",
                expected=f"{samples_per_problem(config)}, as evaluation.samples says",
                fix="delete the table and run `sws evaluate` again",
            )
        keys.append(key)
        categories.append(samples[0]["category"])
        values.append(_score(config, samples, verifier))
    metrics = metric_names(config)
    table = np.array(values, dtype=np.float64).reshape(len(values), len(metrics))
    return Scores(metrics, tuple(keys), tuple(categories), table)


def _score(config: Config, samples: list[dict[str, Any]], verifier: Verifier) -> list[float]:
    correct = [row["outcome"] == "correct" for row in samples]
    answers = [row["answer"] for row in samples]
    n, right = len(samples), sum(correct)
    passes = [k for k in sorted(set(config.evaluation.pass_at)) if k <= n]
    return [
        avg_at(right, n),
        *(pass_at(right, n, k) for k in passes),
        maj_at(answers, correct, n, verifier.equal),
    ]
