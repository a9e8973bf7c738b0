"""The OpenAI-compatible engine against a real HTTP server on loopback, with the real client."""

import asyncio
import threading
import time
from typing import Any

import pytest

from sws.engines.openai import OpenAIEngine
from sws.errors import SwsError
from tests.engines.asking import ask, ask_one, role, row, rows
from tests.engines.server import Call, Reply, completion, fail, ok, serving


def test_it_speaks_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHER_KEY", "secret")
    with serving(ok) as server:
        found = ask(server.url, rows(5, n=3), key_variable="TEACHER_KEY")
    assert set(found) == {one.id for one in rows(5, n=3)}
    response = found[row(0, n=3).id]
    assert response.texts == ("It is \\boxed{4}.",) * 3
    assert response.finish_reasons == ("stop",) * 3
    assert (response.prompt_tokens, response.completion_tokens) == (7, (5, 5, 5))
    assert (response.reasoning, response.refused) == ((), None)
    call = next(call for call in server.calls if call.prompt.startswith("row 0:"))
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == "Bearer secret"
    assert 0 <= call.body.pop("seed") < 2**31
    assert call.body == {
        "model": "teacher",
        "messages": [{"role": "user", "content": "row 0: 2 + 2?"}],
        "n": 3,
        "temperature": 0.7,
        "top_p": 0.95,
        "max_tokens": 64,
    }


def test_what_a_server_needs_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANT", "blue")
    request = row(0, top_k=20, min_p=0.1, repetition_penalty=1.05, stop=("END",))
    settings: dict[str, Any] = {
        "extra_body": {"reasoning_effort": "low"},
        "chat_template_kwargs": {"enable_thinking": False},
        "max_tokens_parameter": "max_completion_tokens",
        "omit": ["seed", "temperature"],
        "headers": {"X-Tenant": "$TENANT"},
    }
    with serving(ok) as server:
        ask_one(server.url, request, **settings)
    (call,) = server.calls
    assert call.headers["x-tenant"] == "blue"
    assert call.body == {
        "model": "teacher",
        "messages": [{"role": "user", "content": "row 0: 2 + 2?"}],
        "n": 1,
        "top_p": 0.95,
        "max_completion_tokens": 64,
        "top_k": 20,
        "min_p": 0.1,
        "stop": ["END"],
        "repetition_penalty": 1.05,
        "reasoning_effort": "low",
        "chat_template_kwargs": {"enable_thinking": False},
    }


def test_the_environment_of_another_client_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org")
    with serving(ok) as server:
        assert ask_one(server.url).texts
    assert "openai-organization" not in server.calls[0].headers


class TestFingerprint:
    def test_of_a_role_with_default_settings_is_as_it_always_was(self) -> None:
        assert OpenAIEngine(role("http://a/v1"), "m").fingerprint == "openai m@"

    @pytest.mark.parametrize(
        "settings",
        [
            {"chat_template_kwargs": {"enable_thinking": False}},
            {"extra_body": {"reasoning_effort": "low"}},
            {"omit": ["temperature"]},
        ],
    )
    def test_changes_with_what_changes_answers(self, settings: dict[str, Any]) -> None:
        assert OpenAIEngine(role("http://a/v1", **settings), "m").fingerprint != "openai m@"

    @pytest.mark.parametrize(
        "settings", [{"concurrency": 2}, {"retries": 0}, {"headers": {"a": "b"}}, {"max_n": 1}]
    )
    def test_does_not_change_with_how_it_is_asked(self, settings: dict[str, Any]) -> None:
        assert OpenAIEngine(role("http://b/v1", **settings), "m").fingerprint == "openai m@"


def test_no_more_requests_are_in_flight_than_the_role_allows() -> None:
    async def script(call: Call) -> Reply:
        await asyncio.sleep(0.02)
        return ok(call)

    with serving(script) as server:
        ask(server.url, rows(16), concurrency=4)
    assert server.most_busy == 4


def test_requests_start_no_faster_than_the_rate_limit() -> None:
    with serving(ok) as server:
        before = time.monotonic()
        ask(server.url, rows(6), requests_per_minute=1200)
    # A busy machine lets any of them arrive late, and none early.
    for number, arrived in enumerate(sorted(server.times)):
        assert arrived - before >= number * 60 / 1200


def test_responses_stream_before_the_last_one_is_there() -> None:
    gate = threading.Event()

    async def script(call: Call) -> Reply:
        while call.prompt.startswith("row 1:") and not gate.is_set():
            await asyncio.sleep(0.01)
        return ok(call)

    with serving(script) as server:
        engine = OpenAIEngine(role(server.url), "teacher")
        responses = engine.answer([row(1), row(2)])
        assert next(responses).request_id == row(2).id
        gate.set()
        assert next(responses).request_id == row(1).id
        engine.close()


