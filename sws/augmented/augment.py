"""Augment: the seed set together with the survivors, shared out over the categories by Eq. 5."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.blueprints.blueprints import read_weights
from sws.blueprints.budget import largest_remainders
from sws.config.schema import Config
from sws.identity import seed_for
from sws.sql import database, stream
from sws.store import TableWriter, count_kept, read_rows, sql_tables

SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "text": pa.string(),
        "answer": pa.string(),
        "category": pa.string(),
        "source": pa.string(),
        "blueprint_id": pa.string(),
        "concepts": pa.list_(pa.string()),
        "level": pa.string(),
        "vote_share": pa.float64(),
        "accuracy": pa.float64(),
    }
)
SEED, SYNTHETIC = "seed", "synthetic"
_PROVENANCE = ("blueprint_id", "concepts", "level", "vote_share", "accuracy")
_log = logging.getLogger(__name__)


def run(
    config: Config,
    seed: Path,
    screened: list[Path],
    labels: list[Path],
    difficulty: list[Path],
    weights: Path,
    out: Path,
) -> None:
    """Write the seed problems, then at most `augmented_size` survivors with their provenance.

    When nothing survived, the augmented set is the seed set, and the log says so. Raises SwsError
    when `weights` is not a file of weights.
    """
    shares = read_weights(weights)
    survivors = _survivors(screened, labels, difficulty)
    with database(out.parent) as connection, TableWriter(out, SCHEMA) as writer:
        tally = f"SELECT category, count(*) AS n FROM ({survivors}) GROUP BY category"
        found = {row["category"]: row["n"] for row in stream(connection, tally)}
        budget = share_out(config.augmented_size, shares, found)
        writer.add_all(_seed_rows(seed))
        choice = _choice(survivors, budget, seed_for(config.seed, "augment"))
        for row in stream(connection, choice):
            writer.add({**row, "source": SYNTHETIC})
    _say(count_kept(seed), budget, found, config.augmented_size)


def share_out(
    total: int, weights: Mapping[str, float], available: Mapping[str, int]
) -> dict[str, int]:
    """How many survivors to take of each category: Eq. 5, as far as there are enough.

    What a category lacks goes to the others by the same weights.
    """
    taken = dict.fromkeys(weights, 0)
    left = min(total, sum(available.get(name, 0) for name, weight in weights.items() if weight))
    while left:
        open_weights = {
            name: weight
            for name, weight in weights.items()
            if weight and taken[name] < available.get(name, 0)
        }
        for name, asked in largest_remainders(left, open_weights).items():
            given = min(asked, available[name] - taken[name])
            taken[name] += given
            left -= given
    return taken


def _survivors(screened: list[Path], labels: list[Path], difficulty: list[Path]) -> str:
    """SQL: the candidates that every filter kept, as problems with their provenance."""
    return f"""
        SELECT id, d.problem AS text, d.label AS answer, d.category,
               s.blueprint_id, s.concepts, s.level, l.vote_share, d.accuracy
        FROM {sql_tables(difficulty)} AS d
        JOIN {sql_tables(labels)} AS l USING (id)
        JOIN {sql_tables(screened)} AS s USING (id)
        WHERE d.kept AND l.kept AND s.kept
    """


def _choice(survivors: str, budget: Mapping[str, int], salt: int) -> str:
    """SQL: a random choice within each category that depends on the seed and the ids alone."""
    draw = f"md5('{salt}' || id)"
    wanted = " ".join(f"WHEN '{name}' THEN {count}" for name, count in budget.items())
    return f"""
        SELECT * FROM ({survivors})
        QUALIFY row_number() OVER (PARTITION BY category ORDER BY {draw})
                <= CASE category {wanted} ELSE 0 END
        ORDER BY category, {draw}
    """


def _seed_rows(seed: Path) -> Iterator[dict[str, Any]]:
    columns = ["id", "text", "answer", "category"]
    for row in read_rows(seed, columns, kept_only=True):
        problem = {name: row[name] for name in columns}
        yield {**problem, "source": SEED, **dict.fromkeys(_PROVENANCE)}


def _say(seeds: int, budget: Mapping[str, int], found: Mapping[str, int], asked: int) -> None:
    synthetic = sum(budget.values())
    if not synthetic:
        _log.warning("No candidate survived: the augmented set is the seed set (%d).", seeds)
        return
    _log.info("Augmented set: %d seed and %d synthetic problems.", seeds, synthetic)
    if synthetic < asked:
        _log.info("%d were asked for; %d survived in all.", asked, sum(found.values()))
    for category, count in budget.items():
        _log.info("  %s: %d of %d survivors", category, count, found.get(category, 0))
