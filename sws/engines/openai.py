"""Any OpenAI-compatible server: a `vllm serve` on a cluster, or a hosted one.

All requests are in flight in one event loop, in a thread of its own, so that the server is kept
busy while a stage works on what it has got.
"""

import asyncio
import json
import queue
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

from sws.config.roles import Role
from sws.engines.asker import Asker
from sws.engines.network import address_of
from sws.engines.request import Request, Response, nobody_keeps

#: Requests that wait in the loop for a place in flight, for each place: the reserve of a moment.
RESERVE = 1


class OpenAIEngine:
    """Bounded concurrency, patience and a rate limit around `chat/completions`.

    Raises SwsError when a role's URL, key, headers or certificates cannot be used.
    """

    def __init__(self, role: Role, model: str) -> None:
        self.fingerprint = f"openai {model}@{role.revision or ''}{_settings(role)}"
        self.keep: Callable[[Response], None] = nobody_keeps
        self._role, self._model = role, model
        self._asker = Asker(role, model, [address_of(url) for url in role.urls])
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Responses as they arrive. Whoever stops listening is charged for nothing more.

        Raises SwsError when no request can be answered, after those in flight have been.
        """
        source = iter(requests)
        if (request := next(source, None)) is None:
            return
        session = _Session(self._asker, self._role.concurrency, self._started(), self.keep)
        try:
            while request or session.open:
                while request:
                    session.put(request)
                    request = next(source, None) if session.has_room else None
                yield from session.take()
                request = next(source, None) if session.has_room else None
            if session.trouble:
                raise session.trouble
        finally:
            session.cancel()

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=self._loop.run_forever, name="requests", daemon=True)
            self._thread.start()
            asyncio.run_coroutine_threadsafe(self._asker.wire.open(), self._loop).result()
        return self._loop

    def close(self) -> None:
        """Close the connections."""
        if self._loop and self._thread:
            asyncio.run_coroutine_threadsafe(self._asker.wire.close(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = None


class _Session:
    """The requests of one call of `answer`, from the caller's thread to the loop and back."""

    def __init__(
        self,
        asker: Asker,
        concurrency: int,
        loop: asyncio.AbstractEventLoop,
        keep: Callable[[Response], None],
    ) -> None:
        self._asker, self._concurrency, self._loop, self._keep = asker, concurrency, loop, keep
        self._ready: queue.SimpleQueue[Response | None] = queue.SimpleQueue()
        self._new: list[Request] = []  # not yet passed to the loop
        self._backlog: deque[Request] = deque()
        self._tasks: set[asyncio.Task[Response]] = set()
        self.open = 0  # put and not yet taken
        self.trouble: Exception | None = None

    @property
    def has_room(self) -> bool:
        """Whether another request can be put now."""
        return not self.trouble and self.open < (1 + RESERVE) * self._concurrency

    def put(self, request: Request) -> None:
        """Queue a request."""
        self._new.append(request)
        self.open += 1

    def take(self) -> Iterator[Response]:
        """Send what was put; wait for a response, then yield all there are."""
        if self._new:
            self._loop.call_soon_threadsafe(self._add, self._new)
            self._new = []
        outcome: Response | None = self._ready.get()
        with suppress(queue.Empty):
            while True:
                self.open -= 1
                if outcome is not None:
                    yield outcome
                outcome = self._ready.get_nowait()

    def cancel(self) -> None:
        """Send nothing more, and drop what is in flight."""
        if self.open:
            asyncio.run_coroutine_threadsafe(self._cancel(), self._loop).result()

    # From here on: in the loop's thread.

    async def _cancel(self) -> None:
        self._backlog.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _add(self, requests: list[Request]) -> None:
        self._backlog.extend(requests)
        self._fill()

    def _fill(self) -> None:
        while self._backlog and len(self._tasks) < self._concurrency:
            request = self._backlog.popleft()
            if self.trouble:
                self._ready.put(None)
                continue
            row: Coroutine[Any, Any, Response] = self._asker.row(request, self._is_alone)
            task = self._loop.create_task(row)
            self._tasks.add(task)
            task.add_done_callback(self._finish)

    def _is_alone(self) -> bool:
        return len(self._tasks) + len(self._backlog) <= 1

    def _finish(self, task: asyncio.Task[Response]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        response: Response | None = None
        try:
            response = task.result()
            self._keep(response)
        except Exception as error:  # handed to the caller's thread, which raises it
            self.trouble = self.trouble or self._asker.explain(error)
            response = None
        self._ready.put(response)
        self._fill()


def _settings(role: Role) -> str:
    """What determines answers beside the model and the request, where it is not as always."""
    names = ("chat_template_kwargs", "extra_body", "omit", "opens_thought")
    values = {name: value for name in names if (value := getattr(role, name))}
    return f" {json.dumps(values, sort_keys=True)}" if values else ""
