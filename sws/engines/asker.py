"""Sends each request, again where that can help, and refuses it by name where not."""

import asyncio
import time
from collections.abc import Callable

from sws.config.roles import Role
from sws.engines.network import Address
from sws.engines.pool import Pool, Server
from sws.engines.refusals import EMPTY, SERVER_ERROR, TIMED_OUT
from sws.engines.replies import Reply, reply_in
from sws.engines.request import Request, Response
from sws.engines.row import Row
from sws.engines.thoughts import begun, read
from sws.engines.troubles import Kind, Trouble
from sws.engines.wire import Wire, advice
from sws.errors import SwsError
from sws.progress import note

#: An answer without text is asked for again so often, each time with another seed.
EMPTY_TRIES = 2


class Asker:
    """What all requests of a role share. `row` runs in the event loop of `wire`."""

    def __init__(self, role: Role, model: str, addresses: list[Address]) -> None:
        self._role, self._model = role, model
        self.wire = Wire(role, addresses)
        self._pool = Pool([Server(address) for address in addresses], role.outage_seconds)
        self._max_n = role.max_n
        self._gap = 60 / role.requests_per_minute if role.requests_per_minute else 0.0
        self._next_start = 0.0
        self._has_answered = False

    async def row(self, request: Request, is_alone: Callable[[], bool]) -> Response:
        """The response to a request. Raises Trouble (FATAL) when no request can be answered."""
        row = Row(request, request.sampling.max_tokens)
        while True:
            try:
                while row.missing > 0:
                    row.take(await self._reply(row))
                    self._learn_n(row)
                response = row.response()
                if self._role.opens_thought:
                    response = begun(response)
                if (response.shortened and row.grow()) or self._is_empty(row, response):
                    row.choices = []
                    continue
                seen = read(response)
                return seen if seen.refused else response
            except Trouble as trouble:
                refused = await self._heed(row, trouble, is_alone)
                if refused:
                    return Response.refusal(
                        request.id, refused.reason, refused.detail, row.prompt_tokens
                    )

    def _learn_n(self, row: Row) -> None:
        """A server that gives fewer choices than asked for is asked for that many from now on."""
        if row.missing > 0 and (self._max_n is None or self._max_n > len(row.choices)):
            self._max_n = len(row.choices)
            note(
                f"{self._model}: the server gave {self._max_n} of {row.request.sampling.n} answers "
                f"(n); it is asked for {self._max_n} at a time (max_n: {self._max_n})"
            )

    def _is_empty(self, row: Row, response: Response) -> bool:
        """Whether nothing was said and another seed may help."""
        if read(response).refused != EMPTY or "length" in response.finish_reasons:
            return False
        row.empties += 1
        return row.empties <= min(EMPTY_TRIES, self._role.retries)

    async def _heed(
        self, row: Row, trouble: Trouble, is_alone: Callable[[], bool]
    ) -> Trouble | None:
        """The trouble to refuse the row with; None when it is to be sent again, after a wait.

        Raises the trouble when it is of more than this row.
        """
        wait = 0.0
        match trouble.kind:
            case Kind.FATAL:
                if trouble.reason == SERVER_ERROR and trouble.status and is_alone():
                    return trouble  # the last row keeps a server from answering
                raise trouble
            case Kind.ROW:
                return None if self._drops_n(row, trouble) else trouble
            case Kind.CONTEXT:
                return None if row.shorten(trouble) else trouble
            case Kind.AGAIN:
                row.failures += 1
                if row.failures > self._role.retries:
                    return trouble
                wait = self._pool.wait(trouble, row.failures)
            case Kind.AWAY | Kind.ABSENT:
                if trouble.reason == TIMED_OUT:
                    row.timeouts += 1
                    if row.timeouts > min(1, self._role.retries):
                        return trouble
                now = time.monotonic()
                row.away_since = row.away_since or now
                others = self._pool.last_answer > row.away_since
                if others and now - row.away_since > self._role.outage_seconds:
                    return trouble  # it is this row's
                wait = trouble.wait or 0.0
        await asyncio.sleep(wait)
        return None

    def _drops_n(self, row: Row, trouble: Trouble) -> bool:
        """Whether the refusal may be of `n`: then one answer is asked for at a time."""
        words = trouble.detail.lower()
        about_n = any(word in words for word in ("choice", "candidate", "'n'", "`n`", " n "))
        if row.asked_n <= 1 or not about_n:
            return False
        if self._max_n == 1:  # another row found out
            return True
        self._max_n = 1
        note(
            f"{self._model}: the server takes no n ({trouble.detail}); answers are asked one by one"
        )
        return True

    async def _reply(self, row: Row) -> Reply:
        """Send what is missing of a row once. Raises Trouble."""
        await self._pace()
        server = await self._pool.take()
        began = time.monotonic()
        try:
            status, headers, body = await self.wire.post(
                server.address, row.body(self._role, self._model, self._max_n)
            )
            reply = reply_in(status, headers, body)
        except Trouble as trouble:
            self._reconsider(server, trouble)
            if trouble.kind in (Kind.AWAY, Kind.ABSENT):
                trouble.wait = self._pool.failed(server, trouble, began)
            elif trouble.kind is not Kind.FATAL:
                self._pool.answered(server)
            raise
        finally:
            self._pool.give(server)
        self._pool.answered(server)
        self._has_answered = True
        return reply

    def _reconsider(self, server: Server, trouble: Trouble) -> None:
        """What looks final may not be: a server moved, or has given answers before."""
        if trouble.location and (moved := server.address.moved(trouble.location)):
            note(f"{server.address.base} has moved: asking {moved.base} from now on")
            server.address, trouble.kind = moved, Kind.AGAIN
        elif self._has_answered and trouble.status == 404:
            trouble.kind = Kind.AWAY  # a router whose server is gone
        elif self._has_answered and trouble.status == 403:
            trouble.kind = Kind.ROW  # a firewall that dislikes this prompt

    async def _pace(self) -> None:
        """At most `requests_per_minute` starts, evenly spaced."""
        if self._gap:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + self._gap
            await asyncio.sleep(start - now)

    def explain(self, error: Exception) -> Exception:
        """The error that a user reads: what failed, and what to do."""
        if not isinstance(error, Trouble):
            return error
        addresses = [server.address for server in self._pool.servers]
        proxies = {address.proxy for address in addresses if address.proxy}
        through = f", through the proxy {', '.join(proxies)}" if proxies else ""
        bases = ", ".join(address.base for address in addresses)
        what = f"{bases}{through}: {self._model} did not answer: {error.detail}"
        return SwsError(what, fix=advice(error, self._role, self._model, addresses[0]))
