"""The OpenAI-compatible engine against a real HTTP server on loopback, with the real client."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sws.config.roles import Role
from sws.engines.openai import OpenAIEngine
from sws.engines.request import Request, Sampling
from sws.errors import SwsError

Script = Callable[[dict[str, Any], int], tuple[int, dict[str, Any]]]


def completion(body: dict[str, Any], text: str = "4") -> dict[str, Any]:
    """A well-formed chat completion with as many choices as were asked for."""
    choices = [
        {
            "index": i,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": f"{text} #{i}"},
        }
        for i in range(body["n"])
    ]
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": choices,
        "usage": usage,
    }


class Server(ThreadingHTTPServer):
    """Answers each POST by a script given (body, how many requests came before)."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.lock = threading.Lock()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.busy = self.most_busy = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            index = len(server.bodies)
            server.bodies.append({**body, "path": self.path})
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            server.times.append(time.monotonic())
            server.busy += 1
            server.most_busy = max(server.most_busy, server.busy)
        try:
            status, reply = server.script(body, index)
        finally:
            with server.lock:
                server.busy -= 1
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("retry-after-ms", "10")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    server = Server(script)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def role(url: str, **settings: Any) -> Role:
    return Role(engine="openai", model="teacher", url=url, **settings)


def request(number: int, n: int = 1) -> Request:
    message = {"role": "user", "content": f"{number} + {number}?"}
    return Request("labeler", (message,), Sampling(n, 0.7, 0.95, 64), 2**40 + number)


def fail(status: int) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"message": f"status {status}", "type": "test", "code": None}}


def ask(url: str, requests: list[Request], **settings: Any) -> dict[str, Any]:
    engine = OpenAIEngine(role(url, **settings), "teacher")
    try:
        return {response.request_id: response for response in engine.answer(requests)}
    finally:
        engine.close()


def test_it_speaks_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHER_KEY", "secret")
    asked = [request(number, n=3) for number in range(5)]
    with serving(lambda body, _: (200, completion(body))) as server:
        found = ask(server.url, asked, key_variable="TEACHER_KEY")
    assert set(found) == {one.id for one in asked}
    response = found[asked[0].id]
    assert response.texts == ("4 #0", "4 #1", "4 #2")
    assert response.finish_reasons == ("stop",) * 3
    assert response.prompt_tokens == 7
    assert sum(response.completion_tokens) == 5
    body = next(one for one in server.bodies if one["messages"][0]["content"] == "0 + 0?")
    assert body["path"] == "/v1/chat/completions"
    assert (body["model"], body["n"], body["temperature"]) == ("teacher", 3, 0.7)
    assert (body["top_p"], body["max_tokens"]) == (0.95, 64)
    assert 0 <= body["seed"] < 2**31
    assert server.headers[0]["authorization"] == "Bearer secret"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_or_broken_server_is_asked_again(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.02)

    def script(body: dict[str, Any], index: int) -> tuple[int, dict[str, Any]]:
        return fail(status) if index < 3 else (200, completion(body))

    with serving(script) as server:
        found = ask(server.url, [request(1)])
    assert len(server.bodies) == 4
    assert found[request(1).id].texts == ("4 #0",)


def test_one_that_never_recovers_is_an_error_that_says_what_it_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.002)
    with serving(lambda *_: fail(500)) as server, pytest.raises(SwsError) as caught:
        ask(server.url, [request(1)])
    assert "status 500" in str(caught.value) and server.url in str(caught.value)
    assert "run the same command again" in caught.value.fix


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.002)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(SwsError) as caught:
        ask(url, [request(number) for number in range(50)])
    assert url in str(caught.value) and "start the server" in caught.value.fix


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "$OPENAI_API_KEY"), (403, "$OPENAI_API_KEY"), (404, "/models"), (400, "mend the cause")],
)
def test_a_refusal_is_not_repeated_and_says_what_to_do(status: int, advice: str) -> None:
    with serving(lambda *_: fail(status)) as server, pytest.raises(SwsError) as caught:
        ask(server.url, [request(1)])
    assert advice in caught.value.fix
    assert len(server.bodies) == 1


