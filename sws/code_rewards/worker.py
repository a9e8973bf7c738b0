"""A process that waits in a sandbox for solutions, and runs one at a time."""

from __future__ import annotations

import os
import selectors
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

_LENGTH = struct.Struct("<Q")
_CHUNK = 1 << 16


class Worker:
    """Send jobs to `command` and read its replies; see `sws.code_rewards.inside`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=dict(environment),
            cwd="/",
        )
        assert self._process.stdin and self._process.stdout
        self._input, self._output = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._input, False)

    def ask(self, job: bytes, seconds: float) -> tuple[list[bytes], bool]:
        """The lines of a reply, and whether it is whole; if not, the worker is of no more use."""
        unsent = memoryview(_LENGTH.pack(len(job)) + job)
        reply, deadline = b"", time.monotonic() + seconds
        with selectors.DefaultSelector() as ready:
            ready.register(self._input, selectors.EVENT_WRITE)
            ready.register(self._output, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in ready.select(left):
                    if key.fd == self._input:
                        unsent = unsent[self._sent(unsent) :]
                        if not unsent:
                            ready.unregister(self._input)
                    elif part := os.read(self._output, _CHUNK):
                        reply += part
                        if reply == b"\n" or reply.endswith(b"\n\n"):
                            return reply.splitlines()[:-1], True
                    else:
                        return reply.splitlines(), False
        return reply.splitlines(), False

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def close(self) -> str:
        """End the process and with it all that is inside; return what it wrote as its error."""
        self._process.kill()
        return self._process.communicate()[1].decode("utf-8", "replace")

    def _sent(self, unsent: memoryview) -> int:
        try:
            return os.write(self._input, unsent[:_CHUNK])
        except BrokenPipeError:  # its output ends, too
            return len(unsent)


class Waiting:
    """Workers that wait for jobs, for any thread to take and put back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._owner = 0

    def take(self, start: Callable[[], Worker]) -> Worker:
        """One that waits, else a new one.

        None of the process that this one was forked from, whose pipes both would use.
        """
        with self._lock:
            if self._owner != os.getpid():
                # Bubblewrap ends with the thread that started it, so one that stays starts all.
                self._owner, self._starter = os.getpid(), ThreadPoolExecutor(1, "sandbox")
                self._idle.clear()
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.close()
        return self._starter.submit(start).result()

    def put(self, worker: Worker) -> None:
        """Give back one that can be asked again."""
        with self._lock:
            self._idle.append(worker)

    def close(self) -> None:
        """End those that wait."""
        with self._lock:
            if self._owner == os.getpid():
                while self._idle:
                    self._idle.pop().close()
