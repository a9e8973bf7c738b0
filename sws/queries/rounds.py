"""Open a round, finished or not, as a DuckDB connection with named views; nothing is written."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from sws.errors import SwsError
from sws.queries.intervals import wilson
from sws.queries.views import VIEWS
from sws.schemas import (
    AugmentedRow,
    BenchmarkRow,
    BlueprintRow,
    CandidateRow,
    DifficultyRow,
    EvaluationRow,
    ExtractedRow,
    FailureRow,
    LabelRow,
    RatingRow,
    RolloutRow,
    ScreenedRow,
    SeedRow,
    VerdictRow,
    schema_of,
)
from sws.shards import shard_names
from sws.store import database, parquet_of, quoted

_AGAIN = "run its stage again, or `dvc checkout` it"


@dataclass(frozen=True)
class Source:
    """A table of a stage: where its manifests are, the type of its rows, and what a row is.

    `pattern` is relative to the round's folder. Only files with a manifest are read, so a file that
    is being written is not.
    """

    pattern: str
    type: type
    row: str
    extra: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # columns: type, SQL


_LOW, _HIGH = wilson("accuracy", "n_samples")
#: Every table by the name of its view.
SOURCES = {
    "seed": Source("../seed.json", SeedRow, "a row of the user's problems, kept or not"),
    "benchmarks": Source("../benchmarks.json", BenchmarkRow, "a held-out problem"),
    "rollouts": Source(
        "training/*/rollouts.json", RolloutRow, "a sampled solution in a step of a training run"
    ),
    "failures": Source(
        "failures.json", FailureRow, "a seed problem: accuracy by epoch, failed or why not"
    ),
    "extracted": Source("extracted.json", ExtractedRow, "a failed problem and its concepts"),
    "blueprints": Source("blueprints/*.json", BlueprintRow, "what to write a problem about"),
    "candidates": Source("candidates/*.json", CandidateRow, "what the generator wrote"),
    "screened": Source("screened/*.json", ScreenedRow, "a candidate's problem, kept or not"),
    "ratings": Source("ratings/*/*.json", RatingRow, "what one judge said about a problem"),
    "verdicts": Source("verdicts/*.json", VerdictRow, "the judges' verdicts, kept or not"),
    "labels": Source("labels/*.json", LabelRow, "the voted answer of a problem, kept or not"),
    "difficulty": Source(
        "difficulty/*.json",
        DifficultyRow,
        "the student's accuracy on a problem with its 95 % interval, low to high; kept or not",
        {"low": ("DOUBLE", _LOW), "high": ("DOUBLE", _HIGH)},
    ),
    "augmented": Source("augmented.json", AugmentedRow, "a problem of the augmented set"),
    "evaluations": Source(
        "evaluation/*.json",
        EvaluationRow,
        "a solution of a held-out problem by the student of an arm",
        {"arm": ("VARCHAR", r"regexp_extract(filename, '([^/\\]+)\.parquet$', 1)")},
    ),
}

#: Views of the concept database, with the columns that they have while it does not exist.
CONCEPTS = {
    "concepts": (
        "concept",
        "a concept of a category, with how many failed problems test it",
        "concept_id VARCHAR, category VARCHAR, name VARCHAR, frequency BIGINT, aliases VARCHAR[]",
    ),
    "problem_concepts": (
        "problem_concept",
        "a failed problem and one of its concepts",
        "problem_id VARCHAR, concept_id VARCHAR",
    ),
    "cooccurrence": (
        "cooccurrence",
        "two concepts of a category, and how many problems have both",
        "category VARCHAR, a VARCHAR, b VARCHAR, count BIGINT",
    ),
}


def descriptions() -> dict[str, str]:
    """What a row of each view is, by the view's name."""
    return {
        **{name: source.row for name, source in SOURCES.items()},
        **{name: row for name, (_, row, _) in CONCEPTS.items()},
        **{view.name: view.row for view in VIEWS},
    }