def test_a_prompt_that_is_too_long_is_answered_so_and_the_others_go_on() -> None:
    message = "This model's maximum context length is 64 tokens, your request has 90."
    error = {"error": {"message": message, "code": "context_length_exceeded"}}

    def script(body: dict[str, Any], _: int) -> tuple[int, dict[str, Any]]:
        long = body["messages"][0]["content"].startswith("1 ")
        return (400, error) if long else (200, completion(body))

    with serving(script) as server:
        found = ask(server.url, [request(0), request(1), request(2)])
    assert found[request(1).id].texts == ()
    assert found[request(1).id].finish_reasons == ("prompt too long",)
    assert found[request(0).id].texts and found[request(2).id].texts


def test_an_answer_without_content_usage_or_choices_is_not_a_crash() -> None:
    def script(body: dict[str, Any], _: int) -> tuple[int, dict[str, Any]]:
        reply = completion(body)
        reply["usage"] = None
        reply["choices"][0]["message"]["content"] = None
        return 200, reply

    with serving(script) as server:
        (response,) = ask(server.url, [request(1)]).values()
    assert response.texts == ("",)
    assert response.completion_tokens == (0,)


def test_half_a_character_is_replaced_since_no_table_can_hold_it() -> None:
    with serving(lambda body, _: (200, completion(body, "a\ud800b"))) as server:
        (response,) = ask(server.url, [request(1)]).values()
    assert response.texts == ("a?b #0",)


def test_no_more_requests_are_in_flight_than_the_role_allows() -> None:
    def script(body: dict[str, Any], _: int) -> tuple[int, dict[str, Any]]:
        time.sleep(0.02)
        return 200, completion(body)

    with serving(script) as server:
        ask(server.url, [request(number) for number in range(16)], concurrency=4)
    assert server.most_busy == 4


def test_requests_start_no_faster_than_the_rate_limit() -> None:
    with serving(lambda body, _: (200, completion(body))) as server:
        before = time.monotonic()
        ask(server.url, [request(number) for number in range(6)], requests_per_minute=1200)
    # A busy machine lets any of them arrive late, and none early.
    for number, arrived in enumerate(sorted(server.times)):
        assert arrived - before >= number * 60 / 1200


def test_answers_stream_before_the_last_one_is_there() -> None:
    gate = threading.Event()

    def script(body: dict[str, Any], index: int) -> tuple[int, dict[str, Any]]:
        if body["messages"][0]["content"].startswith("1 "):
            gate.wait(5)
        return 200, completion(body)

    with serving(script) as server:
        engine = OpenAIEngine(role(server.url), "teacher")
        answers = engine.answer([request(1), request(2)])
        assert next(answers).request_id == request(2).id
        gate.set()
        assert next(answers).request_id == request(1).id
        engine.close()


def test_a_server_that_ignores_n_is_found_out() -> None:
    def script(body: dict[str, Any], _: int) -> tuple[int, dict[str, Any]]:
        return 200, completion({**body, "n": 1})

    with serving(script) as server, pytest.raises(SwsError, match="must support `n`"):
        ask(server.url, [request(1, n=4)])


def test_whoever_stops_listening_is_charged_for_nothing_more() -> None:
    def script(body: dict[str, Any], _: int) -> tuple[int, dict[str, Any]]:
        time.sleep(0.01)
        return 200, completion(body)

    with serving(script) as server:
        engine = OpenAIEngine(role(server.url, concurrency=2), "teacher")
        answers = engine.answer([request(number) for number in range(100)])
        next(answers)
        answers.close()
        time.sleep(0.1)
        assert len(server.bodies) <= 8
        engine.close()


def test_an_address_that_is_none_is_named() -> None:
    role = Role(engine="openai", model="m", url="http://[::")
    with pytest.raises(SwsError, match="not a server's address"):
        OpenAIEngine(role, "m")
