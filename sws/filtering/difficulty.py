"""Difficulty: how often the initially trained student solves a labelled candidate."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.config.filtering import Band
from sws.config.schema import Config
from sws.engines import Request, Sampling, ask, open_student
from sws.identity import seed_for
from sws.progress import track
from sws.prompts.solve import student_messages
from sws.store import DECISION, TableWriter, count_kept, kept, read_rows, rejected
from sws.verify import Verifier

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("problem", pa.string()),
        pa.field("category", pa.string()),
        pa.field("label", pa.string()),
        pa.field("accuracy", pa.float64()),
        pa.field("n_samples", pa.int32()),
        *DECISION,
    ]
)


def run(config: Config, labels: Path, student: Path, out: Path) -> None:
    """Write the decision on every labelled candidate that was kept (SwS, section 3.3).

    What the student solves too rarely or too often teaches it nothing. A solution without a
    readable answer counts as a failure, as it does in training.
    """
    with (
        open_student(config, student) as seat,
        Verifier() as verifier,
        TableWriter(out, SCHEMA) as writer,
    ):
        answers = ask(seat.engine, seat.cache, _questions(config, labels))
        for row, response in track(answers, count_kept(labels), "Measuring difficulty"):
            outcomes = Counter(
                verifier.verify(row["label"], completion).outcome for completion in response.texts
            )
            solved, samples = outcomes["correct"], len(response.texts)
            if not samples:
                decision = rejected("the student could not be asked", response.finish_reasons)
            elif reason := outside(solved / samples, config.difficulty):
                decision = rejected(reason, dict(outcomes))
            else:
                decision = kept()
            accuracy = solved / max(samples, 1)
            writer.add({**row, "accuracy": accuracy, "n_samples": samples, **decision})


def outside(accuracy: float, band: Band) -> str:
    """Why an accuracy lies outside the inclusive band, or ''."""
    if accuracy < band.low:
        return "too hard"
    return "too easy" if accuracy > band.high else ""


def _questions(config: Config, labels: Path) -> Iterator[tuple[dict[str, Any], Request]]:
    student = config.student
    sampling = Sampling(
        config.difficulty.samples, student.temperature, student.top_p, student.max_tokens
    )
    for row in read_rows(labels, ["id", "problem", "category", "label"], kept_only=True):
        seed = seed_for(config.seed, "difficulty", row["id"])
        messages = student_messages(row["problem"], student.prompt_suffix)
        yield row, Request("student", messages, sampling, seed)
