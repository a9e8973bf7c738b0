"""Attempts: solutions by the student that is to be taught, sampled or taken from the recorder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.engines import Request, Response, Sampling, open_student
from sws.engines.thoughts import solutions
from sws.identity import seed_for
from sws.prompts.solve import student_messages
from sws.schemas import AttemptRow, schema_of
from sws.store import (
    TableWriter,
    arrow_batches,
    count_where,
    database,
    read_rows,
    sql_tables,
)
from sws.verifiers import AnswerVerifier, open_verifier

Row = dict[str, Any]


def run(config: Config, student: Path, seed_set: Path, samples: int, key: str, out: Path) -> None:
    """Sample solutions of every seed problem that was kept; `key` names the draw."""
    learner = config.student
    sampling = Sampling(samples, learner.temperature, learner.top_p, learner.max_tokens)
    settings = {"read_thoughts": learner.read_thoughts}
    with (
        open_student(config, student) as client,
        open_verifier(config.seed_set.verifier, **settings) as verifier,
    ):

        def rows(problem: Row, response: Response) -> Iterator[AttemptRow]:
            yield from _attempts(problem, response, verifier)

        pairs = requests(config, seed_set, sampling, key)
        total = count_where(seed_set)
        client.write(out, AttemptRow, pairs, rows, total, f"Sampling ({key})")


def from_rollouts(rollouts: Path, samples: int, out: Path) -> None:
    """Take the last rollouts of each problem instead, numbered from 0 in their order."""
    columns = ", ".join(name for name in AttemptRow.__annotations__ if name != "sample")
    query = f"""
        SELECT row_number() OVER (PARTITION BY problem_id ORDER BY step, old) - 1 AS sample,
            {columns}
        FROM (
            SELECT *, sample AS old FROM {sql_tables([rollouts])}
            QUALIFY row_number() OVER (PARTITION BY problem_id ORDER BY step DESC, sample DESC)
                <= {samples}
        )
        ORDER BY problem_id, sample
    """
    with (
        database(out.parent) as connection,
        TableWriter(out, schema_of(AttemptRow)) as writer,
    ):
        for batch in arrow_batches(connection, query):
            writer.add_table(batch)


def requests(
    config: Config, seed_set: Path, sampling: Sampling, key: str
) -> Iterator[tuple[Row, Request]]:
    """A request to the student for each seed problem that was kept; `key` names the draw."""
    for row in read_rows(seed_set, ["problem_id", "problem", "answer", "category"], only="kept"):
        messages = student_messages(row["problem"], config.student.prompt_suffix)
        seed = seed_for(config.seed, key, row["problem_id"])
        yield row, Request("student", messages, sampling, seed)


def _attempts(problem: Row, response: Response, verifier: AnswerVerifier) -> Iterator[AttemptRow]:
    tokens = response.completion_tokens
    for sample, completion in enumerate(solutions(response)):
        found = verifier.verify(problem["answer"], completion)
        yield {
            "problem_id": problem["problem_id"],
            "sample": sample,
            "completion": completion,
            "answer": found.answer,
            "outcome": found.outcome,
            "tokens": tokens[sample],
        }
