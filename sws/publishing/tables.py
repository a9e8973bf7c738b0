"""The configurations of a published set: which tables they come from, and their Parquet files.

Maps become JSON text, since the `datasets` library has no type for them; everything else keeps the
type that it has in the run. All files of a configuration have the same schema.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.concepts.database import open_concepts
from sws.config.schema import Config
from sws.evaluation.round import Round
from sws.queries.intervals import wilson
from sws.schemas import (
    AugmentedRow,
    CandidateRow,
    LabelRow,
    LevelRow,
    PublishedConcept,
    PublishedDifficulty,
    PublishedFailure,
    ScreenedRow,
    SeedRow,
    TrajectoryRow,
    VerdictRow,
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


class Difficulty(Table):
    """The student's accuracy on every labelled problem, each with its interval."""

    def batches(self, folder: Path) -> Iterator[pa.RecordBatch]:
        """Its rows, in the order of the shards."""
        low, high = wilson("accuracy", "n_samples")
        with database(folder) as connection:
            for manifest in self.manifests:
                rows = f"SELECT *, {low} AS low, {high} AS high FROM {sql_tables([manifest])}"
                reader = connection.sql(rows).to_arrow_reader(GROUP_ROWS)
                yield from _as_published(reader, self.schema)


class Levels(Table):
    """The levels of staged RL, whose columns follow from its scorers."""

    @property
    def schema(self) -> pa.Schema:
        """The schema of its file."""
        return published(pq.read_schema(checked_parquet(self.manifests[0])))


@dataclass(frozen=True)
class Entry:
    """A table that runs publish: where it is, and whether a run of a configuration makes it."""

    name: str
    about: str
    row: type
    where: Callable[[Path, Round], Sequence[Path]]  # its manifests; from data/ and the round
    kind: type[Table] = Table
    made: Callable[[Config], bool] = lambda _: True


#: Every table, the default one first. A further method adds its own here.
PUBLISHED = (
    Entry("augmented", "The set to train on: seed problems and those synthetic problems that "
          "passed every filter, with their provenance.",
          AugmentedRow, lambda _, found: [found.augmented]),
    Entry("seed", "Every row of the seed set, with the decision whether it can be trained on.",
          SeedRow, lambda data, _: [data / "seed.json"]),
    Entry("failures", "Every seed problem with its accuracy by epoch of the initial training, "
          "and whether the student failed to learn it.", PublishedFailure,
          lambda data, found: [found.failures, data / "seed.json"], Failures),
    Entry("concepts", "The concepts behind the failed problems, how often each occurs, in which "
          "problems, and with which others.", PublishedConcept,
          lambda _, found: [found.failures.with_name("concepts.json")], Concepts),
    Entry("candidates", "What the generator wrote from every blueprint, before any filter.",
          CandidateRow, lambda _, found: found.candidates),
    Entry("screened", "The problem read from every candidate: well-formed and new, or why not.",
          ScreenedRow, lambda _, found: found.screened),
    Entry("judged", "The verdict of each judge on every screened problem, and the decision.",
          VerdictRow, lambda _, found: found.verdicts),
    Entry("labelled", "The answer voted by the labeler's samples, with the vote share and the "
          "groups of equal answers, and the decision.", LabelRow, lambda _, found: found.labels),
    Entry("difficulty", "The accuracy of the initially trained student on every labelled "
          "problem with its 95 % interval, and whether it lies in the band worth training on.",
          PublishedDifficulty, lambda _, found: found.difficulty, Difficulty),
    Entry("trajectories", "S²R: of every seed problem the student's own attempts with their "
          "verifications, the last attempt right, or why it has none.", TrajectoryRow,
          lambda data, _: [data / "self_verify/trajectories.json"],
          made=lambda config: config.self_verify.enabled),
    Entry("levels", "Staged RL: every graded problem with the pass rate of each scorer and how "
          "many solutions are behind it, its levels, or why it is in no level.", LevelRow,
          lambda data, _: [data / "staged/levels.json"], Levels,
          lambda config: config.staged.enabled),
)  # fmt: skip


def tables_of(config: Config, data: Path, found: Round) -> list[Table]:
    """The configurations of a round, the default one first; `data` holds the seed set."""
    return [
        one.kind(one.name, one.about, one.row, tuple(one.where(data, found)))
        for one in PUBLISHED
        if one.made(config)
    ]


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
