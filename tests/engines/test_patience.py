"""Servers that are busy, restart, break off or are silent: how long each is waited for."""

import asyncio
import email.utils
import logging
import socket
import threading
import time

import pytest

from sws.engines.refusals import SERVER_ERROR, TIMED_OUT
from sws.errors import SwsError
from tests.engines.asking import ask, ask_one, row, rows
from tests.engines.server import Call, Reply, Server, completion, fail, ok, serving


@pytest.mark.parametrize("status", [408, 409, 425, 429, 499, 502, 503, 504, 520, 529])
def test_a_busy_server_is_waited_for_however_often_it_says_so(status: int) -> None:
    html = Reply(status, b"<html>bad gateway</html>", {"content-type": "text/html"})
    with serving(lambda call: html if call.number < 12 else ok(call)) as server:
        found = ask(server.url, rows(4), retries=1)
    assert all(response.texts for response in found.values())


def test_an_error_of_the_server_is_tried_again_a_few_times() -> None:
    with serving(lambda call: fail(500) if call.number < 3 else ok(call)) as server:
        assert ask_one(server.url, retries=3).texts
    with serving(lambda _: fail(500, "cannot")) as server:
        response = ask_one(server.url, retries=3)
    assert (len(server.calls), response.refused, response.detail) == (
        4,
        SERVER_ERROR,
        "500: cannot (test)",
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after-ms": "300"},
        {"retry-after": "0.3"},
        {"retry-after": email.utils.formatdate(time.time() - 5, usegmt=True)},
        {"retry-after": "soon"},
        {"retry-after": "0"},
    ],
)
def test_a_server_says_how_long_to_wait(headers: dict[str, str]) -> None:
    with serving(
        lambda call: fail(429, headers=headers) if call.number < 1 else ok(call)
    ) as server:
        assert ask_one(server.url).texts
    first, second = server.times
    assert second - first >= (0.3 if "3" in str(headers.values())[:24] else 0)


@pytest.mark.parametrize(
    "refusal",
    [
        fail(429, "spent", code="insufficient_quota"),
        fail(429, "spent", headers={"x-should-retry": "false"}),
    ],
)
def test_a_quota_that_is_used_up_is_no_rate_limit(refusal: Reply) -> None:
    with serving(lambda _: refusal) as server, pytest.raises(SwsError, match="spent") as caught:
        ask_one(server.url)
    assert len(server.calls) == 1 and "quota" in caught.value.fix


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n20\r\nxxx",
    ],
    ids=["before a byte", "in the body", "in a chunk"],
)
def test_a_connection_that_breaks_off_is_opened_again(raw: bytes) -> None:
    with serving(lambda call: Reply(raw=raw) if call.number < 3 else ok(call)) as server:
        assert ask_one(server.url).texts
    assert len(server.calls) == 4


def test_a_body_that_comes_slowly_or_without_a_length() -> None:
    async def script(call: Call) -> Reply:
        await asyncio.sleep(0.05)
        data = Reply(200, completion(call)).encoded().partition(b"\r\n\r\n")[2]
        return Reply(raw=b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + data)

    with serving(script) as server:
        response = ask_one(server.url, retries=0)
    assert response.texts or response.refused  # the reset may overtake the body


def test_a_server_that_restarts_is_waited_for_and_the_wait_is_shown(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.engines.pool.NOTE_SECONDS", 0.1)
    first = Server(lambda call: ok(call))
    first.start()
    second = Server(ok, port=first.port)

    def restart() -> None:
        first.stop()
        time.sleep(0.5)
        second.start()

    async def slow(call: Call) -> Reply:
        if call.number == 10:
            threading.Thread(target=restart).start()
        await asyncio.sleep(0.02)
        return ok(call)

    first.script = slow
    with caplog.at_level(logging.WARNING):
        found = ask(first.url, rows(60), concurrency=4)
    second.stop()
    assert len(found) == 60 and all(response.texts for response in found.values())
    assert "no answer for" in caplog.text and "answers again" in caplog.text
    twice = len(first.calls) + len(second.calls) - 60
    assert twice <= 4 + 1, "more was asked twice than was in flight"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_nobody_listens_for_longer_than_the_longest_outage() -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    with pytest.raises(SwsError) as caught:
        ask(url, rows(50), outage_seconds=0.2)
    assert url in str(caught.value) and "cannot connect" in str(caught.value)
    assert "start the server" in caught.value.fix and "outage_seconds" in caught.value.fix


def test_a_silent_server_is_tried_twice() -> None:
    async def never(_: Call) -> Reply:
        await asyncio.sleep(60)
        raise AssertionError

    with serving(never) as server:
        response = ask_one(server.url, timeout_seconds=0.2)
        assert response.refused == TIMED_OUT and "timeout_seconds" in response.detail
    assert len(server.calls) == 2


def test_a_server_silent_for_longer_than_the_longest_outage_is_given_up_at_once() -> None:
    async def never(_: Call) -> Reply:
        await asyncio.sleep(60)
        raise AssertionError

    began = time.monotonic()
    with serving(never) as server, pytest.raises(SwsError, match="no answer within"):
        ask(server.url, rows(8), concurrency=2, timeout_seconds=0.3, outage_seconds=0.2)
    assert time.monotonic() - began < 5 and len(server.calls) <= 4


def test_one_row_that_always_finds_the_server_busy_is_refused_and_the_others_go_on() -> None:
    async def script(call: Call) -> Reply:
        if call.prompt.startswith("row 3:"):
            return fail(504, "upstream timed out")
        await asyncio.sleep(0.05)
        return ok(call)

    with serving(script) as server:
        found = ask(server.url, rows(60), concurrency=4, outage_seconds=0.3)
    assert found.pop(row(3).id).refused == SERVER_ERROR
    assert len(found) == 59 and all(response.texts for response in found.values())


def test_a_router_that_forgets_its_server_for_a_moment() -> None:
    with serving(lambda call: fail(404) if 3 <= call.number < 6 else ok(call)) as server:
        found = ask(server.url, rows(10), concurrency=1)
    assert all(response.texts for response in found.values())
