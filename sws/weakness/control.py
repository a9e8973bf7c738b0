"""Control: as many problems as failed, drawn regardless of weakness, for the arm `random`."""

import logging
from collections import Counter
from pathlib import Path

from sws.budget import category_weights, largest_remainders, write_weights
from sws.config.schema import Config
from sws.identity import seed_for
from sws.schemas import FailureRow, schema_of
from sws.store import TableWriter, arrow_batches, database, quoted, sql_tables

log = logging.getLogger(__name__)


def run(config: Config, failures: Path, out: Path, weights: Path) -> None:
    """Write a failures table with randomly drawn problems marked as failed, and its weights.

    The number of problems is that of the failure set; each category contributes in proportion to
    its problems with rollouts, so that all categories get nearly the same weight.
    """
    with database(out.parent) as connection, TableWriter(out, schema_of(FailureRow)) as writer:
        table = sql_tables([failures])
        tally = f"""
            SELECT category, count(*), count(*) FILTER (epochs > 0), count(*) FILTER (failed)
            FROM {table} GROUP BY category ORDER BY category
        """
        counted = connection.execute(tally).fetchall()
        problems = Counter({category: total for category, total, _, _ in counted})
        shares = largest_remainders(
            sum(failed for *_, failed in counted), {name: there for name, _, there, _ in counted}
        )
        for batch in arrow_batches(
            connection, _drawn(table, shares, seed_for(config.seed, "control"))
        ):
            writer.add_table(batch)
    write_weights(weights, category_weights(problems, shares))
    log.info("%d problems drawn, regardless of failure", sum(shares.values()))


def _drawn(failures: str, shares: dict[str, int], salt: int) -> str:
    """SQL: the rows, each category's share of them `failed`; the draw depends on ids alone."""
    wanted = " ".join(f"WHEN {quoted(name)} THEN {share}" for name, share in shares.items())
    return f"""
        SELECT * EXCLUDE (failed, reason, evidence, place, wanted),
               coalesce(place <= wanted, FALSE) AS failed,
               CASE WHEN epochs = 0 THEN 'never rolled out' WHEN place <= wanted THEN ''
                    ELSE 'not drawn' END AS reason,
               MAP {{}} AS evidence
        FROM (SELECT *, CASE WHEN epochs > 0 THEN row_number() OVER (
                         PARTITION BY category, epochs > 0 ORDER BY md5('{salt}' || problem_id)) END
                         AS place,
                     CASE category {wanted} ELSE 0 END AS wanted FROM {failures})
        ORDER BY problem_id
    """
