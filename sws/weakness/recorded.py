"""Accuracy histories as JSON lines, such as a finished run of any trainer leaves them."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sws.categories import normalise_category
from sws.errors import SwsError
from sws.identity import content_id

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


def of_lines(connection: duckdb.DuckDBPyConnection, file: Path) -> str:
    """Load the lines; SQL as of `histories`. A line without `id` gets one from its content.

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
