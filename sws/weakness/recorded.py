"""Accuracy histories as rows, such as a finished run of any trainer leaves them."""

import json
import math
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from sws.categories import normalise_category
from sws.errors import SwsError
from sws.identity import content_id
from sws.sources.batch import Batch
from sws.sources.paths import structure
from sws.sources.read import read_batches

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
_COLUMNS = ("id", "prompt", "category", "accs", "slope")


def of_lines(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    """Load the rows; SQL as of `histories`. A row without `id` gets one from its content.

    Prompts are not unique: merged sets repeat some. Completely equal rows are distinguished by
    a number.
    """
    connection.register("batch", _GIVEN.empty_table())
    connection.execute("CREATE TABLE given AS SELECT * FROM batch")
    for batch in _batches(source):
        connection.register("batch", pa.Table.from_pylist(batch, schema=_GIVEN))
        connection.execute("INSERT INTO given BY NAME SELECT * FROM batch")
    connection.unregister("batch")
    twice = connection.execute(
        "SELECT id, min(line), max(line) FROM given WHERE id IS NOT NULL "
        "GROUP BY id HAVING count(*) > 1 ORDER BY 2 LIMIT 1"
    ).fetchall()
    for identity, first, last in twice:
        raise SwsError(
            f"{source}: the id {identity} is on line {first} and again on line {last}",
            expected="one history per id; two problems with the same id are indistinguishable",
            fix="give every problem a unique id and record its accuracies again",
        )
    return """
        SELECT coalesce(id, content || CASE same WHEN 1 THEN '' ELSE '-' || same END) AS problem_id,
               category, accuracies, recorded, prompt
        FROM (SELECT *, row_number() OVER (PARTITION BY content ORDER BY line) AS same FROM given)
    """


def _batches(source: str) -> Iterator[list[dict[str, Any]]]:
    for batch in read_batches(source, columns=_COLUMNS, key=""):
        yield [_read(batch, index, row) for index, row in enumerate(batch.rows())]


def _read(batch: Batch, index: int, row: dict[str, Any]) -> dict[str, Any]:
    def fault(name: str, value: object, wanted: str) -> SwsError:
        said = "missing" if name not in row else f"{json.dumps(value, default=repr)[:60]}"
        what = f"{batch.where(index)}: `{name}` is {said}, not {wanted}"
        return SwsError(what, expected=LINE, fix="fix or delete that row")

    accuracies = row.get("accs")
    if isinstance(accuracies, str):
        accuracies = structure(accuracies)
    if not isinstance(accuracies, list) or not all(_is_share(value) for value in accuracies):
        raise fault("accs", row.get("accs"), "a list of numbers from 0 to 1")
    category, prompt, slope = row.get("category"), row.get("prompt"), row.get("slope")
    if not isinstance(category, str) or not category.strip():
        raise fault("category", category, "a name")
    if slope is not None and not _is_number(slope):
        raise fault("slope", slope, "a number")
    asked = content_id("prompt", prompt) if isinstance(prompt, str) else None
    return {
        "line": batch.numbers[index],
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
