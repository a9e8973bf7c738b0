"""Accuracy histories into DuckDB: of our rollouts, of another trainer's, or recorded as rows."""

import logging
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sws.categories import OTHER
from sws.errors import SwsError
from sws.sources.locate import is_local
from sws.store import checked_parquet, quoted, sql_tables, stream
from sws.weakness.foreign import Settings, load_rollouts
from sws.weakness.kinds import EXPECTED, ROLLOUTS, are_histories, is_own, published_table
from sws.weakness.recorded import of_lines

log = logging.getLogger(__name__)


def histories(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    seed_set: Path | None = None,
    settings: Settings | None = None,
) -> str:
    """SQL over a source: problem_id, category, accuracies by epoch, recorded slope, prompt (id).

    It is a rollouts table (its manifest or its Parquet file), rows with `category` and `accs`
    (`id`, `prompt` and `slope` may be there) in any format, the failures of a published set (a
    folder or a file of Parquet with `problem_id` and `accuracies`), or rollouts of another trainer
    (see `foreign`), also a folder, a glob, a URL or a Hub id. Of rollouts, `seed_set` gives the
    problems and their categories; accuracies are null for a problem that was never rolled out.
    Raises SwsError, with the line or the column, when the file is something else.
    """
    file = Path(source)
    if not is_local(source) and "/" not in source:  # nor the id of a data set on the Hub
        raise SwsError(
            f"{file}: not found",
            expected=EXPECTED,
            fix="check the path, which starts from the folder that the command runs in",
        )
    if tables := published_table(file):
        _check_shares(connection, tables, file)
        return _joined(f"SELECT problem_id, accuracies FROM {tables}", file, seed_set)
    if is_own(file):
        return _of_rollouts(connection, file, seed_set)
    if not are_histories(source):
        rolled = by_problem(load_rollouts(connection, source, seed_set, settings or Settings()))
        return _joined(rolled, source, seed_set)
    if seed_set is not None:
        raise SwsError(
            f"{source}: --seed-set applies to rollouts only; these histories name categories",
            expected="rollouts, or histories without --seed-set",
            fix="leave out --seed-set",
        )
    return of_lines(connection, source)


def by_problem(accuracies: str) -> str:
    """SQL: problem_id and its accuracies in the order of epochs, from one accuracy per epoch."""
    return f"""
        SELECT problem_id, list(accuracy ORDER BY epoch) AS accuracies
        FROM ({accuracies}) GROUP BY problem_id
    """


def by_epoch(rollouts: str) -> str:
    """SQL: problem_id, epoch, accuracy (share of correct rollouts) from a rollouts table."""
    return f"""
        SELECT problem_id, epoch, avg(CAST(outcome = 'correct' AS INTEGER)) AS accuracy
        FROM {rollouts} GROUP BY problem_id, epoch
    """


def _of_rollouts(connection: duckdb.DuckDBPyConnection, file: Path, seed_set: Path | None) -> str:
    path = checked_parquet(file) if file.suffix == ".json" else file
    try:
        columns = set(pq.read_schema(path).names)
    except pa.ArrowException as error:
        raise SwsError(f"{path}: not a Parquet file ({error})") from None
    if missing := ROLLOUTS - columns:
        raise SwsError(
            f"{file}: not a rollouts table, it has no column {', '.join(sorted(missing))}",
            expected="what `sws train` writes",
            fix="name the manifest or the Parquet file of the rollouts",
        )
    rollouts = f"read_parquet({quoted(str(path))})"
    _check_one_run(connection, rollouts, file)
    return _joined(by_problem(by_epoch(rollouts)), file, seed_set)


def _joined(rolled: str, file: Path | str, seed_set: Path | None) -> str:
    """SQL: the histories of the seed set's problems, from those that were rolled out."""
    extra = "accuracies, NULL::DOUBLE AS recorded, problem_id AS prompt"
    if seed_set is None:
        log.warning(
            "%s: rollouts have no categories, so all problems count as %s; give the seed set with "
            "--seed-set",
            *(file, OTHER),
        )
        return f"SELECT problem_id, '{OTHER}' AS category, {extra} FROM ({rolled})"
    return f"""
        SELECT problem_id, category, {extra}
        FROM {sql_tables([seed_set])} LEFT JOIN ({rolled}) USING (problem_id) WHERE kept
    """


def _check_one_run(connection: duckdb.DuckDBPyConnection, source: str, rollouts: Path) -> None:
    runs = [row["run"] for row in stream(connection, f"SELECT DISTINCT run FROM {source}")]
    if len(runs) > 1:
        raise SwsError(
            f"{rollouts}: rollouts of {len(runs)} training runs ({', '.join(sorted(runs))})",
            expected="rollouts of one run; histories of several runs cannot be combined",
            fix="name the rollouts of one of them",
        )


def _check_shares(connection: duckdb.DuckDBPyConnection, tables: str, file: Path) -> None:
    """Raise SwsError for accuracies that are none, and for a problem that has two histories."""
    try:
        found = connection.execute(f"""
            SELECT problem_id, accuracies FROM {tables}
            WHERE len(list_filter(accuracies::DOUBLE[], lambda a: a IS NULL OR isnan(a)
                                  OR a < 0 OR a > 1)) > 0 LIMIT 1
        """).fetchone()
        twice = connection.execute(
            f"SELECT problem_id FROM {tables} GROUP BY 1 HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
    except duckdb.Error as error:
        raise SwsError(
            f"{file}: not histories ({str(error).splitlines()[0]})",
            expected="a column `accuracies` with lists of numbers from 0 to 1",
            fix="write the column again as lists",
        ) from None
    if wrong := found or twice:
        what = f"the accuracies {found[1]!s:.60}" if found else "two histories"
        raise SwsError(
            f"{file}: the problem {wrong[0]} has {what}",
            expected="a list of numbers from 0 to 1 for each problem_id",
            fix="fix or remove that row",
        )
