"""Rollouts of other trainers: verl's dumps, TRL's completions, plain tables of rewards.

Only four things are looked for: which problem, when (an epoch or a step), and the reward. A problem
is known by an id of the seed set, by its text, or by a prompt that contains its text (verl dumps
the whole chat). Each step at which a problem was rolled out counts as one of its epochs.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from sws.errors import SwsError
from sws.identity import normalise, problem_id
from sws.progress import track
from sws.sources.batch import Batch, find_column
from sws.sources.messages import text_of
from sws.sources.paths import Parts
from sws.sources.read import read_batches
from sws.store import read_rows

log = logging.getLogger(__name__)

IDS = ("problem_id", "extra_info.index", "example_id", "index", "id", "uid")
TEXTS = ("problem", "input", "prompt", "question", "messages")
EPOCHS, STEPS = ("epoch",), ("step", "training_step", "global_step", "iteration")
REWARDS = ("reward", "score", "correct", "acc", "accuracy", "reward_score", "rewards")
#: Numbers that are no rewards, in tables whose rewards bear the names of reward functions.
_NO_REWARDS = {*EPOCHS, *STEPS, *IDS, "advantage", "rank", "tokens", "length", "completion_length"}
_RUN = 8  # words by which a problem is looked for in a prompt
_SCHEMA = pa.schema({"problem_id": pa.string(), "step": pa.int64(), "reward": pa.float64()})


@dataclass(frozen=True)
class Found:
    """Where a file of rollouts has what is needed."""

    problem: Parts | None
    text: Parts | None
    at: Parts | None
    reward: Parts


@dataclass
class Problems:
    """The seed set's problems: known by id, by text, or inside a longer prompt."""

    texts: dict[str, str] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    _starts: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, seed_set: Path | None) -> "Problems":
        """Those of a seed set; without one every text is a problem of its own."""
        problems = cls()
        if seed_set is None:
            return problems
        for row in read_rows(seed_set, ["problem_id", "problem"], only="kept"):
            text = normalise(row["problem"])
            problems.texts[row["problem_id"]] = text
            start = " ".join(text.split()[:_RUN])
            problems._starts.setdefault(start, []).append(row["problem_id"])
        return problems

    def find(self, identity: object, text: str) -> str | None:
        """The id of a rollout's problem in the seed set, or None, which is counted."""
        said = "" if identity is None else str(identity)
        if not self.texts:
            return said or (problem_id(text) if text else None)
        if said in self.texts:
            return said
        if text not in self._known:
            self._known[text] = self._by_text(text) if text else None
        if (found := self._known[text]) is None:
            self.missed[said or text[:80]] += 1
        return found

    def _by_text(self, text: str) -> str | None:
        if (whole := problem_id(text)) in self.texts:
            return whole
        prompt = normalise(text)
        words = prompt.split(" ")
        best: str | None = None
        for place in range(len(words)):
            for length in range(1, _RUN + 1):
                for other in self._starts.get(" ".join(words[place : place + length]), ()):
                    short = length < _RUN and len(self.texts[other].split()) != length
                    longer = best is None or len(self.texts[other]) > len(self.texts[best])
                    if not short and longer and self.texts[other] in prompt:
                        best = other
        return best


def load_rollouts(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    seed_set: Path | None,
    reward: str | None = None,
    threshold: float | None = None,
) -> str:
    """Read rollouts of another trainer; SQL with problem_id, epoch and accuracy.

    A reward from `threshold` on is correct; where rewards are only 0 and 1 (or -1 and 1) none need
    be given. Raises SwsError where a column is missing, where rewards need a threshold, or where no
    rollout is of a problem of the seed set.
    """
    problems = Problems.of(seed_set)
    connection.register("batch", _SCHEMA.empty_table())
    connection.execute("CREATE TABLE foreign_rollouts AS SELECT * FROM batch")
    rows = 0
    for batch in track(read_batches(source, key=""), None, "Reading rollouts, by batch"):
        rows += len(batch)
        table = pa.Table.from_pylist(list(_rollouts(batch, problems, reward)), schema=_SCHEMA)
        connection.register("batch", table)
        connection.execute("INSERT INTO foreign_rollouts SELECT * FROM batch")
    connection.unregister("batch")
    _report(source, rows, problems, seed_set)
    limit = _threshold(connection, source, threshold)
    return f"""
        SELECT problem_id, dense_rank() OVER (PARTITION BY problem_id ORDER BY step) - 1 AS epoch,
               accuracy
        FROM (SELECT problem_id, step, avg(CAST(reward >= {limit} AS INTEGER)) AS accuracy
              FROM foreign_rollouts GROUP BY problem_id, step)
    """


