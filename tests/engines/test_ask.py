"""Asking: in order, streaming, each question paid for once."""

import itertools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sws.config import load
from sws.engines import Request, Response, Sampling, open_role
from sws.engines.ask import ask
from sws.engines.cache import AnswerCache
from sws.errors import SwsError


class Counting:
    """Answers each window back to front, and may die after so many answers."""

    fingerprint = "counting"

    def __init__(self, dies_after: int | None = None) -> None:
        self.answered: list[str] = []
        self.dies_after = dies_after

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        for request in reversed(list(requests)):
            if len(self.answered) == self.dies_after:
                raise SwsError("the engine died")
            self.answered.append(request.id)
            yield Response(request.id, (str(request.seed),), ("stop",), 1, (1,))

    def close(self) -> None:
        """Nothing is held."""


def questions(count: int) -> Iterator[tuple[int, Request]]:
    return ((n, Request("labeler", (), Sampling(), n)) for n in range(count))


def test_answers_come_in_the_order_of_the_questions(tmp_path: Path) -> None:
    with AnswerCache(tmp_path, "e") as cache:
        found = [(item, r.texts) for item, r in ask(Counting(), cache, questions(10))]
    assert found == [(n, (str(n),)) for n in range(10)]


@pytest.mark.parametrize("died_after", [0, 1, 7, 9])
def test_a_resumed_run_pays_only_for_the_rest(tmp_path: Path, died_after: int) -> None:
    first, second = Counting(dies_after=died_after), Counting()
    with AnswerCache(tmp_path, "e") as cache, pytest.raises(SwsError):
        list(ask(first, cache, questions(10)))
    with AnswerCache(tmp_path, "e") as cache:
        found = [r.texts for _, r in ask(second, cache, questions(10))]
    assert found == [(str(n),) for n in range(10)]
    assert len(first.answered) == died_after
    assert len(second.answered) == 10 - died_after
    assert not set(first.answered) & set(second.answered)


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    for expected in (10, 0):
        engine = Counting()
        with AnswerCache(tmp_path, "e") as cache:
            list(ask(engine, cache, questions(10)))
        assert len(engine.answered) == expected


def test_the_same_question_twice_is_asked_once(tmp_path: Path) -> None:
    engine = Counting()
    twice = [("one", next(questions(1))[1]), ("two", next(questions(1))[1])]
    with AnswerCache(tmp_path, "e") as cache:
        assert [item for item, _ in ask(engine, cache, twice)] == ["one", "two"]
    assert len(engine.answered) == 1


def test_questions_are_taken_window_by_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["sws.engines.ask"], "WINDOW", 4)
    taken = itertools.count()
    endless = ((next(taken), request) for _, request in questions(10**9))
    with AnswerCache(tmp_path, "e") as cache:
        answers = ask(Counting(), cache, endless)
        assert [next(answers)[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert next(taken) == 8


class TestOpenEngine:
    def test_an_unknown_judge_is_named(self) -> None:
        with (
            pytest.raises(SwsError, match="judge nobody"),
            open_role(load("nano"), "judge:nobody"),
        ):
            pass

    def test_a_role_played_by_the_student_needs_one(self) -> None:
        config = load("nano", {"roles": {"labeler": {"engine": "vllm", "model": "student"}}})
        with pytest.raises(SwsError, match="no student was given"), open_role(config, "labeler"):
            pass

    def test_a_student_is_known_by_its_content_wherever_it_lies(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        config = load("nano", {"roles": {"labeler": {"engine": "vllm", "model": "student"}}})
        fingerprints = []
        for name, content in (("a", "same"), ("b", "same"), ("c", "other")):
            manifest = tmp_path / name / "student.json"
            manifest.parent.mkdir()
            manifest.write_text(content)
            for student in (manifest, manifest.parent):
                with open_role(config, "labeler", student) as client:
                    fingerprints.append(client.engine.fingerprint)
        assert len(set(fingerprints[:4])) == 1
        assert len(set(fingerprints)) == 2
