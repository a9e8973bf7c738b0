"""Concepts: from the extracted names to a DuckDB file of concepts, embeddings and pairs."""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from sws.concepts.merge import merge
from sws.config.schema import Config
from sws.embedding import Matrix, SentenceEmbedder
from sws.errors import SwsError
from sws.identity import content_id
from sws.progress import track
from sws.store import database, read_manifest, replacing, sql_tables, stream, write_json

log = logging.getLogger(__name__)

_CREATE = """
    CREATE TABLE concept (
        concept_id VARCHAR, category VARCHAR, name VARCHAR, frequency BIGINT, aliases VARCHAR[]);
    CREATE TABLE problem_concept (problem_id VARCHAR, concept_id VARCHAR);
    CREATE TABLE embedding (concept_id VARCHAR, vector FLOAT[]);
    CREATE TABLE cooccurrence (category VARCHAR, a VARCHAR, b VARCHAR, count BIGINT);
    CREATE TEMP TABLE spelling (category VARCHAR, name VARCHAR, concept_id VARCHAR, own VARCHAR);
"""
#: In each problem a concept counts once, however often it is named. Pairs are unordered, a < b.
_FILL = """
    INSERT INTO problem_concept
        SELECT DISTINCT problem_id, concept_id
        FROM (SELECT problem_id, category, unnest(concepts) AS name FROM {extracted} WHERE kept)
        JOIN spelling USING (category, name) ORDER BY ALL;
    INSERT INTO concept
        SELECT concept_id, category, own, frequency, aliases
        FROM (SELECT concept_id, category, own,
                     coalesce(list(name ORDER BY name) FILTER (name <> own), []) AS aliases
              FROM spelling GROUP BY ALL)
        JOIN (SELECT concept_id, count(*) AS frequency FROM problem_concept GROUP BY ALL)
        USING (concept_id) ORDER BY category, own;
    INSERT INTO cooccurrence
        SELECT category, one.concept_id AS a, other.concept_id AS b, count(*) AS count
        FROM problem_concept AS one JOIN problem_concept AS other
        ON one.problem_id = other.problem_id AND one.concept_id < other.concept_id
        JOIN concept ON concept.concept_id = one.concept_id GROUP BY ALL ORDER BY ALL;
"""
_SPELLINGS = """
    SELECT category, name, count(*) AS frequency
    FROM (SELECT category, unnest(concepts) AS name FROM {extracted} WHERE kept)
    GROUP BY ALL ORDER BY ALL
"""


def run(config: Config, extracted: Path, out: Path) -> None:
    """Write the tables concept, problem_concept, embedding and cooccurrence beside `out`.

    A concept belongs to one category; the same name in two categories is two concepts.
    Raises SwsError when the embedder cannot be loaded.
    """
    file = database_of(out)
    with replacing(file) as temporary, database(out.parent, temporary) as connection:
        connection.execute(_CREATE)
        digest = _embed(config, connection, sql_tables([extracted]))
        connection.execute(_FILL.format(extracted=sql_tables([extracted])))
        rows = {}
        for table in ("concept", "problem_concept", "cooccurrence"):
            rows[table] = 0
            for row in stream(connection, f"SELECT * FROM {table} ORDER BY ALL"):
                digest.update(json.dumps(row).encode())
                rows[table] += 1
    write_json(out, {"rows": rows["concept"], "tables": rows, "sha256": digest.hexdigest()})


def database_of(manifest: Path) -> Path:
    """The DuckDB file beside the manifest."""
    return manifest.with_suffix(".duckdb")


@contextmanager
def open_concepts(manifest: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the tables read-only; many processes can read at once.

    Raises SwsError when the file is missing or broken.
    """
    read_manifest(manifest)
    file = database_of(manifest)
    fix = f"delete {manifest} and run its stage again, or `dvc checkout` it"
    if not file.exists():
        raise SwsError(f"{file}: the tables are missing", fix=fix)
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error as error:
        raise SwsError(f"{file}: not a DuckDB file ({error})", fix=fix) from None
    with connection:
        yield connection


def _embed(
    config: Config, connection: duckdb.DuckDBPyConnection, extracted: str
) -> "hashlib._Hash":
    """Merge and embed category by category; returns a running hash over the embeddings."""
    embed = SentenceEmbedder(config.roles.embedder)
    categories: dict[str, dict[str, int]] = {}
    for row in stream(connection, _SPELLINGS.format(extracted=extracted)):
        categories.setdefault(row["category"], {})[row["name"]] = row["frequency"]
    digest = hashlib.sha256()
    for category, spellings in track(categories.items(), len(categories), "Embedding concepts"):
        merged = merge(spellings, embed, config.concepts.merge_similarity)
        log.info("%s: %d spellings, %d concepts", category, len(spellings), len(merged.names))
        ids = [content_id("concept", category, name) for name in merged.names]
        concepts = list(merged.concept_of.values())
        _insert(
            connection,
            "spelling",
            {
                "category": pa.array([category] * len(spellings)),
                "name": pa.array(list(merged.concept_of)),
                "concept_id": pa.array([ids[i] for i in concepts]),
                "own": pa.array([merged.names[i] for i in concepts]),
            },
        )
        _insert(
            connection, "embedding", {"concept_id": pa.array(ids), "vector": _lists(merged.vectors)}
        )
        digest.update(json.dumps(ids).encode())
        digest.update(np.ascontiguousarray(merged.vectors).tobytes())
    return digest


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, pa.Array]
) -> None:
    connection.register("batch", pa.table(columns))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
    connection.unregister("batch")


def _lists(matrix: Matrix) -> pa.Array:
    """(n, d) as a column of n lists."""
    offsets = np.arange(len(matrix) + 1, dtype=np.int32) * matrix.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(matrix.ravel()))
