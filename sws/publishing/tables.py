"""The configurations of a published set: which tables they come from, and their Parquet files.

Maps become JSON text, since the `datasets` library has no type for them; everything else keeps the
type that it has in the run. All files of a configuration have the same schema.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.concepts.database import open_concepts
from sws.errors import SwsError
from sws.evaluation.round import Round
from sws.progress import Meter
from sws.schemas import (
    AugmentedRow,
    CandidateRow,
    DifficultyRow,
    LabelRow,
    PublishedConcept,
    PublishedFailure,
    ScreenedRow,
    SeedRow,
    VerdictRow,
    schema_of,
)
from sws.store import (
    checked_parquet,
    count,
    database,
    parquet_of,
    read_manifest,
    replacing,
    sha256_of,
    sql_tables,
)

#: Rows of a file, and of a row group; memory is bounded by the latter.
FILE_ROWS, GROUP_ROWS = 500_000, 8192

_FAILURES = """
    SELECT failure.*, seed.problem, seed.answer
    FROM {failures} AS failure LEFT JOIN {seed} AS seed
    ON seed.problem_id = failure.problem_id AND seed.kept ORDER BY failure.problem_id
"""
_CONCEPTS = """
    SELECT concept.*, problems, coalesce(cooccurs, []) AS cooccurs
    FROM concept
    JOIN (SELECT concept_id, list(problem_id ORDER BY problem_id) AS problems
          FROM problem_concept GROUP BY ALL) USING (concept_id)
    LEFT JOIN (SELECT concept_id, list({'concept_id': other, 'count': count} ORDER BY other)
                      AS cooccurs
               FROM (SELECT a AS concept_id, b AS other, count FROM cooccurrence
                     UNION ALL SELECT b, a, count FROM cooccurrence) GROUP BY ALL)
    USING (concept_id) ORDER BY category, name
"""


@dataclass(frozen=True)
class Table:
    """A configuration: its name, what it holds in a sentence, its rows and the tables read."""

    name: str
    about: str
    row: type
    manifests: tuple[Path, ...]

    @property
    def schema(self) -> pa.Schema:
        """The schema of its files."""
        return published(schema_of(self.row))

    @property
    def rows(self) -> int:
        """How many rows it has; other tables than the first are joined to it."""
        manifests = self.manifests[:1] if self.row is PublishedFailure else self.manifests
        return count(manifests)


@dataclass(frozen=True)
class File:
    """A file that was written: where it lies, its path in the set, and its size."""

    local: Path
    path: str
    rows: int
    bytes: int


def tables_of(data: Path, found: Round) -> list[Table]:
    """The configurations of a round, the default one first; `data` holds the seed set."""
    folder = found.failures.parent

    def one(name: str, about: str, row: type, *manifests: Path) -> Table:
        return Table(name, about, row, manifests)

    return [
        one("augmented", "The set to train on: seed problems and those synthetic problems that "
            "passed every filter, with their provenance.", AugmentedRow, found.augmented),
        one("seed", "Every row of the seed set, with the decision whether it can be trained on.",
            SeedRow, data / "seed.json"),
        one("failures", "Every seed problem with its accuracy by epoch of the initial training, "
            "and whether the student failed to learn it.",
            PublishedFailure, found.failures, data / "seed.json"),
        one("concepts", "The concepts behind the failed problems, how often each occurs, in which "
            "problems, and with which others.", PublishedConcept, folder / "concepts.json"),
        one("candidates", "What the generator wrote from every blueprint, before any filter.",
            CandidateRow, *found.candidates),
        one("screened", "The problem read from every candidate: well-formed and new, or why not.",
            ScreenedRow, *found.screened),
        one("judged", "The verdict of each judge on every screened problem, and the decision.",
            VerdictRow, *found.verdicts),
        one("labelled", "The answer voted by the labeler's samples, with the vote share and the "
            "groups of equal answers, and the decision.", LabelRow, *found.labels),
        one("difficulty", "The accuracy of the initially trained student on every labelled "
            "problem, and whether it lies in the band worth training on.",
            DifficultyRow, *found.difficulty),
    ]  # fmt: skip


def published(schema: pa.Schema) -> pa.Schema:
    """A table's schema as it is published: text in place of maps."""
    return pa.schema(
        [field.with_type(pa.string()) if _is_map(field) else field for field in schema]
    )


