"""Difficulty: how often the initially trained student solves a labelled candidate."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sws.config.filtering import Band
from sws.config.schema import Config
from sws.engines import Request, Response, Sampling, open_student
from sws.engines.thoughts import solutions
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
    without a parseable answer counts as wrong, as in training.
    """
    settings = {"read_thoughts": config.student.read_thoughts}
    with (
        open_student(config, student) as client,
        open_verifier(config.seed_set.verifier, **settings) as verifier,
    ):

        def measure(row: Row, response: Response) -> Iterator[DifficultyRow]:
            yield _measured(row, response, config.difficulty, verifier)

        total = count_where(labels)
        rows = read_rows(labels, _PROBLEM, only="kept")
        pairs = asked_of_student(config, rows, config.difficulty.samples, "difficulty")
        client.write(out, DifficultyRow, pairs, measure, total, "Measuring difficulty")


def outside(accuracy: float, band: Band) -> str:
    """Why an accuracy lies outside the inclusive band, or ''."""
    if accuracy < band.low:
        return "too hard"
    return "too easy" if accuracy > band.high else ""


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
