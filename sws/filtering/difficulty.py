"""Difficulty: how often the initially trained student solves a labelled candidate."""

from collections import Counter
from collections.abc import Iterable, Iterator
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
            correct = outcomes_of(row["answer"], drawn, verifier)["correct"]
            return chance_of_change(correct, len(drawn.texts), band) <= spared.error

        def requests() -> Iterator[tuple[Row, Request]]:
            rows = read_rows(labels, _PROBLEM, only="kept")
            return asked_of_student(config, rows, config.difficulty.samples, "difficulty")

        band, spared = config.difficulty, config.frugal
        total = count_where(labels)
        answered = client.ask_in_turns(
            requests, is_settled, spared.difficulty, band.samples, total, "Measuring difficulty"
        )
        write(out, DifficultyRow, answered, measure)


def asked_of_student(
    config: Config, rows: Iterable[Row], samples: int, key: str
) -> Iterator[tuple[Row, Request]]:
    """Each problem with the request for solutions, as in training; `key` names the draw.

    A problem's own `prompt_suffix` counts, where it has one.
    """
    student = config.student
    sampling = Sampling(samples, student.temperature, student.top_p, student.max_tokens)
    for row in rows:
        seed = seed_for(config.seed, key, row["problem_id"])
        suffix = row.get("prompt_suffix", student.prompt_suffix)
        messages = student_messages(row["problem"], suffix)
        yield row, Request("student", messages, sampling, seed)


def outcomes_of(answer: str, response: Response, verifier: AnswerVerifier) -> Counter[str]:
    """How many of the solutions are correct, wrong, unparsed, or met a time limit."""
    pairs = ((answer, text) for text in solutions(response))
    return Counter(found.outcome for found in verifier.verify_many(pairs))


def _measured(row: Row, response: Response, band: Band, verifier: AnswerVerifier) -> DifficultyRow:
    outcomes = outcomes_of(row["answer"], response, verifier)
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
