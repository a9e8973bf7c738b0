"""Rollouts of other trainers, joined to the seed set, in DuckDB.

A problem is known by an id of the seed set, by its text, or by a prompt that contains its text
(verl dumps the whole chat). Each step at which a problem was rolled out counts as one of its
epochs.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sws.errors import SwsError
from sws.progress import track
from sws.sources.batch import Batch
from sws.sources.locate import find_files, is_local
from sws.sources.messages import text_of
from sws.sources.read import read_batches, read_file
from sws.weakness.joining import Problems
from sws.weakness.trainers import Decode, repeats_key, rollouts_of, train_files

log = logging.getLogger(__name__)

_SCHEMA = pa.schema(
    {"problem_id": pa.string(), "step": pa.int64(), "reward": pa.float64(), "file": pa.int64()}
)


@dataclass(frozen=True)
class Settings:
    """How another trainer's rollouts are read.

    `reward` names its column, from `threshold` on a rollout is correct, `tokenizer` (a folder or a
    Hub id) turns prompts of token ids into text.
    """

    reward: str | None = None
    threshold: float | None = None
    tokenizer: str | None = None


@dataclass
class Counts:
    """Rollouts seen, those without a reward, and files that repeat an earlier one."""

    rows: int = 0
    unscored: int = 0
    repeated: list[int] = field(default_factory=list)


def load_rollouts(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    seed_set: Path | None,
    settings: Settings,
) -> str:
    """Read rollouts of another trainer; SQL with problem_id, epoch and accuracy.

    Where rewards are only 0 and 1 (or -1 and 1) no threshold is needed. Raises SwsError where a
    column is missing, where rewards need a threshold, or where no rollout is of a problem of the
    seed set.
    """
    problems, counts = Problems.of(seed_set), Counts()
    connection.register("batch", _SCHEMA.empty_table())
    connection.execute("CREATE TABLE foreign_rollouts AS SELECT * FROM batch")
    numbered = _numbered(_batches(source), counts)
    for number, batch in track(numbered, None, "Reading rollouts, by batch"):
        rows = list(_joined(batch, number, problems, counts, settings))
        connection.register("batch", pa.Table.from_pylist(rows, schema=_SCHEMA))
        connection.execute("INSERT INTO foreign_rollouts SELECT * FROM batch")
    connection.unregister("batch")
    if counts.repeated:
        files = ", ".join(map(str, counts.repeated))
        connection.execute(f"DELETE FROM foreign_rollouts WHERE file IN ({files})")
    _report(source, counts, problems, seed_set)
    limit = _threshold(connection, source, settings.threshold)
    return f"""
        SELECT problem_id, dense_rank() OVER (PARTITION BY problem_id ORDER BY step) - 1 AS epoch,
               accuracy
        FROM (SELECT problem_id, step, avg(CAST(reward >= {limit} AS INTEGER)) AS accuracy
              FROM foreign_rollouts GROUP BY problem_id, step)
    """


def _batches(source: str) -> Iterator[Batch]:
    if not is_local(source):
        yield from read_batches(source, key="")
        return
    for file in train_files(find_files(source, key="")):
        yield from read_file(file)


def _numbered(batches: Iterator[Batch], counts: Counts) -> Iterator[tuple[int, Batch]]:
    """Batches with the number of their file; files that repeat an earlier one are noted."""
    name, number, hashed = "", -1, hashlib.blake2b()
    seen: set[bytes] = set()

    def note() -> None:
        if name and hashed.digest() in seen:
            counts.repeated.append(number)
        seen.add(hashed.digest())

    for batch in batches:
        if batch.file != name:
            note()
            name, number, hashed = batch.file, number + 1, hashlib.blake2b()
        key = repeats_key(batch)
        hashed.update(batch.file.encode() if key is None else key)
        yield number, batch
    note()


def _joined(
    batch: Batch, number: int, problems: Problems, counts: Counts, settings: Settings
) -> Iterator[dict[str, Any]]:
    decode = _decoder(settings.tokenizer, batch.file)
    for rollout in rollouts_of(batch, settings.reward, decode):
        counts.rows += 1
        if rollout.step is None:
            raise SwsError(
                f"{batch.where(rollout.row)}: no step or epoch",
                expected="a step or epoch, or a name that says the step: 12.jsonl, step_12/",
                fix="add a column `step`, or remove that row",
            )
        problem = problems.find(rollout.identity, text_of(rollout.text, Counter()))
        if rollout.reward is None:
            counts.unscored += 1
        elif problem is not None:
            yield {
                "problem_id": problem, "step": rollout.step, "reward": rollout.reward,
                "file": number,
            }  # fmt: skip


def _decoder(tokenizer: str | None, file: str) -> Decode:
    """A function from token ids to text, which is loaded when first needed."""

    def decode(tokens: Sequence[int]) -> str:
        if tokenizer is None:
            raise SwsError(
                f"{file}: the prompts are token ids",
                expected="the tokenizer of the model that was trained",
                fix="name its folder or Hub id with --tokenizer (student.source in a graph)",
            )
        return _decoded(tokenizer, tuple(tokens))

    return decode


@lru_cache(maxsize=1)
def _tokenizer(source: str) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise SwsError(
            f"the tokenizer {source} cannot be loaded: {str(error).splitlines()[0]}",
            expected="a folder or a Hub id with a tokenizer",
            fix="name that of the trained model with --tokenizer (initial_rl.tokenizer)",
        ) from None


@lru_cache(maxsize=1 << 16)
def _decoded(source: str, tokens: tuple[int, ...]) -> str:
    return str(_tokenizer(source).decode(tokens, skip_special_tokens=True))


def _report(source: str, counts: Counts, problems: Problems, seed_set: Path | None) -> None:
    missed = problems.missed.total()
    if missed and missed == counts.rows:
        raise SwsError(
            f"{source}: no rollout is of a problem in {seed_set}",
            expected="rollouts of problems of this seed set, by id or by text",
            fix=f"check the seed set; the first not found: {next(iter(problems.missed))!r}",
        )
    if counts.rows and counts.unscored == counts.rows:
        raise SwsError(
            f"{source}: no rollout has a reward",
            expected="numbers in the column of the reward",
            fix="name another column with --reward (initial_rl.reward)",
        )
    if missed:
        log.warning(
            "%s: %d of %d rollouts, of %d problems, are not of the seed set and are left out; the "
            "most frequent: %r",
            source, missed, counts.rows, len(problems.missed),
            problems.missed.most_common(1)[0][0],
        )  # fmt: skip
    if counts.unscored:
        log.warning("%s: %d rollouts without a reward are left out", source, counts.unscored)
    if counts.repeated:
        log.warning(
            "%s: %d files repeat the rollouts of an earlier step and are left out",
            source, len(counts.repeated),
        )  # fmt: skip


def _threshold(
    connection: duckdb.DuckDBPyConnection, source: str, threshold: float | None
) -> float:
    """The reward from which a rollout is correct."""
    if threshold is not None:
        return threshold
    found = connection.execute(
        "SELECT DISTINCT reward FROM foreign_rollouts ORDER BY 1 LIMIT 6"
    ).fetchall()
    rewards = [value for (value,) in found]
    if set(rewards) <= {0.0, 1.0} or set(rewards) <= {-1.0, 1.0}:
        return 1.0
    raise SwsError(
        f"{source}: rewards are not only 0 and 1: {', '.join(f'{one:g}' for one in rewards)} ...",
        expected="the reward from which a rollout counts as correct",
        fix="say it with --threshold (initial_rl.threshold)",
    )
