"""The augmented set: the seed set plus survivors, allotted to categories by Eq. 5."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sws.budget import read_weights, share_out
from sws.config.schema import Config
from sws.identity import seed_for
from sws.schemas import AugmentedRow, Problem, schema_of
from sws.store import (
    TableWriter,
    count_where,
    database,
    quoted,
    read_rows,
    sql_tables,
    stream,
)

SEED, SYNTHETIC = "seed", "synthetic"
_PROVENANCE = ("blueprint_id", "concepts", "level", "vote_share", "accuracy")
log = logging.getLogger(__name__)


def run(
    config: Config,
    seed_set: Path,
    weights: Path,
    screened: Sequence[Path],
    labels: Sequence[Path],
    difficulty: Sequence[Path],
    out: Path,
) -> None:
    """Write the seed problems, then at most `augmented_size` survivors with their provenance.

    If nothing survived, the augmented set is the seed set, with a warning. Raises SwsError if
    `weights` is not a file of weights.
    """
    shares = read_weights(weights)
    survivors = _survivors(screened, labels, difficulty)
    with database(out.parent) as connection, TableWriter(out, schema_of(AugmentedRow)) as writer:
        tally = f"SELECT category, count(*) AS n FROM ({survivors}) GROUP BY category"
        found = {row["category"]: row["n"] for row in stream(connection, tally)}
        budget = share_out(config.augmented_size, shares, found)
        writer.add_all(_seed_rows(seed_set))
        choice = _choice(survivors, budget, seed_for(config.seed, "augment"))
        for row in stream(connection, choice):
            writer.add({**row, "source": SYNTHETIC})
    _report(count_where(seed_set), budget, found, config.augmented_size)


def _survivors(screened: Sequence[Path], labels: Sequence[Path], difficulty: Sequence[Path]) -> str:
    """SQL: the candidates that every filter kept, as problems with their provenance."""
    return f"""
        SELECT problem_id, d.problem, d.answer, d.category,
               s.blueprint_id, s.concepts, s.level, l.vote_share, d.accuracy
        FROM {sql_tables(difficulty)} AS d
        JOIN {sql_tables(labels)} AS l USING (problem_id)
        JOIN {sql_tables(screened)} AS s USING (problem_id)
        WHERE d.kept AND l.kept AND s.kept
    """


def _choice(survivors: str, budget: Mapping[str, int], salt: int) -> str:
    """SQL: a random choice within each category that depends on the seed and the ids alone."""
    draw = f"md5('{salt}' || problem_id)"
    wanted = " ".join(f"WHEN {quoted(name)} THEN {count}" for name, count in budget.items())
    return f"""
        SELECT * FROM ({survivors})
        QUALIFY row_number() OVER (PARTITION BY category ORDER BY {draw})
                <= CASE category {wanted} ELSE 0 END
        ORDER BY category, {draw}
    """


def _seed_rows(seed_set: Path) -> Iterator[dict[str, Any]]:
    columns = list(Problem.__annotations__)
    for row in read_rows(seed_set, columns, only="kept"):
        problem = {name: row[name] for name in columns}
        yield {**problem, "source": SEED, **dict.fromkeys(_PROVENANCE)}


def _report(seeds: int, budget: Mapping[str, int], found: Mapping[str, int], asked: int) -> None:
    synthetic = sum(budget.values())
    if not synthetic:
        log.warning("No candidate survived: the augmented set is the seed set (%d).", seeds)
        return
    log.info("Augmented set: %d seed and %d synthetic problems.", seeds, synthetic)
    if synthetic < asked:
        log.info("%d were requested; %d survived in all.", asked, sum(found.values()))
    for category, count in budget.items():
        log.info("  %s: %d of %d survivors", category, count, found.get(category, 0))
