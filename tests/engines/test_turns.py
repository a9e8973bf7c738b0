"""Samples in turns: those that one request would draw, and only as many as a row needs."""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sws import ledger
from sws.config.textbook import Fallibility
from sws.engines import Request, Response, RoleClient, Sampling
from sws.engines.cache import AnswerCache
from sws.engines.textbook import TextbookEngine
from sws.engines.turns import ends_of
from sws.errors import SwsError

N = 8
TURNS = (5, 1, 2)


class Numbers:
    """Sample i of row r is "r.i", of 2 to 11 tokens; row 1 is refused from `refused_from` on."""

    fingerprint = "numbers"

    def __init__(self, refused_from: int = N) -> None:
        self.asked: list[Request] = []
        self.refused_from = refused_from

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        for request in requests:
            self.asked.append(request)
            n = request.sampling.n
            if request.first >= self.refused_from and request.seed == 1:
                yield Response.refusal(request.id, "content filter")
                continue
            texts = tuple(f"{request.seed}.{request.first + i}" for i in range(n))
            tokens = (2 + request.seed % 10,) * n
            yield Response(request.id, texts, ("stop",) * n, 3, tokens)

    def close(self) -> None:
        """Nothing is held."""


def rows() -> Iterator[tuple[int, Request]]:
    return ((row, Request("labeler", (), Sampling(n=N), row)) for row in range(40))


def in_turns(
    engine: Numbers, folder: Path, needed: dict[int, int] | None = None
) -> dict[int, Response]:
    """The response of each row that needs 5, or the samples in `needed`."""

    def is_settled(row: int, drawn: Response) -> bool:
        return len(drawn.texts) >= (needed or {}).get(row, 5)

    with AnswerCache(folder, engine.fingerprint) as cache:
        client = RoleClient(engine, cache)
        return dict(client.ask_in_turns(rows, is_settled, TURNS, N, 40, "Asking"))


def test_the_ends_of_turns() -> None:
    assert ends_of((5, 1, 2), 8) == [5, 6, 8]
    assert ends_of((4,), 8) == [4, 8]
    assert ends_of((5, 1, 2), 4) == [4]
    assert ends_of((), 8) == [8]
    assert ends_of((5, 1, 2), 16) == [5, 6, 8, 16]


def test_a_row_is_asked_until_it_is_settled(tmp_path: Path) -> None:
    engine = Numbers()
    found = in_turns(engine, tmp_path, {3: 6, 4: 8})
    assert list(found) == list(range(40))
    assert {row: len(one.texts) for row, one in found.items() if row in (3, 4, 5)} == {
        3: 6,
        4: 8,
        5: 5,
    }
    for row, response in found.items():
        assert response.texts == tuple(f"{row}.{i}" for i in range(len(response.texts)))
        assert len(response.finish_reasons) == len(response.completion_tokens)
        assert response.request_id == Request("labeler", (), Sampling(n=N), row).id
    # All rows first, then those that are open: two, then one.
    assert [(one.first, one.sampling.n) for one in engine.asked[40:]] == [(5, 1)] * 2 + [(6, 2)]


def test_later_turns_ask_for_the_longest_answers_first(tmp_path: Path) -> None:
    """By what was drawn of each row; the rows come out in their order, with the same samples."""
    engine = Numbers()
    found = in_turns(engine, tmp_path, dict.fromkeys((3, 14, 28, 39), 6))
    assert [one.seed for one in engine.asked[:40]] == list(range(40))
    assert [one.seed for one in engine.asked[40:]] == [39, 28, 14, 3]
    assert list(found) == list(range(40)) and found[28].texts[-1] == "28.5"


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    first = in_turns(Numbers(), tmp_path, {3: 6, 4: 8})
    again = Numbers()
    assert in_turns(again, tmp_path, {3: 6, 4: 8}) == first
    assert not again.asked


def test_answers_to_the_whole_request_are_used(tmp_path: Path) -> None:
    engine = Numbers()
    with AnswerCache(tmp_path, engine.fingerprint) as cache:
        whole = dict(RoleClient(engine, cache).ask(rows(), 40, "Asking"))
    asked = len(engine.asked)
    found = in_turns(engine, tmp_path, {3: 6})
    assert len(engine.asked) == asked
    assert {row: len(one.texts) for row, one in found.items() if row in (3, 4)} == {3: 6, 4: 5}
    assert all(one.texts == whole[row].texts[: len(one.texts)] for row, one in found.items())


def test_a_row_that_is_refused_later_has_no_answer(tmp_path: Path) -> None:
    found = in_turns(Numbers(refused_from=5), tmp_path, {1: 8, 2: 8})
    assert (found[1].texts, found[1].refused) == ((), "content filter")
    assert len(found[2].texts) == 8


def test_all_refused_at_once_fails(tmp_path: Path) -> None:
    class Refusing(Numbers):
        def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
            return (Response.refusal(one.id, "prompt too long") for one in requests)

    with pytest.raises(SwsError, match="rows were refused: prompt too long"):
        in_turns(Refusing(), tmp_path)


def test_the_ledger_counts_what_was_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "FOLDER", tmp_path / "cost")
    with ledger.measured("nano", "label", "out.json"):
        in_turns(Numbers(), tmp_path, {3: 6, 4: 8})
        entry = dataclasses.replace(ledger._current)  # type: ignore[type-var]
    assert entry.completions == 38 * 5 + 6 + 8
    assert entry.not_drawn == 40 * N - entry.completions


def test_the_textbook_draws_the_same_samples_in_parts() -> None:
    engine = TextbookEngine(Fallibility(labeler_wrong=0.5), seed=1)
    fields = {"problem": "What is 3 + 4?"}
    whole = Request("labeler", (), Sampling(n=N), 7, fields)
    parts = [whole.part(0, 5), whole.part(5, 1), whole.part(6, 2)]
    texts = [text for response in engine.answer(parts) for text in response.texts]
    (at_once,) = engine.answer([whole])
    assert tuple(texts) == at_once.texts
    assert whole.part(0, N).id == whole.id and len({one.id for one in parts}) == 3
