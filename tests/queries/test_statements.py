"""A user's SQL: what is printed, and what is refused."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sws.errors import SwsError
from sws.queries.prompt import read_eval_print
from sws.queries.rounds import open_round
from sws.queries.statements import Format, run_statements

HOSTILE = "\x1b[31mred\u202e <script> \u2028 [bold]"


class Terminal(io.StringIO):
    """A terminal, as far as `isatty` says."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_round(tmp_path_factory.mktemp("round")) as opened:
        opened.execute("CREATE TABLE hostile AS SELECT $text AS text", {"text": HOSTILE})
        yield opened


def printed(
    connection: duckdb.DuckDBPyConnection, sql: str, style: Format = "table", limit: int = 40
) -> str:
    out = io.StringIO()
    run_statements(connection, sql, out, style, limit)
    return out.getvalue()


def test_a_table_shows_some_rows_and_counts_all(connection: duckdb.DuckDBPyConnection) -> None:
    shown = printed(connection, "SELECT range AS n FROM range(1000)", limit=3)
    assert [line.strip() for line in shown.splitlines()[:4]] == ["n", "0", "1", "2"]
    assert "3 of 1,000 rows" in shown


def test_csv_and_json_have_every_row_with_nested_values(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    query = "SELECT range AS n, ['a,\"b'] AS list, MAP {'k': 1} AS map FROM range(5000)"
    table = list(csv.DictReader(io.StringIO(printed(connection, query, "csv"))))
    rows = json.loads(printed(connection, query, "json"))
    assert len(table) == len(rows) == 5000
    assert rows[4999] == {"n": 4999, "list": ['a,"b'], "map": {"k": 1}}
    assert table[4999] == {"n": "4999", "list": '["a,\\"b"]', "map": '{"k": 1}'}
    assert json.loads(printed(connection, "SELECT 1 LIMIT 0", "json")) == []


@pytest.mark.parametrize("style", ["table", "csv", "json"])
def test_hostile_text_cannot_steer_a_terminal(
    connection: duckdb.DuckDBPyConnection, style: Format
) -> None:
    out = Terminal()
    run_statements(connection, "FROM hostile", out, style, 40)
    shown = out.getvalue()
    assert not {"\u202e", "\u2028"} & set(shown) and "\x1b[31m" not in shown
    assert "<script>" in shown and "[bold]" in shown


def test_a_file_of_csv_has_the_text_as_it_is(connection: duckdb.DuckDBPyConnection) -> None:
    (row,) = csv.DictReader(io.StringIO(printed(connection, "FROM hostile", "csv")))
    assert row["text"] == HOSTILE


@pytest.mark.parametrize(
    "statement",
    [
        "DROP VIEW funnel",
        "CREATE TABLE x AS SELECT 1",
        "INSERT INTO hostile VALUES ('x')",
        "COPY (SELECT 1) TO 'x.csv'",
        "ATTACH 'x.duckdb'",
        "SET memory_limit = '1GB'",
        "SELECT 1; DELETE FROM hostile",
    ],
)
def test_only_queries_run(
    connection: duckdb.DuckDBPyConnection,
    statement: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SwsError, match="not a query"):
        printed(connection, statement)
    assert not list(tmp_path.glob("x*")) and printed(connection, "FROM hostile", "json")


@pytest.mark.parametrize("statement", ["SELEC 1", "FROM nowhere", "SELECT 1 / 'a'::INT"])
def test_a_wrong_statement_says_where_to_look(
    connection: duckdb.DuckDBPyConnection, statement: str
) -> None:
    with pytest.raises(SwsError, match=r"\.views"):
        printed(connection, statement)


def test_the_prompt_goes_on_after_an_error(
    connection: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = iter([".views", "", "select", "wrong;", "select 6 * 7", " as found;", ".quit"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    read_eval_print(connection, "a round", "csv", 40)
    shown = capsys.readouterr()
    assert "lineage" in shown.out and "found\n42\n" in shown.out and "wrong" in shown.err
