"""Failures: the problems that training does not help with (SwS, Eq. 4), straight in SQL."""

import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sws.config.schema import Config, Weakness
from sws.errors import SwsError
from sws.sql import database, stream
from sws.store import DECISION, TableWriter, kept, rejected, sql_tables, write_json

log = logging.getLogger(__name__)

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("category", pa.string()),
        pa.field("accuracies", pa.list_(pa.float64())),
        pa.field("best", pa.float64()),
        pa.field("slope", pa.float64()),
        pa.field("epochs", pa.int32()),
        *DECISION,
    ]
)


def run(config: Config, rollouts: Path, seed: Path, out: Path, weights: Path) -> None:
    """Write a row for every problem of the seed set, and the category weights (Eq. 5).

    A kept row is a failed problem. Raises SwsError when the rollouts are of several training
    runs, or of other problems than the seed set's.
    """
    problems: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    rolled_out = 0
    with database(out.parent) as connection, TableWriter(out, SCHEMA) as writer:
        source = sql_tables([rollouts])
        _check_one_run(connection, source, rollouts)
        judged = f"""
            SELECT id, category, coalesce(accuracies, []) AS accuracies, best, slope,
                   coalesce(epochs, 0) AS epochs, {reason(config.weakness)} AS reason
            FROM {sql_tables([seed])} AS seed
            LEFT JOIN ({histories(accuracies(source))}) ON problem_id = id
            WHERE kept ORDER BY id
        """
        for row in stream(connection, judged):
            why = row.pop("reason")
            problems[row["category"]] += 1
            failed[row["category"]] += not why
            rolled_out += row["epochs"] > 0
            shown = {"best": row["best"], "slope": row["slope"]} if row["epochs"] else None
            writer.add(row | (rejected(why, shown) if why else kept()))
        if not rolled_out:
            raise SwsError(
                f"{rollouts}: no rollout is of a problem in {seed}",
                expected="the rollouts of a training run on this seed set",
            )
    write_json(weights, category_weights(problems, failed))
    _report(problems.total(), rolled_out, failed.total())


def accuracies(rollouts: str) -> str:
    """SQL: problem_id, epoch, accuracy (share of correct rollouts) from a rollouts table."""
    return f"""
        SELECT problem_id, epoch, avg(CAST(outcome = 'correct' AS INTEGER)) AS accuracy
        FROM {rollouts} GROUP BY problem_id, epoch
    """


def histories(accuracies: str) -> str:
    """SQL: problem_id, accuracies, best, slope, epochs from (problem_id, epoch, accuracy).

    The slope is that of ordinary least squares over the epochs' index 0..T-1, in accuracy per
    epoch. It is rounded to 12 places, so that rounding errors can't make a level history rise.
    """
    return f"""
        SELECT problem_id, list(accuracy ORDER BY epoch) AS accuracies, max(accuracy) AS best,
               CASE count(*) WHEN 1 THEN 0.0
                    ELSE round(regr_slope(accuracy, index), 12) + 0.0 END AS slope,
               CAST(count(*) AS INTEGER) AS epochs
        FROM (SELECT *, row_number() OVER (PARTITION BY problem_id ORDER BY epoch) - 1 AS index
              FROM ({accuracies}))
        GROUP BY problem_id
    """


def reason(weakness: Weakness) -> str:
    """SQL: why a history is not a failure; empty for a failure (SwS, Eq. 4)."""
    strict = weakness.form == "strict"
    cases = ["WHEN epochs IS NULL THEN 'never rolled out'"]
    cases.append(f"WHEN best {'>=' if strict else '>'} {weakness.threshold} THEN 'solved'")
    if weakness.slope:
        cases.append("WHEN slope > 0 THEN 'improving'")
        cases.extend(["WHEN slope = 0 THEN 'not falling'"] if strict else [])
    return f"CASE {' '.join(cases)} ELSE '' END"


def category_weights(
    problems: Mapping[str, int], failed: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """Each category's failure ratio F_D and its share of their sum (SwS, Eq. 5).

    All weights are 0 when nothing failed.
    """
    ratios = {category: failed.get(category, 0) / problems[category] for category in problems}
    total = sum(ratios.values())
    return {
        category: {
            "problems": problems[category],
            "failed": failed.get(category, 0),
            "failure_ratio": ratio,
            "weight": ratio / total if total else 0.0,
        }
        for category, ratio in sorted(ratios.items())
    }


def _check_one_run(connection: duckdb.DuckDBPyConnection, source: str, rollouts: Path) -> None:
    runs = [row["run"] for row in stream(connection, f"SELECT DISTINCT run FROM {source}")]
    if len(runs) > 1:
        raise SwsError(
            f"{rollouts}: rollouts of {len(runs)} training runs ({', '.join(sorted(runs))})",
            expected="those of one; accuracy histories of several runs cannot be joined",
        )


def _report(problems: int, rolled_out: int, failed: int) -> None:
    log.info("%d of %d problems failed (%d were rolled out)", failed, problems, rolled_out)
    if rolled_out < problems:
        log.warning(
            "%d problems were never rolled out and don't count as failed; train for more steps "
            "to reach them",
            problems - rolled_out,
        )
    if not failed:
        log.warning(
            "no problem failed: the weights are 0 and nothing will be synthesised; raise "
            "weakness.threshold, set weakness.slope to false, or bring harder problems"
        )
