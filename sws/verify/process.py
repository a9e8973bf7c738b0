"""One killable process for algebra, seen from its parent: ask, wait on the wall clock, kill."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sws.errors import SwsError

START_SECONDS = 120.0  # importing SymPy on a busy machine
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


class AlgebraProcess:
    """A worker process, started at the first question and again after it had to be killed.

    Questions go over pipes, not through signals, so it works from any thread; one question at a
    time. A plain subprocess rather than a multiprocessing pool: nothing of the caller's main
    module is imported again, and a caller full of threads or CUDA is never forked.
    """

    def __init__(
        self,
        timeout_seconds: float,
        memory_megabytes: int,
        worker: tuple[str, ...] = ("sws.verify.worker",),
    ) -> None:
        self.timeout_seconds = timeout_seconds
        self.memory_megabytes = memory_megabytes
        self.worker = worker  # the module that runs, and what it is given after the limits
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._unread = b""

    def ask(self, request: dict[str, str]) -> dict[str, Any] | None:
        """The worker's reply, or None when the time or the memory ran out."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self.close()
            self._start()
        reply = None
        try:
            reply = self._exchange(request)
        finally:
            if reply is None:  # also when interrupted: a late reply must not meet another question
                self.close()
        return reply

    def close(self) -> None:
        """End the process; a later question starts another."""
        process, self._process, self._unread = self._process, None, b""
        if process is None or self._owner != os.getpid():  # a forked child must not kill it
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # an unsent question
                pipe.close()  # type: ignore[union-attr]

    def _start(self) -> None:
        environment = dict(os.environ, PYTHONHASHSEED="0")
        paths = [_PACKAGE_ROOT, environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        module, *arguments = self.worker
        limits = [str(self.timeout_seconds), str(self.memory_megabytes)]
        command = [sys.executable, "-m", module, *limits, *arguments]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        self._owner, self._unread = os.getpid(), b""
        if self._read_line(START_SECONDS) is None:
            self.close()
            raise SwsError(
                "the answer verifier's worker process did not start",
                expected=f"`{' '.join(command)}` to print a ready line",
                fix="run that command to see its error",
            )

    def _exchange(self, request: dict[str, str]) -> dict[str, Any] | None:
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
        except OSError:  # it died between two questions
            return None
        line = self._read_line(self.timeout_seconds)
        return None if line is None else json.loads(line)

    def _read_line(self, seconds: float) -> bytes | None:
        """The next line of the worker, or None at the deadline or at its death."""
        deadline = time.monotonic() + seconds
        pipe = self._process.stdout.fileno()  # type: ignore[union-attr]
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        while b"\n" not in self._unread:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not poll.poll(remaining * 1000):
                return None
            received = os.read(pipe, 65536)
            if not received:
                return None
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        return line
