"""Select: the bank's problems nearest to the failed ones, by category (SwS, Algorithm 1)."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from more_itertools import chunked

from sws.budget import largest_remainders, read_weights
from sws.config.schema import Config
from sws.embedding import Matrix, SentenceEmbedder, unit_rows
from sws.progress import track
from sws.schemas import Problem, SelectedRow, schema_of
from sws.store import TableWriter, count_where, read_rows

log = logging.getLogger(__name__)

SEED, SELECTED = "seed", "selected"
_BATCH = 1024
_PROBLEM = list(Problem.__annotations__)


@dataclass(frozen=True)
class Nearness:
    """The distances of n bank problems from c categories.

    `distance` (n, c) is the distance from the category's nearest failed problem, and `nearest`
    (n, c) that problem's index among the category's.
    """

    ids: list[str]
    distance: Matrix
    nearest: npt.NDArray[np.intp]


def run(
    config: Config, bank: Path, failures: Path, seed_set: Path, weights: Path, out: Path
) -> None:
    """Write the seed problems, then `augmented_size` problems of the bank.

    The budget of a category is that of Eq. 5. The distance of a bank problem from a
    category is the cosine distance to the nearest failed problem of that category; a problem is
    selected for at most one category, and `nearest` and `distance` record why. Problems that the
    seed set already has are skipped.
    """
    failed = _failed(failures, seed_set)
    known = {row["problem_id"] for row in read_rows(seed_set, ["problem_id"])}
    candidates = (row for row in _of(bank) if row["problem_id"] not in known)
    near = _compare(SentenceEmbedder(config.roles.embedder), failed, candidates)
    budget = _budget(config, list(failed), read_weights(weights), len(near.ids))
    chosen = _choose(failed, near, budget)
    with TableWriter(out, schema_of(SelectedRow)) as writer:
        for row in read_rows(seed_set, _PROBLEM, only="kept"):
            writer.add({**_problem(row), "source": SEED, "nearest": None, "distance": None})
        for row in _of(bank):
            if why := chosen.get(row["problem_id"]):
                writer.add({**_problem(row), "source": SELECTED, **why})
    log.info("%d of %d problems of the bank selected", len(chosen), len(near.ids))


def _compare(
    embed: SentenceEmbedder,
    failed: Mapping[str, Sequence[tuple[str, str]]],
    candidates: Iterable[dict[str, Any]],
) -> Nearness:
    points = [unit_rows(embed([text for _, text in of])) for of in failed.values()]
    ids: list[str] = []
    distances = [np.empty((0, len(points)), dtype=np.float32)]
    nearest = [np.empty((0, len(points)), dtype=np.intp)]
    for rows in chunked(candidates if points else (), _BATCH):
        vectors = unit_rows(embed([row["problem"] for row in rows]))
        found = [_nearest(vectors, of_category) for of_category in points]
        ids.extend(row["problem_id"] for row in rows)
        distances.append(np.column_stack([distance for distance, _ in found]))
        nearest.append(np.column_stack([index for _, index in found]))
    return Nearness(ids, np.concatenate(distances), np.concatenate(nearest))


def _choose(
    failed: Mapping[str, Sequence[tuple[str, str]]], near: Nearness, budget: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """Of each selected problem's id: the category, the nearest failed problem, the distance."""
    categories = list(failed)
    return {
        near.ids[row]: {
            "category": categories[column],
            "nearest": failed[categories[column]][near.nearest[row, column]][0],
            "distance": float(near.distance[row, column]),
        }
        for row, column in assign(near.distance, budget)
    }


def assign(distances: Matrix, budget: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(row, column) pairs: each of (n, c) distances' rows goes to one column at most.

    Pairs are visited from the nearest on; a row is assigned to a column that has room. Ties go to
    the first row, then the first column.
    """
    room = list(budget)
    taken = np.zeros(len(distances), dtype=bool)
    left = min(sum(room), len(distances))
    for place in np.argsort(distances, axis=None, kind="stable"):
        if not left:
            return
        row, column = divmod(int(place), distances.shape[1])
        if room[column] and not taken[row]:
            taken[row] = True
            room[column] -= 1
            left -= 1
            yield row, column


def _failed(failures: Path, seed_set: Path) -> dict[str, list[tuple[str, str]]]:
    """Category to (problem_id, problem) of its failed problems."""
    failed = {row["problem_id"] for row in read_rows(failures, ["problem_id"], only="failed")}
    result: dict[str, list[tuple[str, str]]] = {}
    for row in read_rows(seed_set, ["problem_id", "problem", "category"], only="kept"):
        if row["problem_id"] in failed:
            of_category = result.setdefault(row["category"], [])
            of_category.append((row["problem_id"], row["problem"]))
    return dict(sorted(result.items()))


def _of(bank: Path) -> Iterable[dict[str, Any]]:
    return track(read_rows(bank, _PROBLEM, only="kept"), count_where(bank), "Reading the bank")


def _problem(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _PROBLEM}


def _nearest(vectors: Matrix, points: Matrix) -> tuple[Matrix, npt.NDArray[np.intp]]:
    """Of each of (n, d) vectors of length 1: its cosine distance from the nearest point, and it."""
    cosines = vectors @ points.T
    index = cosines.argmax(axis=1)
    distance: Matrix = 1 - np.take_along_axis(cosines, index[:, None], axis=1)[:, 0]
    return distance, index


def _budget(
    config: Config, categories: Sequence[str], weights: Mapping[str, float], there: int
) -> list[int]:
    total = min(config.augmented_size, there)
    if total < config.augmented_size:
        log.warning("the bank has only %d problems; %d requested", there, config.augmented_size)
    shares = largest_remainders(total, {name: weights.get(name, 0.0) for name in categories})
    return [shares[name] for name in categories]
