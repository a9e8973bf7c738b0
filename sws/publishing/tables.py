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
from sws.evaluation.round import Round
from sws.schemas import (
    AugmentedRow,
    CandidateRow,
    DifficultyRow,
    LabelRow,
    OfflineRow,
    PublishedConcept,
    PublishedFailure,
    ScreenedRow,
    SeedRow,
    TrajectoryRow,
    VerdictRow,
    VerificationRow,
    schema_of,
)
from sws.store import checked_parquet, count, database, sql_tables

#: Rows of a row group.
GROUP_ROWS = 8192

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
        """How many rows it has."""
        return count(self.manifests)

    def batches(self, folder: Path) -> Iterator[pa.RecordBatch]:  # noqa: ARG002
        """Its rows as they are published; a query that needs room spills to `folder`."""
        for manifest in self.manifests:
            with pq.ParquetFile(checked_parquet(manifest)) as file:
                yield from _as_published(file.iter_batches(GROUP_ROWS), self.schema)


class Failures(Table):
    """The failure set, each row with its problem and answer from the seed set."""

    @property
    def rows(self) -> int:
        """How many rows the first of its tables has."""
        return count(self.manifests[:1])

    def batches(self, folder: Path) -> Iterator[pa.RecordBatch]:
        """Its rows, joined."""
        failures, seed = (sql_tables([manifest]) for manifest in self.manifests)
        with database(folder) as connection:
            reader = connection.sql(_FAILURES.format(failures=failures, seed=seed))
            yield from _as_published(reader.to_arrow_reader(GROUP_ROWS), self.schema)


class Concepts(Table):
    """The concepts of the database, each with its problems and those it occurs with."""

    def batches(self, folder: Path) -> Iterator[pa.RecordBatch]:  # noqa: ARG002
        """A row for each concept."""
        with open_concepts(self.manifests[0]) as connection:
            reader = connection.sql(_CONCEPTS)
            yield from _as_published(reader.to_arrow_reader(GROUP_ROWS), self.schema)


def tables_of(data: Path, found: Round) -> list[Table]:
    """The configurations of a round, the default one first; `data` holds the seed set."""
    folder = found.failures.parent

    def one(name: str, about: str, row: type, *manifests: Path, kind: type[Table] = Table) -> Table:
        return kind(name, about, row, manifests)

    return [
        one("augmented", "The set to train on: seed problems and those synthetic problems that "
            "passed every filter, with their provenance.", AugmentedRow, found.augmented),
        one("seed", "Every row of the seed set, with the decision whether it can be trained on.",
            SeedRow, data / "seed.json"),
        one("failures", "Every seed problem with its accuracy by epoch of the initial training, "
            "and whether the student failed to learn it.",
            PublishedFailure, found.failures, data / "seed.json", kind=Failures),
        one("concepts", "The concepts behind the failed problems, how often each occurs, in which "
            "problems, and with which others.",
            PublishedConcept, folder / "concepts.json", kind=Concepts),
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
        *taught_by(data / "self_verify"),
    ]  # fmt: skip


def taught_by(folder: Path) -> Iterator[Table]:
    """The configurations of S²R, of the tables that a run of it left in `folder`."""
    known = {
        "verifications": ("Every attempt at a seed problem with what the verifier said about it, "
                          "and whether that is the truth.", VerificationRow),
        "trajectories": ("Attempts and their verifications joined to a text to fine-tune on, the "
                         "last one right; or why a problem has none.", TrajectoryRow),
        "offline": ("Trajectories of the fine-tuned student with the rewards of their actions, "
                    "and whether offline RL learns from them.", OfflineRow),
    }  # fmt: skip
    for name, (about, row) in known.items():
        if (folder / f"{name}.json").exists():
            yield Table(name, about, row, (folder / f"{name}.json",))


def published(schema: pa.Schema) -> pa.Schema:
    """A table's schema as it is published: text in place of maps."""
    return pa.schema(
        [field.with_type(pa.string()) if _is_map(field) else field for field in schema]
    )


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


def _is_map(field: pa.Field) -> bool:
    return bool(pa.types.is_map(field.type))
