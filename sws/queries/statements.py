"""Run a user's SQL on a round, read-only, and write the rows as a table, CSV or JSON."""

import csv
import datetime
import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any, Literal, TextIO

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sws.errors import SwsError
from sws.terminal import printable

Format = Literal["table", "csv", "json"]
Rows = Iterator[tuple[Any, ...]]
#: Statements that read; all others could change files or the session.
_READ = {"SELECT", "EXPLAIN", "RELATION"}
_FETCH = 4096
#: Characters of a cell that a table shows.
CELL = 400


def run_statements(
    connection: duckdb.DuckDBPyConnection, sql: str, out: TextIO, style: Format, limit: int
) -> None:
    """Run every statement of `sql` and write its rows to `out`; a table shows `limit` of them.

    Raises SwsError for a statement that does not parse, that fails, or that is not a query.
    """
    for statement in _parsed(connection, sql):
        if statement.type.name not in _READ:
            raise SwsError(
                f"{statement.query.strip()[:80]}: not a query ({statement.type.name})",
                expected="SELECT, FROM, DESCRIBE, SUMMARIZE or EXPLAIN: tables are read-only",
                fix="to keep a result, use --csv or --json and redirect the output to a file",
            )
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            names = [column[0] for column in cursor.description or ()]
            _write(names, _rows(cursor), out, style, limit)
        except duckdb.Error as error:
            raise _failed(error) from None


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> Sequence[Any]:
    try:
        return list(connection.extract_statements(sql))
    except duckdb.Error as error:
        raise _failed(error) from None


def _failed(error: duckdb.Error) -> SwsError:
    return SwsError(
        printable(str(error)), fix="`sws sql .views` lists the views, `describe VIEW` its columns"
    )


def _rows(cursor: duckdb.DuckDBPyConnection) -> Rows:
    while rows := cursor.fetchmany(_FETCH):
        yield from rows


def _write(names: list[str], rows: Rows, out: TextIO, style: Format, limit: int) -> None:
    if style == "csv":
        _csv(names, rows, out)
    elif style == "json":
        _json(names, rows, out)
    else:
        _table(names, rows, out, limit)


def _csv(names: list[str], rows: Rows, out: TextIO) -> None:
    """CSV with a header; nested values as JSON. What a terminal would obey is escaped on one."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    shown = printable if out.isatty() else str
    for row in rows:
        writer.writerow(["" if value is None else shown(as_text(value)) for value in row])


def _json(names: list[str], rows: Rows, out: TextIO) -> None:
    """A JSON array with a row per line, streaming."""
    before = "[\n"
    for row in rows:
        record = dict(zip(names, row, strict=True))
        out.write(before + json.dumps(record, ensure_ascii=out.isatty(), default=str))
        before = ",\n"
    out.write("[]\n" if before == "[\n" else "\n]\n")


def _table(names: list[str], rows: Rows, out: TextIO, limit: int) -> None:
    first = list(islice(rows, limit))
    more = next(rows, None)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(names):
        values = [row[place] for row in first if row[place] is not None]
        numeric = bool(values) and all(isinstance(value, int | float) for value in values)
        table.add_column(Text(printable(name)), justify="right" if numeric else "left")
    for row in first:
        table.add_row(*(Text(_cell(value)) for value in row))
    found = Console(file=out, highlight=False)
    console = found if found.is_terminal else Console(file=out, highlight=False, width=200)
    console.print(table)
    if more is not None:
        total = len(first) + 1 + sum(1 for _ in rows)
        console.print(f"{len(first):,} of {total:,} rows; --rows, --csv and --json show more")


def _cell(value: Any) -> str:
    text = "" if value is None else printable(as_text(value))
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def as_text(value: Any) -> str:
    """A value for people: shares rounded, lists and structs as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str | int | datetime.date):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def table_of(columns: Sequence[str], rows: Sequence[Sequence[Any]], out: TextIO) -> None:
    """Print rows that are no result of a query in the same style."""
    _table(list(columns), chain(tuple(row) for row in rows), out, len(rows))
