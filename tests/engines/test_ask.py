"""Asking: in order, streaming, each question paid for once."""

import dataclasses
import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from sws.config import load
from sws.engines import Request, Response, Sampling, open_role
from sws.engines.ask import ask
from sws.engines.cache import AnswerCache
from sws.engines.openai import OpenAIEngine
from sws.errors import SwsError
from tests.engines.asking import role
from tests.engines.server import ok, serving

module = sys.modules["sws.engines.ask"]


class Counting:
    """Answers each window back to front, and may die after some answers."""

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


def test_no_more_rows_are_taken_than_may_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AHEAD", 4)
    taken = itertools.count()
    endless = ((next(taken), request) for _, request in questions(10**9))
    with AnswerCache(tmp_path, "e") as cache:
        answers = ask(Counting(), cache, endless)
        assert [next(answers)[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert next(taken) == 8


class Saying:
    """Answers in batches, each back to front, as `reply` says."""

    fingerprint = "saying"

    def __init__(self, reply: Callable[[Request], Response], batch: int = 7) -> None:
        self.reply, self.batch = reply, batch
        self.asked: list[str] = []

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        stream = iter(requests)
        while batch := list(itertools.islice(stream, self.batch)):
            for request in reversed(batch):
                self.asked.append(request.id)
                yield self.reply(request)

    def close(self) -> None:
        """Nothing is held."""


def answered(request: Request, text: str = "yes") -> Response:
    return Response(request.id, (text,), ("stop",), 1, (1,))


def refusing(*seeds: int) -> Callable[[Request], Response]:
    def reply(request: Request) -> Response:
        if request.seed in seeds:
            return Response.refusal(request.id, "prompt too long", "9000 tokens")
        return answered(request)

    return reply


def test_a_response_is_in_the_cache_before_the_first_row_is_yielded(tmp_path: Path) -> None:
    engine = Saying(answered)
    with AnswerCache(tmp_path, "e") as cache:
        rows = ask(engine, cache, questions(7))
        next(rows)
        with AnswerCache(tmp_path, "e") as other:
            assert len(other.find(request.id for _, request in questions(7))) == 7


def test_responses_that_wait_are_read_back_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HELD", 100)
    engine = Saying(lambda request: answered(request, str(request.seed) * 50), batch=100)
    with AnswerCache(tmp_path, "e") as cache:
        found = [response.texts[0] for _, response in ask(engine, cache, questions(100))]
    assert found == [str(number) * 50 for number in range(100)]


def test_an_engine_that_forgets_a_request_is_found_out(tmp_path: Path) -> None:
    class Forgetful(Saying):
        def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
            return (answer for n, answer in enumerate(super().answer(requests)) if n != 3)

    with AnswerCache(tmp_path, "e") as cache, pytest.raises(SwsError, match="1 requests have no"):
        list(ask(Forgetful(answered), cache, questions(10)))


def test_progress_counts_responses_and_not_rows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.progress.SECONDS", 0.0)
    caplog.set_level("INFO")
    with AnswerCache(tmp_path, "e") as cache:
        next(ask(Saying(answered, batch=10), cache, questions(10), 10, "Labelling"))
    assert "Labelling: 5 of 10 (50%)" in caplog.text  # the first row comes after all ten


class TestRefusals:
    def test_a_refused_row_is_asked_again_by_a_later_run(self, tmp_path: Path) -> None:
        for reply, sent in ((refusing(4), 30), (answered, 1), (answered, 0)):
            engine = Saying(reply)
            with AnswerCache(tmp_path, "e") as cache:
                found = [response for _, response in ask(engine, cache, questions(30))]
            assert len(engine.asked) == sent
        assert found[4].texts == ("yes",)

    def test_a_shortened_answer_counts_now_and_is_asked_again_by_a_later_run(
        self, tmp_path: Path
    ) -> None:
        engine = Saying(lambda request: answered(request).but(shortened=True))
        for _ in range(2):
            with AnswerCache(tmp_path, "e") as cache:
                found = [response.texts for _, response in ask(engine, cache, questions(3))]
            assert found == [("yes",)] * 3
        assert len(engine.asked) == 6

    def test_a_tenth_of_the_rows_may_be_refused(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with AnswerCache(tmp_path, "e") as cache:
            found = list(ask(Saying(refusing(1, 2, 3)), cache, questions(30), 30, "Labelling"))
        assert sum(response.refused is not None for _, response in found) == 3
        assert "3 of 30 rows were refused: prompt too long 3" in caplog.text

    def test_more_are_an_error_that_names_reasons_and_what_to_do(self, tmp_path: Path) -> None:
        engine = Saying(refusing(1, 2, 3, 4))
        with AnswerCache(tmp_path, "e") as cache, pytest.raises(SwsError) as caught:
            list(ask(engine, cache, questions(30), 30, "Labelling"))
        said = str(caught.value)
        assert "Labelling: 4 of " in said and "prompt too long 4" in said and "9000 tokens" in said
        assert "max_tokens" in caught.value.fix and "max_refused" in said

    def test_a_stage_that_is_bound_to_fail_asks_no_more_and_keeps_what_is_under_way(
        self, tmp_path: Path
    ) -> None:
        engine = Saying(refusing(*range(4)), batch=10)
        with AnswerCache(tmp_path, "e") as cache, pytest.raises(SwsError):
            list(ask(engine, cache, questions(1000), 30))
        assert len(engine.asked) == 10
        with AnswerCache(tmp_path, "e") as cache:
            assert len(cache.find(engine.asked)) == 6

    def test_of_an_unknown_total_only_a_stage_without_any_answer_is_given_up_early(
        self, tmp_path: Path
    ) -> None:
        engine = Saying(refusing(*range(10_000)))
        with AnswerCache(tmp_path, "e") as cache, pytest.raises(SwsError, match="were refused"):
            list(ask(engine, cache, questions(10_000)))
        assert len(engine.asked) < 100

    @pytest.mark.parametrize(
        ("rows", "refused", "share", "fails"),
        [
            (5, 1, 0.1, False),
            (5, 2, 0.1, True),
            (1, 1, 0.1, True),
            (5, 1, 0.0, True),
            (10, 5, 0.5, False),
            (10, 10, 1.0, True),
            (10, 9, 1.0, False),
        ],
    )
    def test_a_single_row_fails_no_stage_but_an_empty_stage_never_succeeds(
        self, tmp_path: Path, rows: int, refused: int, share: float, fails: bool
    ) -> None:
        engine = Saying(refusing(*range(refused)))
        with AnswerCache(tmp_path, "e") as cache:
            found = ask(engine, cache, questions(rows), rows, max_refused=share)
            if fails:
                with pytest.raises(SwsError):
                    list(found)
            else:
                assert len(list(found)) == rows


class TestThoughts:
    """Whatever the engine, and also of answers that are in the cache already."""

    @pytest.mark.parametrize("runs", [1, 2])
    def test_are_kept_apart_from_texts(self, tmp_path: Path, runs: int) -> None:
        engine = Saying(lambda request: answered(request, "<think>Hm.</think>4"))
        for _ in range(runs):
            with AnswerCache(tmp_path, "e") as cache:
                [(_, response)] = ask(engine, cache, questions(1))
        assert (response.texts, response.reasoning) == (("4",), ("Hm.",))
        assert len(engine.asked) == 1

    def test_that_never_end_are_no_answer_and_asked_again(self, tmp_path: Path) -> None:
        engine = Saying(lambda request: answered(request, "<think>Hm." if request.seed else "4"))
        for _ in range(2):
            with AnswerCache(tmp_path, "e") as cache:
                [_, (_, response)] = ask(engine, cache, questions(2))
        assert (response.texts, response.refused) == ((), "cut off in thought")
        assert len(engine.asked) == 3


def test_the_id_of_a_request_with_default_settings_is_as_it_always_was() -> None:
    """Answers that are in the caches of older runs stay valid."""
    message = {"role": "user", "content": "What is 2 + 2?"}
    request = Request("judge:a", (message,), Sampling(4, 0.6, 0.95, 2048), 12345, {"problem": "x"})
    assert request.id == "e2246a0fe4faa7b2"
    for settings in ({"top_k": 0}, {"min_p": 0.0}, {"repetition_penalty": 1.0}, {"stop": ("x",)}):
        changed = dataclasses.replace(request.sampling, **settings)
        assert dataclasses.replace(request, sampling=changed).id != request.id


class TestOpenEngine:
    def test_an_unknown_judge_is_named(self) -> None:
        with (
            pytest.raises(SwsError, match="unknown judge 'nobody'"),
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


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_responses_reach_the_cache_while_the_caller_is_busy(tmp_path: Path) -> None:
    """An engine with a thread of its own goes on, and what it finishes is safe at once."""
    with serving(ok) as server, AnswerCache(tmp_path, "e") as cache:
        engine = OpenAIEngine(role(server.url, concurrency=4), "m")
        rows = ask(engine, cache, questions(100))
        next(rows)  # and now the caller does something else
        wait_until(lambda: len(server.calls) >= 8)
        with AnswerCache(tmp_path, "e") as other:
            assert len(other.find(request.id for _, request in questions(100))) >= 4
        rows.close()
        engine.close()