def _rollouts(batch: Batch, problems: Problems, reward: str | None) -> Iterator[Mapping[str, Any]]:
    found = _columns(batch, reward)
    nothing = [None] * len(batch)
    identities = batch.values(found.problem) if found.problem else nothing
    texts = batch.values(found.text) if found.text else nothing
    times = batch.values(found.at) if found.at else [_step_of_name(batch.file)] * len(batch)
    for index, row in enumerate(
        zip(identities, texts, times, batch.values(found.reward), strict=True)
    ):
        identity, text, at, value = row
        if at is None or (number := _number(value)) is None:
            what = "no step or epoch" if at is None else f"the reward cannot be {value!r:.40}"
            raise SwsError(
                f"{batch.where(index)}: {what}",
                expected="a step or epoch (or a file named by its step, 12.jsonl) and a reward",
                fix="fix or remove that row",
            )
        problem = problems.find(identity, text_of(text, Counter()))
        if problem is not None:
            yield {"problem_id": problem, "step": int(at), "reward": number}


def _columns(batch: Batch, reward: str | None) -> Found:
    problem, text = _first(batch, IDS), _first(batch, TEXTS)
    given = _first(batch, [reward] if reward else REWARDS)
    if given is None and not reward:
        named = [name for name in batch.names() if name not in _NO_REWARDS]
        numeric = [name for name in named if type(_any(batch, name)) in (int, float)]
        given = (numeric[0],) if len(numeric) == 1 else None
    if given is None or not (problem or text):
        missing = f"reward {reward!r}" if reward else "reward" if problem or text else "problem"
        raise SwsError(
            f"{batch.file}: not rollouts: no column for the {missing}; "
            f"it has {', '.join(batch.names())}",
            expected="the problem (its id or text), a step or epoch, and a reward, as verl's "
            "rollout_data_dir, TRL's completions or a table of your own has them; or histories: "
            'JSON lines such as {"category": "Algebra", "accs": [0.0, 0.25]}',
            fix="name the column of the reward with --reward, or rename columns",
        )
    return Found(problem, text, _first(batch, (*EPOCHS, *STEPS)), given)


def _first(batch: Batch, names: Sequence[str]) -> Parts | None:
    return next((parts for name in names if (parts := find_column(batch, name))), None)


def _any(batch: Batch, name: str) -> Any:
    return next((value for value in batch.values((name,)) if value is not None), None)


def _number(value: Any) -> float | None:
    if isinstance(value, list):
        value = value[-1] if len(value) == 1 else None
    if isinstance(value, str) and not re.fullmatch(r"[-+\d.eE]+", value.strip()):
        return None
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def _step_of_name(file: str) -> int | None:
    """The step that a file's name ends in: `12.jsonl`, `completions_00012.parquet`."""
    found = re.search(r"(\d+)$", Path(file).name.split(".")[0])
    return int(found[1]) if found else None


def _report(source: str, rows: int, problems: Problems, seed_set: Path | None) -> None:
    missed = problems.missed.total()
    if missed and missed == rows:
        raise SwsError(
            f"{source}: no rollout is of a problem in {seed_set}",
            expected="rollouts of problems of this seed set, by id or by text",
            fix=f"check the seed set; the first not found: {next(iter(problems.missed))!r}",
        )
    if missed:
        log.warning(
            "%s: %d of %d rollouts, of %d problems, are not of the seed set and are left out; the "
            "most frequent: %r",
            source, missed, rows, len(problems.missed), problems.missed.most_common(1)[0][0],
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
        fix="say it with --threshold",
    )
