"""DuckDB as the stages use it: bounded memory, spills beside the output, rows as dicts."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sws.store.tables import checked_parquet
from sws.store.writing import ROW_GROUP

#: Memory of one query before it spills to disk; leaves room for the rest of a 4 GiB job.
MEMORY_LIMIT = "2GiB"


@contextmanager
def database(folder: Path, file: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, or the writable one in `file`; it spills to disk under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".duckdb-", dir=folder) as spill:
        settings = {"memory_limit": MEMORY_LIMIT, "temp_directory": spill}
        with duckdb.connect(str(file) if file else ":memory:", config=settings) as connection:
            connection.execute("SET enable_progress_bar = false")  # it writes to standard output
            yield connection


def stream(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None
) -> Iterator[dict[str, Any]]:
    """The rows of a query, a few thousand in memory at a time."""
    cursor = connection.cursor()
    cursor.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(4096):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def arrow_batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.Table]:
    """The result of a query in Arrow tables of one row group each, for `TableWriter.add_table`."""
    cursor = connection.cursor()
    for batch in cursor.sql(query).to_arrow_reader(ROW_GROUP):
        yield pa.Table.from_batches([batch])


def quoted(text: str) -> str:
    """A text as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def sql_tables(manifests: Iterable[Path | str]) -> str:
    """A DuckDB table expression over artifacts: `read_parquet([...])`, every table checked."""
    return f"read_parquet([{', '.join(quoted(str(checked_parquet(m))) for m in manifests)}])"
