"""The servers of a role: the least busy one is asked, a dead one rests and is tried again."""

import asyncio
import logging
import random
import time
from dataclasses import dataclass, field

from sws.engines.network import Address
from sws.engines.refusals import SERVER_ERROR
from sws.engines.troubles import Kind, Trouble
from sws.progress import note

#: Failures in a row after which a server rests, and is then tried with one request at a time.
DOWN_AFTER = 3
#: Seconds to wait after a failure: doubled each time, from the first to the last.
FIRST_WAIT, LAST_WAIT = 0.5, 10.0
#: Between two lines about a wait.
NOTE_SECONDS = 15.0

log = logging.getLogger(__name__)


@dataclass
class Server:
    """One address, and how it fares."""

    address: Address
    busy: int = 0
    failures: int = 0  # in a row
    rests_until: float = 0.0

    @property
    def down(self) -> bool:
        """Whether only one request at a time may find out if it answers again."""
        return self.failures >= DOWN_AFTER


@dataclass
class Pool:
    """All servers of a role. To be used in one event loop."""

    servers: list[Server]
    outage_seconds: float
    last_answer: float = field(default_factory=time.monotonic)
    _failing_since: float | None = None
    _noted: float = 0.0
    _is_noted: bool = False
    _last: Trouble | None = None
    _random: random.Random = field(default_factory=lambda: random.Random(0))

    async def take(self) -> Server:
        """The least busy server that is up, once there is one; `give` it back.

        Raises Trouble when none has answered for `outage_seconds`.
        """
        while True:
            now = time.monotonic()
            self.check(now)
            ready = [
                server
                for server in self.servers
                if server.rests_until <= now and not (server.down and server.busy)
            ]
            if ready:
                # One that was down and has rested gets its one request first: else it never would.
                server = min(ready, key=lambda server: (not server.down, server.busy))
                server.busy += 1
                return server
            rest = min(server.rests_until for server in self.servers) - now
            await asyncio.sleep(min(max(rest, 0.05 if rest > 0 else 0.25), 1.0))

    def check(self, now: float) -> None:
        """Raise Trouble when the outage is too long; say now and then that it goes on."""
        if self._failing_since is None or self._last is None:
            return
        lasted = now - self._failing_since
        if lasted > self.outage_seconds:
            detail = f"{self._last.detail} (for {lasted:.0f} s: outage_seconds)"
            raise Trouble(Kind.FATAL, SERVER_ERROR, detail, self._last.status)
        if now - self._noted >= NOTE_SECONDS:
            self._noted, self._is_noted = now, True
            note(
                f"{self._names()}: no answer for {lasted:.0f} s ({self._last.detail}); waiting, "
                f"up to {self.outage_seconds:.0f} s in all"
            )

    def _names(self) -> str:
        names = [server.address.base for server in self.servers]
        return names[0] if len(names) == 1 else f"{len(names)} servers ({names[0]}, ...)"

    def give(self, server: Server) -> None:
        """The request to this server is over."""
        server.busy -= 1

    def answered(self, server: Server) -> None:
        """It lives, whatever it said."""
        now = time.monotonic()
        if self._is_noted:
            lasted = now - (self._failing_since or now)
            note(f"{server.address.base}: answers again, after {lasted:.0f} s")
        self.last_answer, self._failing_since, self._is_noted = now, None, False
        server.failures, server.rests_until = 0, 0.0

    def failed(self, server: Server, trouble: Trouble, began: float) -> float:
        """A request that began at `began` found it away. Returns seconds to wait with the row."""
        now = time.monotonic()
        if began >= server.rests_until or server.failures == 0:
            server.failures += 1  # of those that left together, once it is down, one counts
        wait = self.wait(trouble, server.failures)
        if server.down or (trouble.wait or 0.0) > 1:
            server.rests_until = max(server.rests_until, now + wait)
        self._last = trouble
        if self._failing_since is None:
            self._failing_since = max(began, self.last_answer)
            self._noted = now  # the first line comes after a while: most waits are short
        if len(self.servers) > 1 and server.failures == DOWN_AFTER:
            log.warning("%s: left out for now: %s", server.address.base, trouble.detail)
        # `take` makes a row wait for a server that is down.
        return 0.0 if server.down or self._others_are_up(server) else wait

    def _others_are_up(self, server: Server) -> bool:
        now = time.monotonic()
        return any(
            other is not server and not other.down and other.rests_until <= now
            for other in self.servers
        )

    def wait(self, trouble: Trouble, failures: int) -> float:
        """As long as the server says, else longer after each failure; never the same for all."""
        if trouble.wait:
            return trouble.wait * (1 + 0.1 * self._random.random())
        longest = min(LAST_WAIT, FIRST_WAIT * 2.0 ** min(failures - 1, 10))
        return longest * (0.75 + 0.25 * self._random.random())
