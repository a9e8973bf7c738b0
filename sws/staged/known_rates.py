"""Pass rates that are known already: of our accuracy histories, or in a column of a data set."""

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

from sws.config.problems import Columns
from sws.config.schema import Config
from sws.config.scorers import RateColumn, Scorer
from sws.errors import SwsError
from sws.identity import problem_id
from sws.progress import track
from sws.schemas import PassRateRow, schema_of
from sws.seed.sources import Source
from sws.store import database, sql_tables, stream, write_table


class _Rate(TypedDict):
    problem_id: str
    rate: float


def from_histories(name: str, pool: Path, failures: Path) -> Iterator[PassRateRow]:
    """The mean accuracy over all epochs of each problem's history; `n` counts the epochs."""
    query = f"""
        SELECT pool.problem_id, list_avg(accuracies) AS pass_rate, nullif(epochs, 0) AS n
        FROM {sql_tables([pool])} AS pool LEFT JOIN {sql_tables([failures])} USING (problem_id)
        ORDER BY pool.problem_id
    """
    with database(pool.parent) as connection:
        for row in stream(connection, query):
            known = row["n"] is not None
            yield {
                "problem_id": row["problem_id"],
                "scorer": name,
                "pass_rate": row["pass_rate"] if known else None,
                "n": row["n"],
                "reason": "" if known else "no history",
            }


def from_column(config: Config, name: str, scorer: Scorer, pool: Path) -> Iterator[PassRateRow]:
    """The rates of a column, of problems with the same text; of repeated ones, the first.

    Raises SwsError for a value that is no pass rate, and where no problem of the set has one.
    """
    with tempfile.TemporaryDirectory(prefix="sws-rates-") as folder:
        table = Path(folder, "rates.json")
        write_table(table, schema_of(_Rate), _read(config, name, scorer.column))
        query = f"""
            SELECT pool.problem_id, any_value(rate ORDER BY place) AS rate
            FROM {sql_tables([pool])} AS pool LEFT JOIN
                (SELECT *, row_number() OVER () AS place FROM {sql_tables([table])})
                USING (problem_id)
            GROUP BY pool.problem_id ORDER BY pool.problem_id
        """
        with database(pool.parent) as connection:
            for row in stream(connection, query):
                known = row["rate"] is not None
                yield {
                    "problem_id": row["problem_id"],
                    "scorer": name,
                    "pass_rate": row["rate"],
                    "n": scorer.column.samples if known else None,
                    "reason": "" if known else f"{scorer.column.rate}: not found",
                }


def _read(config: Config, name: str, column: RateColumn) -> Iterator[_Rate]:
    """The problems of the source with their rates; rows without a value are left out.

    They are read as the seed set is, so that the same text has the same id.
    """
    key = f"staged.scorers.{name}.column"
    own = config.seed_set
    if column.source is None and own.book:
        raise SwsError(f"{key}: the {own.source} has no pass rates", fix="name a source")
    changes = {
        "source": column.source or own.source,
        "split": column.split or own.split,
        "columns": Columns(
            problem=column.problem or own.columns.problem, answer=column.rate, category=None
        ),
        "verifier": "exact",  # whose answers are read as they are
        "answers": "one",
        "where": own.where if column.source is None else (),
    }
    source = Source(own.model_copy(update=changes), key)
    for row in track(source, None, f"Reading {column.rate}"):
        if row.text and row.answer:
            yield {
                "problem_id": problem_id(row.text),
                "rate": _rate(row.answer, column, key, row.row),
            }


def _rate(text: str, column: RateColumn, key: str, row: int) -> float:
    try:
        value = float(text) / column.scale
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise SwsError(
            f"{key}: row {row} has {text!r:.60} in {column.rate}",
            expected=f"a number from 0 to {column.scale:g}",
            fix=f"set {key}.scale to the value that means always solved, or name another column",
        )
    return 1 - value if column.counts == "failures" else value