def find_round(project: Path = Path(), name: str | None = None) -> Path:
    """The folder of a round: `name` (1, round1, round1-random, a path), or the last one.

    Raises SwsError if the project has no such round.
    """
    rounds = {path.name: path for path in (project / "data").glob("round*") if path.is_dir()}
    if name is None:
        numbers = [path for path in rounds if path.removeprefix("round").isdigit()]
        if numbers:
            return rounds[max(numbers, key=lambda one: int(one.removeprefix("round")))]
        raise SwsError(
            f"{project / 'data'}: no round yet",
            expected="the folder of a project in which a run has begun",
            fix="go to the project's folder, or run `snakemake --cores all`",
        )
    found = rounds.get(name) or rounds.get(f"round{name}")
    if found or Path(name).is_dir():
        return found or Path(name)
    raise SwsError(
        f"no round {name!r}",
        expected=f"one of: {', '.join(sorted(rounds))}" if rounds else "a round that has begun",
        fix="give --round as a number, a name or a folder",
    )


@contextmanager
def open_round(folder: Path, seed_set: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with every view of the round in `folder` (data/round1, say).

    `seed_set` is the seed set's manifest where it is not the usual one, ../seed.json.

    A table that does not exist yet is an empty view, so a running round can be queried; no lock is
    taken and nothing is written but what DuckDB spills to the system's temporary folder. Raises
    SwsError if a table is damaged or of an earlier version.
    """
    folder = folder.absolute()
    with database(Path(tempfile.gettempdir())) as connection:
        for name, source in SOURCES.items():
            found = [seed_set] if seed_set and name == "seed" else _manifests(folder, source)
            _view(connection, name, _table(connection, found, name, source), folder)
        _concepts(connection, folder)
        for view in VIEWS:
            _view(connection, view.name, view.sql, folder)
        yield connection


def _manifests(folder: Path, source: Source) -> list[Path]:
    """The finished tables of a source."""
    found = [path for path in sorted(folder.glob(source.pattern)) if parquet_of(path).exists()]
    if source.pattern.endswith("/*.json"):
        found = [path for path in found if _is_current(path, folder)]
    return found


def _table(
    connection: duckdb.DuckDBPyConnection, manifests: Sequence[Path], name: str, source: Source
) -> str:
    columns = ", ".join(schema_of(source.type).names)
    if not manifests:
        connection.register("empty", schema_of(source.type).empty_table())
        connection.execute(f"CREATE TABLE no_{name} AS FROM empty")
        connection.unregister("empty")
        extra = "".join(f", NULL::{kind} AS {key}" for key, (kind, _) in source.extra.items())
        return f"SELECT {columns}{extra} FROM no_{name}"
    extra = "".join(f", {sql} AS {key}" for key, (_, sql) in source.extra.items())
    return f"SELECT {columns}{extra} FROM {_files(manifests)}"


def _is_current(manifest: Path, folder: Path) -> bool:
    """Whether a shard belongs to the run on record; one with more shards may have left others."""
    if not manifest.stem.rpartition("-")[2].isdigit():
        return True
    try:
        config = json.loads((folder.parent / "config.json").read_text(encoding="utf-8"))
        waves = int(config.get("frugal", {}).get("waves", 1))
        return manifest.stem in shard_names(int(config["shards"]), waves)
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _files(manifests: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(quoted(str(parquet_of(one))) for one in manifests)}])"


def _concepts(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    file = folder / "concepts.duckdb"
    there = file.exists() and (folder / "concepts.json").exists()
    if there:
        try:
            connection.execute(f"ATTACH {quoted(str(file))} AS concept_tables (READ_ONLY)")
        except duckdb.Error as error:
            raise SwsError(f"{file}: not a DuckDB file ({error})", fix=_AGAIN) from None
    for name, (table, _, columns) in CONCEPTS.items():
        if not there:
            connection.execute(f"CREATE TABLE no_{name} ({columns})")
        where = f"concept_tables.{table}" if there else f"no_{name}"
        _view(connection, name, f"SELECT * FROM {where}", folder)


def _view(connection: duckdb.DuckDBPyConnection, name: str, sql: str, folder: Path) -> None:
    try:
        connection.execute(f"CREATE VIEW {name} AS {sql}")
    except duckdb.Error as error:
        raise SwsError(
            f"{folder}: no view {name!r} ({str(error).splitlines()[0]})",
            expected="tables of this version of sws",
            fix=_AGAIN,
        ) from None
