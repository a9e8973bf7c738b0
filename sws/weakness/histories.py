"""Accuracy histories: from a rollouts table, or from a file of JSON lines, into DuckDB."""

import json
import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sws.categories import OTHER, normalise_category
from sws.errors import SwsError
from sws.identity import content_id
from sws.sources.locate import is_local, kind_of
from sws.store import checked_parquet, quoted, sql_tables, stream
from sws.weakness.foreign import EPOCHS, REWARDS, STEPS, load_rollouts

log = logging.getLogger(__name__)

LINE = '{"category": "Algebra", "accs": [0.0, 0.25, 0.125]}'
_GIVEN = pa.schema(
    {
        "line": pa.int64(),
        "id": pa.string(),
        "content": pa.string(),
        "prompt": pa.string(),
        "category": pa.string(),
        "accuracies": pa.list_(pa.float64()),
        "recorded": pa.float64(),
    }
)
_BATCH = 4096


def histories(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    seed_set: Path | None = None,
    reward: str | None = None,
    threshold: float | None = None,
) -> str:
    """SQL over a file: problem_id, category, accuracies by epoch, the recorded slope, prompt (id).

    `file` is a rollouts table (its manifest or its Parquet file), JSON lines with `category` and
    `accs` (`id`, `prompt` and `slope` may be there), the failures of a published set (a folder or
    a file of Parquet with `problem_id` and `accuracies`), or rollouts of another trainer (see
    `foreign`), also a folder or a glob. Of rollouts, `seed_set` gives the problems and their
    categories; accuracies are null for a problem that was never rolled out.
    Raises SwsError, with the line or the column, when the file is something else.
    """
    if not file.is_file() and not is_local(str(file)):
        raise SwsError(
            f"{file}: not found",
            expected="JSON lines with `category` and `accs`, or a rollouts table",
        )
    if tables := _published(file):
        _check_shares(connection, tables, file)
        return _joined(f"SELECT problem_id, accuracies FROM {tables}", file, seed_set)
    if _is_foreign(file):
        rolled = by_problem(load_rollouts(connection, str(file), seed_set, reward, threshold))
        return _joined(rolled, file, seed_set)
    if file.suffix == ".parquet" or (file.suffix == ".json" and _is_manifest(file)):
        return _of_rollouts(connection, file, seed_set)
    if seed_set is not None:
        raise SwsError(
            f"{file}: --seed-set applies to rollouts only; these histories name categories"
        )
    return _of_lines(connection, file)


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
    if missing := {"run", "problem_id", "epoch", "outcome"} - columns:
        raise SwsError(
            f"{file}: not a rollouts table, it has no column {', '.join(sorted(missing))}",
            expected="what `sws train` writes, or JSON lines with `category` and `accs`",
        )
    rollouts = f"read_parquet({quoted(str(path))})"
    _check_one_run(connection, rollouts, file)
    return _joined(by_problem(by_epoch(rollouts)), file, seed_set)


def _joined(rolled: str, file: Path, seed_set: Path | None) -> str:
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
        )


