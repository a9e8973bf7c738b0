"""A scripted HTTP server on loopback: real sockets, and whatever a server may do on them.

A script gets a Call and gives a Reply, at once or as a coroutine.
"""

import asyncio
import inspect
import json
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request: its number (from 0), its path, headers (lower case) and JSON body."""

    number: int
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        return str(self.body["messages"][0]["content"])


@dataclass(frozen=True)
class Reply:
    """A response; `raw` bytes are sent as they are, and then the connection is reset."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    def encoded(self) -> bytes:
        data = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {"content-type": "application/json", "content-length": len(data), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} X\r\n{lines}\r\n".encode() + data


Script = Callable[[Call], Reply | Awaitable[Reply]]


class Server:
    """Counts the calls, and how many were under way at once."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.script, self.port = script, port
        self.calls: list[Call] = []
        self.times: list[float] = []
        self.busy = self.most_busy = self.answered = 0
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        self._thread.start()
        assert self._up.wait(10)

    def stop(self) -> None:
        """Close the port and every connection, as a process that dies does."""

        def end() -> None:
            self._server.close()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.call_later(0.01, self._loop.stop)

        self._loop.call_soon_threadsafe(end)
        self._thread.join(10)
        self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda *_: None)
        listening = asyncio.start_server(self._connection, "127.0.0.1", self.port, ssl=self._tls)
        self._server = self._loop.run_until_complete(listening)
        self.port = self._server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                call = await self._read(reader)
                self.calls.append(call)
                self.times.append(time.monotonic())
                self.busy += 1
                self.most_busy = max(self.most_busy, self.busy)
                try:
                    found = self.script(call)
                    reply = await found if inspect.isawaitable(found) else found
                finally:
                    self.busy -= 1
                if reply.raw is not None:
                    writer.write(reply.raw)
                    await writer.drain()
                    break
                self.answered += 1
                writer.write(reply.encoded())
                await writer.drain()
        writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader) -> Call:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, colon, value in (line.partition(":") for line in head[1:])
            if colon
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Call(len(self.calls), head[0].split(" ")[1], headers, json.loads(body or b"{}"))


@contextmanager
def serving(script: Script, **options: Any) -> Iterator[Server]:
    server = Server(script, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def completion(call: Call, text: Any = "It is \\boxed{4}.", **changes: Any) -> dict[str, Any]:
    """A chat completion with as many choices as were asked for; `changes` are to its message."""
    finish = changes.pop("finish_reason", "stop")
    count = changes.pop("n", call.body.get("n", 1))
    message = {"role": "assistant", "content": text, **changes}
    choices = [
        {"index": number, "finish_reason": finish, "message": message} for number in range(count)
    ]
    usage = {"prompt_tokens": 7, "completion_tokens": 5 * count, "total_tokens": 7 + 5 * count}
    return {"id": "x", "object": "chat.completion", "choices": choices, "usage": usage}


def ok(call: Call, *text: Any, **changes: Any) -> Reply:
    return Reply(200, completion(call, *text, **changes))


def fail(status: int, message: str = "no", **more: Any) -> Reply:
    """An error as OpenAI words it; `headers` apart."""
    headers = more.pop("headers", {})
    return Reply(status, {"error": {"message": message, "type": "test", **more}}, headers)
