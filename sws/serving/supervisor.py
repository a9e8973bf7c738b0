"""Run a server until SIGTERM: start it, wait until it is healthy, restart it when it dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sws.engines.address import Address
from sws.errors import SwsError
from sws.progress import note

#: Seconds between two looks at the server's health, and for one answer.
LOOK, PATIENCE = 2.0, 30.0
#: Seconds without a healthy answer after which a server that was healthy is restarted.
HUNG = 300.0
#: Starts in a row that fail before the supervisor gives up.
STARTS = 3
#: Seconds that a server has to stop by itself.
STOP = 30.0
#: Last lines of the server's log that an error shows.
SHOWN = 15

#: The kernel stops the server when its supervisor dies, however that dies: no GPU stays taken.
_BOUND = (
    "import ctypes, os, signal, sys\n"
    "ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)\n"
    "os.getppid() == int(sys.argv[1]) or sys.exit(1)\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)

log = logging.getLogger(__name__)


class Supervisor:
    """Keeps one server running; `address` is the file that clients read its URL from."""

    def __init__(self, command: Sequence[str], address: Address, out: Path) -> None:
        self._command, self._out = command, out
        self._address = address
        self._tail: deque[str] = deque(maxlen=SHOWN)
        self._stop = threading.Event()
        self._server: subprocess.Popen[str] | None = None

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises SwsError when the server cannot be started."""
        self._say(self._address)
        failed = 0
        with self._stopped_by_signals():
            while not self._stop.is_set():
                served = self._once()
                failed = 0 if served else failed + 1
                if self._stop.is_set():
                    return
                if failed == STARTS:
                    why = f"it ended {STARTS} times before it was healthy"
                    self._say(replace(self._address, state="failed", why=why))
                    raise SwsError(
                        f"the server does not start: {why}. Its last lines:\n"
                        + "\n".join(self._tail),
                        fix="fix what they name; most often the model does not fit into memory",
                    )
                note(f"the server at {self._address.url} ended; it is started again")
                self._say(self._address)
                self._stop.wait(min(30.0, 2.0**failed))

    def _once(self) -> bool:
        """Start the server and watch it until it ends; whether it was healthy."""
        bound = [sys.executable, "-c", _BOUND, str(os.getpid()), *self._command]
        self._server = subprocess.Popen(
            bound,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        reader = threading.Thread(target=self._keep_lines, args=(self._server,), daemon=True)
        reader.start()
        try:
            return self._watch(self._server)
        finally:
            self._end(self._server)
            reader.join(5)

    def _watch(self, server: "subprocess.Popen[str]") -> bool:
        begun = well = time.monotonic()
        was_healthy = False
        while server.poll() is None and not self._stop.wait(LOOK):
            if _healthy(self._address.url):
                if not was_healthy:
                    note(f"serving at {self._address.url}, after {time.monotonic() - begun:.0f} s")
                    self._say(replace(self._address, state="serving"))
                was_healthy, well = True, time.monotonic()
            elif was_healthy and time.monotonic() - well > HUNG:
                note(f"the server at {self._address.url} has not answered for {HUNG:.0f} s")
                break
        return was_healthy

    def _end(self, server: "subprocess.Popen[str]") -> None:
        """SIGTERM, then SIGKILL, to the server and all that it started."""
        _signal(server, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            server.wait(STOP)
        _signal(server, signal.SIGKILL)
        server.wait()

    def _say(self, address: Address) -> None:
        address.write(self._out)

    def _keep_lines(self, server: "subprocess.Popen[str]") -> None:
        for line in server.stdout or ():
            self._tail.append(line.rstrip())
            log.info("server: %s", line.rstrip())

    @contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        kinds = (signal.SIGTERM, signal.SIGINT)
        before = {kind: signal.signal(kind, lambda *_: self._stop.set()) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)


def _signal(server: "subprocess.Popen[str]", kind: signal.Signals) -> None:
    """To the server's whole process group, if any of it is left."""
    try:
        os.killpg(server.pid, kind)
    except ProcessLookupError:
        return


def _healthy(url: str) -> bool:
    """Whether the server says that it is well."""
    try:
        with urllib.request.urlopen(url.removesuffix("/v1") + "/health", timeout=PATIENCE) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError):
        return False
