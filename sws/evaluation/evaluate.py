"""Evaluate: one student's solutions of every benchmark and of the once-failed seed problems."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.config.schema import Config
from sws.engines import Request, Response, Sampling, ask, open_student
from sws.identity import seed_for
from sws.progress import track
from sws.prompts.solve import student_messages
from sws.store import TableWriter, count, count_kept, read_rows
from sws.verify import Verifier

SCHEMA = pa.schema(
    {
        "set": pa.string(),
        "problem_id": pa.string(),
        "category": pa.string(),
        "sample": pa.int32(),
        "completion": pa.string(),
        "answer": pa.string(),
        "outcome": pa.string(),
        "tokens": pa.int32(),
    }
)
#: The name under which the once-failed seed problems stand beside the benchmarks.
FAILED = "failed"

Problem = dict[str, Any]


def run(
    config: Config,
    arm: str,
    student: Path,
    benchmarks: Path,
    seed: Path,
    failures: Path | None,
    out: Path,
) -> None:
    """Write one row per solution, set by set, each problem's samples together.

    Every arm gets the same prompts with the same seeds. At temperature 0 the solution is greedy
    and there is one per problem. A prompt that is too long counts as a failed attempt.
    """
    total = count([benchmarks]) + (count_kept(failures) if failures else 0)
    with (
        open_student(config, student) as seat,
        Verifier() as verifier,
        TableWriter(out, SCHEMA) as writer,
    ):
        questions = _questions(config, benchmarks, seed, failures)
        answers = ask(seat.engine, seat.cache, questions)
        for problem, response in track(answers, total, f"Evaluating {arm}"):
            writer.add_all(_solutions(config, verifier, problem, response))


def samples_per_problem(config: Config) -> int:
    """Solutions of one problem; greedy decoding has only one to give."""
    return config.evaluation.samples if config.evaluation.temperature > 0 else 1


def _questions(
    config: Config, benchmarks: Path, seed: Path, failures: Path | None
) -> Iterator[tuple[Problem, Request]]:
    settings = config.evaluation
    sampling = Sampling(
        samples_per_problem(config),
        settings.temperature,
        settings.top_p,
        config.student.max_tokens,
    )
    for problem in _problems(benchmarks, seed, failures):
        messages = student_messages(problem["text"], config.student.prompt_suffix)
        key = seed_for(config.seed, "evaluate", problem["id"])
        yield problem, Request("student", messages, sampling, key)


def _problems(benchmarks: Path, seed: Path, failures: Path | None) -> Iterator[Problem]:
    for row in read_rows(benchmarks, ["id", "benchmark", "text", "answer", "category"]):
        yield {**row, "set": row["benchmark"]}
    if failures:
        failed = {row["id"] for row in read_rows(failures, ["id"], kept_only=True)}
        for row in read_rows(seed, ["id", "text", "answer", "category"], kept_only=True):
            if row["id"] in failed:
                yield {**row, "set": FAILED}


def _solutions(
    config: Config, verifier: Verifier, problem: Problem, response: Response
) -> Iterator[dict[str, Any]]:
    unasked = samples_per_problem(config) - len(response.texts)
    texts = (*response.texts, *[""] * unasked)
    tokens = (*response.completion_tokens, *[0] * unasked)
    for sample, completion in enumerate(texts):
        found = verifier.verify(problem["answer"], completion)
        yield {
            "set": problem["set"],
            "problem_id": problem["id"],
            "category": problem["category"],
            "sample": sample,
            "completion": completion,
            "answer": found.answer,
            "outcome": found.outcome,
            "tokens": tokens[sample],
        }
