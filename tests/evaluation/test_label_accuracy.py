"""The accuracy of labels after each filter, by hand and in a small run."""

import dataclasses
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sws.config import Config, load
from sws.config.textbook import Fallibility
from sws.engines import Request, Response
from sws.engines.cache import AnswerCache
from sws.engines.open import RoleClient
from sws.engines.textbook import TextbookEngine
from sws.evaluation.label_accuracy import label_accuracy
from sws.filtering import difficulty, labels
from sws.schemas import DifficultyRow, LabelRow, schema_of
from sws.store import kept, read_rows, rejected, write_table
from sws.textbook import pages


def label(number: int, votes: dict[str, int], share: float = 0.5) -> dict[str, Any]:
    """A labelled problem of the textbook; the vote RIGHT stands for its true answer."""
    [page] = pages(number, 1, (1,), ("Algebra",))
    groups = [(page.answer if name == "RIGHT" else name, n) for name, n in votes.items()]
    most = groups[0][1]
    return {
        **dict.fromkeys(schema_of(LabelRow).names),
        "problem_id": str(number),
        "problem": page.text,
        "category": "Algebra",
        "answer": groups[0][0],
        "vote_share": most / 8,
        "n_votes": most,
        "n_samples": 8,
        "groups": [{"answer": answer, "votes": n} for answer, n in groups],
        **(kept() if most / 8 > share else rejected("vote share")),
    }


def only(**tables: list[Path]) -> Any:
    """The tables of a round that are looked at."""
    return SimpleNamespace(**tables)


def agreement(number: int, accuracy: float) -> dict[str, Any]:
    row = {"problem_id": str(number), "problem": "", "category": "Algebra", "answer": ""}
    return {**row, "accuracy": accuracy, "n_samples": 8, **kept()}


@contextmanager
def pupil(config: Config, student: Path) -> Iterator[RoleClient]:
    """The initially trained student: better than the weak labeler, and wrong in its own ways."""
    rates = Fallibility(labeler_wrong=0.2, labeler_wrong_per_level=0.02, labeler_misconception=0)
    textbook = TextbookEngine(rates, seed=7)

    class Engine:
        fingerprint = "pupil"

        def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
            for request in requests:
                fields = {"problem": request.messages[0]["content"]}
                asked = dataclasses.replace(request, role="labeler", fields=fields)
                for response in textbook.answer([asked]):
                    yield dataclasses.replace(response, request_id=request.id)

    with AnswerCache(student.parent / "weak-answers", "pupil") as cache:
        yield RoleClient(Engine(), cache)  # type: ignore[arg-type]


def test_each_filter_counts_what_the_ones_before_it_let_through(tmp_path: Path) -> None:
    rows = [
        label(1, {"RIGHT": 8}),
        label(2, {"RIGHT": 6, "-97": 2}),
        label(3, {"-97": 6, "RIGHT": 2}),
        label(4, {"-97": 4, "-98": 4}),
        {**label(5, {"RIGHT": 8}), "problem": "How long is a piece of string?"},
    ]
    write_table(tmp_path / "labels.json", schema_of(LabelRow), rows)
    agreed = [agreement(1, 1.0), agreement(2, 0.25), agreement(3, 0.125)]
    write_table(tmp_path / "difficulty.json", schema_of(DifficultyRow), agreed)
    found = label_accuracy(
        only(labels=[tmp_path / "labels.json"], difficulty=[tmp_path / "difficulty.json"]), 0.25
    )
    assert [(step["filter"], step["problems"], step["accuracy"]) for step in found] == [
        ("one sample", 4, 0.5),
        ("self-consistency", 4, 0.5),
        ("vote share", 3, pytest.approx(2 / 3)),
        ("student agreement", 2, 1.0),
    ]
    assert found[2]["retained"] == {"Algebra": 0.75}


def test_weak_to_strong_labels_get_better_with_every_filter(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variant on real stages: the published order (80.6, 85.4, 94.4, 97.5 on MATH-500)."""
    config = load("nano+weak-to-strong")
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "answers")
    monkeypatch.setattr(difficulty, "open_student", pupil)
    initial = small_run.folder / "students" / "initial" / "student.json"
    found: dict[str, list[Path]] = {"labels": [], "difficulty": []}
    for shard, verdicts in enumerate(small_run.verdicts):
        for name, paths in found.items():
            paths.append(tmp_path / name / f"{shard}.json")
        labels.run(config, verdicts, None, found["labels"][-1])
        difficulty.run(config, found["labels"][-1], initial, found["difficulty"][-1])
    steps = label_accuracy(only(**found), config.difficulty.low)
    accuracies = [step["accuracy"] for step in steps]
    assert accuracies == sorted(set(accuracies)), accuracies
    assert steps[1]["problems"] > steps[2]["problems"] > steps[3]["problems"] > 0
    assert all(0 <= share <= 1 for share in steps[3]["retained"].values())
    reasons = {row["reason"] for row in read_rows(found["labels"], ["reason"])}
    assert "vote share under 0.5" in reasons


def test_the_summary_has_the_steps(small_run: SimpleNamespace) -> None:
    summary = json.loads(small_run.summary.read_text())
    assert [step["filter"] for step in summary["label_accuracy"]] == [
        *("one sample", "self-consistency", "vote share", "student agreement")
    ]
