"""The concept tables: counts by hand, identity by content, reading without writing."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest

from sws.concepts import database as tables
from sws.concepts.database import database_of, open_concepts
from sws.concepts.graph import ConceptGraph
from sws.config.schema import Config
from sws.errors import SwsError
from sws.schemas import ExtractedRow, schema_of
from sws.store import kept, rejected, write_table

CONFIG = Config.model_validate({"preset": "test", "roles": {}})
ROWS = [
    ("p1", "Geometry", ["Law of sines", "Circle area", "Similar triangles"]),
    ("p2", "Geometry", ["the law of Sines", "circle areas"]),
    ("p3", "Geometry", ["Law of sines", "law of sines"]),
    ("p4", "Precalculus", ["Law of sines", "Unit circle"]),
]


class ToyEmbedder:
    """A different direction for every name: only folding merges. Says if it was used."""

    used = 0

    def __init__(self, settings: object) -> None: ...

    def __call__(self, names: Sequence[str]) -> np.ndarray:
        ToyEmbedder.used += 1
        return np.eye(len(names), 8, dtype=np.float32) * 2


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SentenceEmbedder", ToyEmbedder)


def build(folder: Path, rows: Sequence[tuple[str, str, list[str]]]) -> Path:
    extracted = [{"problem_id": i, "category": c, "concepts": n, **kept()} for i, c, n in rows]
    unread = {"problem_id": "p0", "category": "Geometry", "concepts": [], **rejected("not JSON")}
    write_table(folder / "extracted.json", schema_of(ExtractedRow), [*extracted, unread])
    out = folder / "concepts.json"
    tables.run(CONFIG, folder / "extracted.json", out)
    return out


def query(manifest: Path, sql: str) -> list[tuple[object, ...]]:
    with open_concepts(manifest) as connection:
        return connection.execute(sql).fetchall()


def test_counts_by_hand(tmp_path: Path, toy: None) -> None:
    out = build(tmp_path, ROWS)
    concepts = query(out, "SELECT category, name, frequency, aliases FROM concept ORDER BY ALL")
    assert concepts == [
        ("Geometry", "Circle area", 2, ["circle areas"]),
        ("Geometry", "Law of sines", 3, ["law of sines", "the law of Sines"]),
        ("Geometry", "Similar triangles", 1, []),
        ("Precalculus", "Law of sines", 1, []),
        ("Precalculus", "Unit circle", 1, []),
    ]
    pairs = query(
        out,
        """SELECT c.category, least(one.name, two.name), greatest(one.name, two.name), count
           FROM cooccurrence AS c JOIN concept AS one ON one.concept_id = a
           JOIN concept AS two ON two.concept_id = b ORDER BY ALL""",
    )
    assert pairs == [
        ("Geometry", "Circle area", "Law of sines", 2),
        ("Geometry", "Circle area", "Similar triangles", 1),
        ("Geometry", "Law of sines", "Similar triangles", 1),
        ("Precalculus", "Law of sines", "Unit circle", 1),
    ]
    assert query(out, "SELECT count(*) FROM problem_concept") == [(8,)]
    assert json.loads(out.read_text())["rows"] == 5


def test_the_graph_of_a_category_is_aligned_by_name(tmp_path: Path, toy: None) -> None:
    with open_concepts(build(tmp_path, ROWS)) as connection:
        graph = ConceptGraph.read(connection, "Geometry")
        nothing = ConceptGraph.read(connection, "Algebra")
        vectors = connection.execute(
            """SELECT vector FROM concept JOIN embedding USING (concept_id)
               WHERE category = 'Geometry' ORDER BY name"""
        ).fetchall()
    assert graph.names == ["Circle area", "Law of sines", "Similar triangles"]
    assert graph.frequency.tolist() == [2, 3, 1]
    assert graph.vectors.tolist() == [list(vector) for (vector,) in vectors]
    dense = np.zeros((3, 3))
    for row in range(3):
        part = slice(graph.starts[row], graph.starts[row + 1])
        dense[row, graph.neighbours[part]] = graph.counts[part]
    assert dense.tolist() == [[0, 2, 1], [2, 0, 1], [1, 1, 0]]
    assert len(nothing.names) == len(nothing.frequency) == len(nothing.vectors) == 0


def test_the_same_rows_have_the_same_hash_and_others_another(tmp_path: Path, toy: None) -> None:
    hashes = [
        json.loads(build(tmp_path / name, rows).read_text())["sha256"]
        for name, rows in (("a", ROWS), ("b", ROWS), ("c", ROWS[:-1]))
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_an_empty_failure_set_makes_empty_tables_and_embeds_nothing(
    tmp_path: Path, toy: None
) -> None:
    before = ToyEmbedder.used
    out = build(tmp_path, [])
    assert query(out, "SELECT * FROM concept") == []
    assert json.loads(out.read_text())["rows"] == 0
    assert ToyEmbedder.used == before


def test_readers_share_the_tables_and_cannot_write(tmp_path: Path, toy: None) -> None:
    out = build(tmp_path, ROWS)
    with open_concepts(out) as one, open_concepts(out) as other:
        assert one.execute("SELECT count(*) FROM concept").fetchall() == [(5,)]
        with pytest.raises(duckdb.Error, match="read-only"):
            other.execute("DELETE FROM concept")


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(settings: object) -> object:
        raise SwsError("no embedder")

    monkeypatch.setattr(tables, "SentenceEmbedder", broken)
    with pytest.raises(SwsError, match="no embedder"):
        build(tmp_path, ROWS)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "extracted.json",
        "extracted.parquet",
    ]


@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_a_damaged_file_is_named(tmp_path: Path, toy: None, damage: str) -> None:
    out = build(tmp_path, ROWS)
    database_of(out).unlink()
    if damage == "broken":
        database_of(out).write_bytes(b"not a database")
    with pytest.raises(SwsError, match=r"concepts\.duckdb"), open_concepts(out):
        pass