def test_requests_are_taken_as_there_is_room_for_them() -> None:
    taken = []

    def source() -> Any:
        for request in rows(100):
            taken.append(request)
            yield request

    with serving(ok) as server:
        engine = OpenAIEngine(role(server.url, concurrency=3), "teacher")
        responses = engine.answer(source())
        next(responses)
        assert len(taken) <= 2 * 3
        assert len(list(responses)) == 99
        engine.close()


def test_whoever_stops_listening_is_charged_for_nothing_more() -> None:
    async def script(call: Call) -> Reply:
        await asyncio.sleep(0.01)
        return ok(call)

    with serving(script) as server:
        engine = OpenAIEngine(role(server.url, concurrency=2), "teacher")
        responses = engine.answer(rows(100))
        next(responses)
        responses.close()
        time.sleep(0.1)
        assert len(server.calls) <= 5
        assert len(list(engine.answer(rows(3)))) == 3  # the engine itself goes on
        engine.close()


def test_nothing_to_ask_opens_nothing() -> None:
    engine = OpenAIEngine(role("http://127.0.0.1:9/v1"), "teacher")
    assert list(engine.answer([])) == []
    engine.close()


class TestSeveralAnswers:
    """`n`, on servers that have none, or less."""

    def test_a_server_that_ignores_n_is_asked_until_there_are_enough(self) -> None:
        with serving(lambda call: ok(call, f"answer {call.number}", n=1)) as server:
            response = ask_one(server.url, row(1, n=4))
        assert sorted(response.texts) == [f"answer {number}" for number in range(4)]
        seeds = [call.body["seed"] for call in server.calls]
        assert len(set(seeds)) == 4 and [call.body["n"] for call in server.calls] == [4, 1, 1, 1]

    def test_a_server_that_refuses_n_is_asked_one_by_one(self) -> None:
        def script(call: Call) -> Reply:
            return fail(400, "Only one choice is allowed") if call.body["n"] > 1 else ok(call)

        with serving(script) as server:
            found = ask(server.url, rows(3, n=8))
        assert [len(response.texts) for response in found.values()] == [8, 8, 8]

    def test_max_n_is_what_one_request_asks_for(self) -> None:
        with serving(ok) as server:
            response = ask_one(server.url, row(1, n=5), max_n=2)
        assert [call.body["n"] for call in server.calls] == [2, 2, 1]
        assert len(response.texts) == 5 and sum(response.completion_tokens) == 25

    def test_the_same_request_gets_the_same_seeds(self) -> None:
        seeds = []
        for _ in range(2):
            with serving(ok) as server:
                ask_one(server.url, row(1, n=3), max_n=1)
            seeds.append([call.body["seed"] for call in server.calls])
        assert seeds[0] == seeds[1]


class TestSeveralServers:
    def test_share_the_requests(self) -> None:
        async def script(call: Call) -> Reply:
            await asyncio.sleep(0.01)
            return ok(call)

        with serving(script) as one, serving(script) as two:
            ask([one.url, two.url], rows(40), concurrency=8)
        assert len(one.calls) + len(two.calls) == 40
        assert abs(len(one.calls) - len(two.calls)) <= 4

    def test_a_dead_one_is_left_out_and_tried_again(self) -> None:
        with serving(ok) as one:
            port = one.port
        revived = []

        async def script(call: Call) -> Reply:
            await asyncio.sleep(0.01)
            if call.number == 20:  # from here on the other one lives again
                revived.append(server_at(port))
            return ok(call)

        with serving(script) as two:
            found = ask([f"http://127.0.0.1:{port}/v1", two.url], rows(100), concurrency=4)
        revived[0].stop()
        assert all(response.texts for response in found.values()) and len(found) == 100
        assert revived[0].calls, "the first server was never tried again"


def server_at(port: int) -> Any:
    from tests.engines.server import Server

    server = Server(ok, port=port)
    server.start()
    return server


def test_choices_come_in_the_order_of_their_numbers() -> None:
    def script(call: Call) -> Reply:
        reply = completion(call)
        for choice in reply["choices"]:
            choice["message"] = {"content": f"text {choice['index']}"}
        reply["choices"].reverse()
        return Reply(200, reply)

    with serving(script) as server:
        assert ask_one(server.url, row(0, n=3)).texts == ("text 0", "text 1", "text 2")


def test_a_stage_cannot_go_on_without_the_model_and_what_is_in_flight_is_kept() -> None:
    async def script(call: Call) -> Reply:
        if call.prompt.startswith("row 3:"):
            return fail(401, "expired")
        await asyncio.sleep(0.1)
        return ok(call)

    with serving(script) as server:
        engine = OpenAIEngine(role(server.url, concurrency=8), "teacher")
        found = []
        with pytest.raises(SwsError, match="expired"):
            for response in engine.answer(rows(100)):
                found.append(response)
        engine.close()
    assert len(found) == 7 and len(server.calls) == 8
