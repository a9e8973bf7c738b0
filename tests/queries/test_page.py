"""docs/queries.md: every query runs, and its answer has the columns that the page shows."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from sws.queries import open_round

PAGE = (Path(__file__).parents[2] / "docs/queries.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^## (.+?)\n\n```sql\n(.+?)```\n\n```text\n(.+?)```", PAGE, re.M | re.S)


@pytest.fixture(scope="module")
def connection(small_project: SimpleNamespace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_round(small_project.round) as opened:
        yield opened


def test_there_are_a_dozen() -> None:
    assert len(QUESTIONS) >= 12 and len(QUESTIONS) == PAGE.count("```sql") == PAGE.count("\n## ")


@pytest.mark.parametrize(("query", "answer"), [question[1:] for question in QUESTIONS])
def test_a_query_of_the_page(
    query: str, answer: str, connection: duckdb.DuckDBPyConnection
) -> None:
    found = connection.cursor().execute(query)
    assert [column[0] for column in found.description] == answer.splitlines()[0].split()
    assert found.fetchall()


def test_the_answers_can_be_written_anew(connection: duckdb.DuckDBPyConnection) -> None:
    path = Path(__file__).parents[2] / "docs/queries.py"
    written = runpy.run_path(str(path))["answered"](PAGE, connection)
    assert re.sub(r"```text\n.+?```", "", written, flags=re.S) == re.sub(
        r"```text\n.+?```", "", PAGE, flags=re.S
    )
    assert written != PAGE and "generate" in written
