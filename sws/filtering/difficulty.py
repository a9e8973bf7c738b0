"""Difficulty: how often the initially trained student solves a labelled candidate."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sws.config.filtering import Band
from sws.config.schema import Config
from sws.engines import Request, Response, Sampling, open_student, write
from sws.engines.thoughts import solutions
from sws.filtering.sequential import chance_of_change, outside
from sws.identity import seed_for
from sws.prompts.solve import student_messages
from sws.schemas import DifficultyRow
from sws.store import count_where, kept, read_rows, rejected
from sws.verifiers import AnswerVerifier, open_verifier

_PROBLEM = ("problem_id", "problem", "answer", "category")
Row = dict[str, Any]


def run(config: Config, labels: Path, student: Path, out: Path) -> None:
    """Write the decision on every labelled candidate that was kept (SwS, section 3.3).

    Problems that the student solves too rarely or too often are not worth training on. A solution
    without a parseable answer counts as wrong, as in training. With `frugal.difficulty`, solutions
    are drawn until the decision is known up to `frugal.error`; the accuracy is that of the
    `n_samples` drawn.
    """
    settings = {"read_thoughts": config.student.read_thoughts}
    with (
        open_student(config, student) as client,
        open_verifier(config.seed_set.verifier, **settings) as verifier,
    ):

        def measure(row: Row, response: Response) -> Iterator[DifficultyRow]:
            yield _measured(row, response, config.difficulty, verifier)

        def is_settled(row: Row, drawn: Response) -> bool:
            correct = _outcomes(row, drawn, verifier)["correct"]
            return chance_of_change(correct, len(drawn.texts), band) <= spared.error

        band, spared = config.difficulty, config.frugal
        rows, total = partial(_requests, config, labels), count_where(labels)
        answered = client.ask_in_turns(
            rows, is_settled, spared.difficulty, band.samples, total, "Measuring difficulty"
        )
        write(out, DifficultyRow, answered, measure)


def _requests(config: Config, labels: Path) -> Iterator[tuple[Row, Request]]:
    student = config.student
    sampling = Sampling(
        config.difficulty.samples, student.temperature, student.top_p, student.max_tokens
    )
    for row in read_rows(labels, _PROBLEM, only="kept"):
        seed = seed_for(config.seed, "difficulty", row["problem_id"])
        messages = student_messages(row["problem"], student.prompt_suffix)
        yield row, Request("student", messages, sampling, seed)


def _measured(row: Row, response: Response, band: Band, verifier: AnswerVerifier) -> DifficultyRow:
    outcomes = _outcomes(row, response, verifier)
    samples = len(response.texts)
    accuracy = outcomes["correct"] / max(samples, 1)
    if not samples:
        ended = ", ".join(response.finish_reasons)
        decision = rejected("the student could not be asked", {"finish_reasons": ended})
    elif reason := outside(accuracy, band):
        decision = rejected(reason, dict(outcomes))
    else:
        decision = kept()
    return {
        "problem_id": row["problem_id"],
        "problem": row["problem"],
        "answer": row["answer"],
        "category": row["category"],
        "accuracy": accuracy,
        "n_samples": samples,
        **decision,
    }


def _outcomes(row: Row, response: Response, verifier: AnswerVerifier) -> Counter[str]:
    return Counter(verifier.verify(row["answer"], text).outcome for text in solutions(response))