def _of_lines(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Load the lines. A line without `id` gets one from its content.

    Prompts are not unique: merged sets repeat some. Completely equal lines are distinguished by
    a number.
    """
    connection.register("batch", _GIVEN.empty_table())
    connection.execute("CREATE TABLE given AS SELECT * FROM batch")
    for batch in _batches(file):
        connection.register("batch", pa.Table.from_pylist(batch, schema=_GIVEN))
        connection.execute("INSERT INTO given BY NAME SELECT * FROM batch")
    connection.unregister("batch")
    twice = connection.execute(
        "SELECT id, min(line), max(line) FROM given WHERE id IS NOT NULL "
        "GROUP BY id HAVING count(*) > 1 ORDER BY 2 LIMIT 1"
    ).fetchall()
    for identity, first, last in twice:
        raise SwsError(
            f"{file}: the id {identity} is on line {first} and again on line {last}",
            expected="one history per id; two problems with the same id are indistinguishable",
            fix="give every problem a unique id and record its accuracies again",
        )
    return """
        SELECT coalesce(id, content || CASE same WHEN 1 THEN '' ELSE '-' || same END) AS problem_id,
               category, accuracies, recorded, prompt
        FROM (SELECT *, row_number() OVER (PARTITION BY content ORDER BY line) AS same FROM given)
    """


def _published(file: Path) -> str | None:
    """SQL: the table of a published set's failures; None for anything else."""
    parts = sorted(file.glob("*.parquet")) if file.is_dir() else [file]
    if not parts or parts[0].suffix != ".parquet":
        return None
    try:
        names = set(pq.read_schema(parts[0]).names)
    except (OSError, pa.ArrowException):
        return None  # reported by whoever reads it
    if not {"problem_id", "accuracies"} <= names:
        return None
    return f"read_parquet([{', '.join(quoted(str(part)) for part in parts)}])"


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
        raise SwsError(f"{file}: not histories ({str(error).splitlines()[0]})") from None
    if wrong := found or twice:
        what = f"the accuracies {found[1]!s:.60}" if found else "two histories"
        raise SwsError(
            f"{file}: the problem {wrong[0]} has {what}",
            expected="a list of numbers from 0 to 1 for each problem_id",
        )


def _is_foreign(file: Path) -> bool:
    """Whether a source is neither a rollouts table of ours nor JSON lines of histories."""
    if not file.is_file() or (kind_of(file.name) or ("",))[0] in ("delimited", "arrow"):
        return True
    try:
        if file.suffix == ".parquet":
            names = set(pq.read_schema(file).names)
            return not {"run", "problem_id", "epoch", "outcome"} <= names
        with file.open("rb") as lines:
            first = json.loads(next((line for line in lines if line.strip()), b"{}"))
    except (OSError, ValueError, RecursionError, pa.ArrowException):
        return False  # reported by whoever reads it
    if not isinstance(first, dict) or {"accs", "rows"} & first.keys():
        return False
    return bool({*REWARDS, *STEPS, *EPOCHS} & first.keys())


def _is_manifest(file: Path) -> bool:
    """Whether a .json is a table's manifest; else it must be JSON lines under that name."""
    try:
        with file.open("rb") as lines:
            first = next((line for line in lines if line.strip()), b"")
        if first.strip() != b"{":  # a manifest spans several lines
            row = json.loads(first.decode("utf-8-sig"))
            if isinstance(row, dict) and "accs" in row:
                return False
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or "rows" not in manifest:
        raise SwsError(
            f"{file}: neither a manifest nor JSON lines of histories",
            expected=f"what `sws train` writes beside its table, or lines such as {LINE}",
            fix="name another file; run its stage again to replace a broken manifest",
        )
    return True


def _batches(file: Path) -> Iterator[list[dict[str, Any]]]:
    batch = []
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                batch.append(_read(file, number, line))
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _read(file: Path, number: int, line: bytes) -> dict[str, Any]:
    def fault(what: str) -> SwsError:
        return SwsError(f"{file}, line {number}: {what}", expected=LINE, fix="fix or delete it")

    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise fault(f"not JSON ({error})") from None
    if not isinstance(row, dict):
        raise fault("not an object")
    accuracies = row.get("accs")
    if not isinstance(accuracies, list) or not all(_is_share(value) for value in accuracies):
        raise fault(f"`accs` is {json.dumps(accuracies)[:60]}, not a list of numbers from 0 to 1")
    category, prompt, slope = row.get("category"), row.get("prompt"), row.get("slope")
    if not isinstance(category, str) or not category.strip():
        raise fault(f"`category` is {json.dumps(category)[:60]}, not a name")
    if slope is not None and not _is_number(slope):
        raise fault(f"`slope` is {json.dumps(slope)[:60]}, not a number")
    asked = content_id("prompt", prompt) if isinstance(prompt, str) else None
    return {
        "line": number,
        "id": None if row.get("id") is None else str(row["id"]),
        "content": content_id("history", asked, category, json.dumps(accuracies)),
        "prompt": asked,
        "category": normalise_category(category) or category.strip(),
        "accuracies": [float(value) for value in accuracies],
        "recorded": None if slope is None else float(slope),
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_share(value: object) -> bool:
    return _is_number(value) and 0 <= value <= 1  # type: ignore[operator]