def write_files(table: Table, folder: Path, limit: int | None = None) -> list[File]:
    """Write the files of a configuration under `folder`; of its rows `limit`, evenly spread.

    The same tables give the same bytes. Raises SwsError where a table differs from its manifest.
    """
    check(table.manifests)
    batches = _batches(table, folder)
    if limit is not None:
        batches = _spread(batches, table.rows, limit)
    parts = list(_write_parts(table, batches, folder))
    files = []
    for number, (part, rows) in enumerate(parts):
        path = f"data/{table.name}/train-{number:05d}-of-{len(parts):05d}.parquet"
        part.rename(folder / path)
        files.append(File(folder / path, path, rows, (folder / path).stat().st_size))
    return files


def check(manifests: Iterable[Path]) -> None:
    """Raise SwsError where a table is missing or has another SHA-256 than its manifest says."""
    for manifest in manifests:
        if "tables" in (said := read_manifest(manifest)):  # of the concepts; see `open_concepts`
            continue
        if sha256_of(checked_parquet(manifest)) != said.get("sha256"):
            raise SwsError(
                f"{parquet_of(manifest)}: the content is not what its manifest says",
                expected=f"SHA-256 {said.get('sha256')}",
                fix=f"delete {manifest} and run its stage again, or `dvc checkout` it",
            )


def _write_parts(
    table: Table, batches: Iterator[pa.RecordBatch], folder: Path
) -> Iterator[tuple[Path, int]]:
    """Files of `FILE_ROWS` rows; at least one, if need be without rows."""
    batch, number, done = next(batches, None), 0, 0
    with Meter(f"Writing {table.name}", table.rows) as meter:
        while batch is not None or number == 0:
            part = folder / "data" / table.name / f"{number}.part"
            rows = 0
            with replacing(part) as temporary, _writer(temporary, table.schema) as writer:
                while batch is not None and rows < FILE_ROWS:
                    writer.write_batch(batch, row_group_size=GROUP_ROWS)
                    rows += len(batch)
                    meter.update(done + rows)
                    batch = next(batches, None)
            yield part, rows
            number, done = number + 1, done + rows
        meter.finish(done)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Chunks by content: rows that stay the same are the same bytes, which the Hub keeps once."""
    return pq.ParquetWriter(
        path, schema, compression="zstd", write_page_index=True, use_content_defined_chunking=True
    )


def _batches(table: Table, folder: Path) -> Iterator[pa.RecordBatch]:
    """The rows of a configuration as they are published."""
    if table.row is PublishedFailure:
        failures, seed = (sql_tables([manifest]) for manifest in table.manifests)
        with database(folder) as connection:
            reader = connection.sql(_FAILURES.format(failures=failures, seed=seed))
            yield from _as_published(reader.to_arrow_reader(GROUP_ROWS), table.schema)
    elif table.row is PublishedConcept:
        with open_concepts(table.manifests[0]) as connection:
            reader = connection.sql(_CONCEPTS)
            yield from _as_published(reader.to_arrow_reader(GROUP_ROWS), table.schema)
    else:
        for manifest in table.manifests:
            with pq.ParquetFile(checked_parquet(manifest)) as file:
                yield from _as_published(file.iter_batches(GROUP_ROWS), table.schema)


def _as_published(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        columns = [batch.column(name) for name in schema.names]
        shown = [
            _json_of(column) if pa.types.is_map(column.type) else column.cast(field.type)
            for column, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(shown, schema=schema)


def _json_of(maps: pa.Array) -> pa.Array:
    """Maps as JSON objects."""
    rows: list[Any] = maps.to_pylist(maps_as_pydicts="strict")
    return pa.array(
        [None if row is None else json.dumps(row, ensure_ascii=False) for row in rows], pa.string()
    )


def _spread(batches: Iterator[pa.RecordBatch], rows: int, limit: int) -> Iterator[pa.RecordBatch]:
    """Of `rows` rows `limit`, in equal distances."""
    chosen = sorted({place * rows // limit for place in range(limit)}) if rows > limit else None
    first = 0
    for batch in batches:
        if chosen is None:
            yield batch
        elif inside := [n - first for n in chosen if first <= n < first + len(batch)]:
            yield batch.take(pa.array(inside))
        first += len(batch)


def _is_map(field: pa.Field) -> bool:
    return bool(pa.types.is_map(field.type))
