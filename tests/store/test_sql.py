"""DuckDB for the stages: rows stream in order, and nothing is left beside the output."""

from pathlib import Path

from sws.store import database, stream


def test_rows_stream_in_order_while_the_connection_goes_on(tmp_path: Path) -> None:
    with database(tmp_path) as connection:
        rows = stream(connection, "SELECT range AS n FROM range($1) ORDER BY n", [10_000])
        assert next(rows) == {"n": 0}
        assert list(stream(connection, "SELECT 1 AS one")) == [{"one": 1}]
        assert [row["n"] for row in rows] == list(range(1, 10_000))


def test_a_query_larger_than_the_memory_limit_spills_and_cleans_up(tmp_path: Path) -> None:
    with database(tmp_path / "new", tmp_path / "new" / "tables.duckdb") as connection:
        connection.execute("SET memory_limit = '32MB'; SET threads = 1")
        rows = stream(
            connection,
            "SELECT hash(range) AS h, repeat('x', 100) AS s FROM range(600000) ORDER BY h",
        )
        hashes = [row["h"] for row in rows]
    assert len(hashes) == 600_000 and hashes == sorted(hashes)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["tables.duckdb"]
