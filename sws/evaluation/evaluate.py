"""Evaluate: one student's solutions of every benchmark and of the once-failed seed problems."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sws.config.schema import Config
from sws.engines import Request, Response, Sampling, open_student
from sws.engines.thoughts import solutions
from sws.identity import seed_for
from sws.prompts.solve import student_messages
from sws.schemas import EvaluationRow
from sws.store import count, count_where, read_rows
from sws.verifiers import AnswerVerifier, Verifiers

#: The name under which the once-failed seed problems stand beside the benchmarks.
FAILED = "failed"

_PROBLEM = ("problem_id", "problem", "answer", "category")

Problem = dict[str, Any]


def run(
    config: Config,
    arm: str,
    student: Path,
    benchmarks: Path,
    seed_set: Path,
    failures: Path | None,
    out: Path,
    suffix_of: Callable[[Problem], str] | None = None,
) -> None:
    """Write one row per solution, grouped by set and problem.

    Every arm gets the same prompts with the same seeds; `suffix_of` gives the text to append to a
    problem, where it is not `student.prompt_suffix`. At temperature 0 there is
    one greedy solution per problem. A prompt that is too long counts as a failed attempt.
    """
    total = count([benchmarks]) + (count_where(failures, "failed") if failures else 0)
    names = {benchmark.name: benchmark.verifier for benchmark in config.benchmarks}
    names[FAILED] = config.seed_set.verifier
    thoughts = config.student.read_thoughts
    with open_student(config, student) as client, Verifiers(read_thoughts=thoughts) as verifiers:

        def rows(problem: Problem, response: Response) -> Iterator[EvaluationRow]:
            verifier = verifiers.named(names[problem["set"]])
            return _solutions(config, verifier, problem, response)

        problems = _problems(benchmarks, seed_set, failures)
        pairs = _requests(config, problems, suffix_of or (lambda _: config.student.prompt_suffix))
        client.write(out, EvaluationRow, pairs, rows, total, f"Evaluating {arm}")


def samples_per_problem(config: Config) -> int:
    """Solutions of one problem; greedy decoding has only one to give."""
    return config.evaluation.samples if config.evaluation.temperature > 0 else 1


def _requests(
    config: Config, problems: Iterator[Problem], suffix_of: Callable[[Problem], str]
) -> Iterator[tuple[Problem, Request]]:
    settings = config.evaluation
    sampling = Sampling(
        samples_per_problem(config),
        settings.temperature,
        settings.top_p,
        config.student.max_tokens,
    )
    for problem in problems:
        messages = student_messages(problem["problem"], suffix_of(problem))
        key = seed_for(config.seed, "evaluate", problem["problem_id"])
        yield problem, Request("student", messages, sampling, key)


def _problems(benchmarks: Path, seed_set: Path, failures: Path | None) -> Iterator[Problem]:
    for row in read_rows(benchmarks, [*_PROBLEM, "benchmark"]):
        yield {**row, "set": row["benchmark"]}
    if failures:
        failed = {row["problem_id"] for row in read_rows(failures, ["problem_id"], only="failed")}
        for row in read_rows(seed_set, _PROBLEM, only="kept"):
            if row["problem_id"] in failed:
                yield {**row, "set": FAILED}


def _solutions(
    config: Config, verifier: AnswerVerifier, problem: Problem, response: Response
) -> Iterator[EvaluationRow]:
    unasked = samples_per_problem(config) - len(response.texts)
    texts = (*solutions(response), *[""] * unasked)
    tokens = (*response.completion_tokens, *[0] * unasked)
    for sample, completion in enumerate(texts):
        found = verifier.verify(problem["answer"], completion)
        yield {
            "set": problem["set"],
            "problem_id": problem["problem_id"],
            "category": problem["category"],
            "sample": sample,
            "completion": completion,
            "answer": found.answer,
            "outcome": found.outcome,
            "tokens": tokens[sample],
        }
