"""The sandbox of untrusted code: bubblewrap, which makes Linux namespaces.

Covered: no network; no file of the machine but a read-only Python and system libraries; writes only
to a scratch folder in memory, which goes with the sandbox; an empty environment; no view of, and no
signal to, other processes; limits on time, memory, processes, output and scratch (no memory that
belongs to no process either); everything that was started ends with the sandbox, and the sandbox
with its parent. Not covered: faults of the
kernel itself; for code that is written to attack those, use a virtual machine.

A sandbox serves many solutions. Each runs in namespaces of its own inside it, which nothing
outlives (`sws.code_rewards.inside`). Where a machine forbids these, each has its own sandbox.
"""

from __future__ import annotations

import json
import math
import os
import sys
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sws.code_rewards import inside
from sws.code_rewards.bubblewrap import bubblewrap, confined, files_shown, folder_of
from sws.code_rewards.complete import PRELUDE
from sws.code_rewards.worker import Waiting, Worker
from sws.errors import SwsError

LIBRARIES = ("numpy",)  # what solutions may import beside the standard library
START_SECONDS = 30.0  # a busy machine
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
}
_ALLOW = (
    "allow user namespaces (sysctl user.max_user_namespaces, "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container, "
    "--security-opt seccomp=unconfined)"
)
_PROBE = """
import os, socket
def writes(path):
    try: open(path, "w").close()
    except OSError: return False
    return True
"""
_PROBE_TESTS = (
    "assert not writes('/written') and not writes('/usr/written') and writes('/tmp/written')",
    "assert socket.socket().connect_ex(('127.0.0.1', 9)) and len(socket.if_nameindex()) == 1",
    "assert os.getppid() < 10 and not any(map(os.path.exists, ('/proc', '/etc/passwd')))",
)


@dataclass(frozen=True)
class Limits:
    """Limits of one test."""

    seconds: float = 5.0  # wall clock
    total_seconds: float | None = None  # of all tests of one solution; None: no limit of its own
    memory_megabytes: int = 512  # for each of its processes
    processes: int = 8  # and threads, its own first one included
    output_kilobytes: int = 1024  # on standard output, and in any one file
    scratch_megabytes: int = 64  # in all its files, over all tests of one solution


class Sandbox:
    """Run Python solutions in isolation. Thread-safe; what it started ends with it.

    Solutions can import the standard library and those `libraries` that are installed; with
    `packages`, every package of the running environment. A test of code finds the names that
    `prelude` defines, unless the solution has its own. Raises SwsError
    where this machine cannot confine a solution, with what to install: nothing runs unconfined.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        packages: bool = False,
        libraries: Sequence[str] = LIBRARIES,
        prelude: str = PRELUDE,
        shared: bool = True,
    ) -> None:
        self.limits = limits or Limits()
        self.shared = shared
        self._python = Path(sys.executable if packages else os.path.realpath(sys.executable))
        # Without `site`, which reads every package's .pth: a third of a start.
        self._flags = ["-I"] if packages else ["-I", "-S"]
        roots = {Path(sys.base_prefix), *([Path(sys.prefix)] if packages else [])}
        self._libraries = [] if packages else [*filter(None, map(folder_of, libraries))]
        self._files = files_shown(roots, self._libraries)
        self._bubblewrap = bubblewrap()
        self._prelude = prelude
        self._inside = Path(inside.__file__).read_text(encoding="utf-8")
        self._waiting = Waiting()
        weakref.finalize(self, self._waiting.close)
        self._probe()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that wait for solutions; a later `run` starts others."""
        self._waiting.close()

    def run(
        self, solution: str, tests: Sequence[dict[str, str]], at_least: float = 0.0
    ) -> list[dict[str, Any]]:
        """The outcome of each test ({"code"} or {"input"}): passed, late, detail, output.

        Shorter than `tests` if the solution ended the sandbox early. Each test has at least
        `at_least` seconds, whatever the limits. Once all of them together have had
        `total_seconds`, the others are late. Raises SwsError where no namespaces can be made.
        """
        seconds = max(self.limits.seconds, at_least)
        total = min(self.limits.total_seconds or math.inf, seconds * len(tests))
        job = {
            "solution": solution,
            "tests": list(tests),
            "seconds": seconds,
            "total_seconds": total,
        }
        worker = self._waiting.take(self._start)
        lines, whole = worker.ask(json.dumps(job).encode(), START_SECONDS + total)
        if whole and self.shared:
            self._waiting.put(worker)
        else:
            self._said = worker.close()
        if lines == [inside.UNMADE.strip()]:
            raise SwsError("the kernel refused namespaces for a solution", fix=_ALLOW)
        return [json.loads(line) for line in lines]

    def _start(self) -> Worker:
        program = [str(self._python), *self._flags, "-c", self._inside, json.dumps(self._settings)]
        scratch = self.limits.scratch_megabytes << 20
        command = confined(self._bubblewrap, self._files, scratch, self.shared)
        return Worker([*command, *program], _ENVIRONMENT)

    @property
    def _settings(self) -> dict[str, Any]:
        """What is the same for every job."""
        limits = self.limits
        return {
            "shared": self.shared,
            "prelude": self._prelude,
            "paths": sorted({str(folder.parent) for folder in self._libraries}),
            "memory_bytes": limits.memory_megabytes << 20,
            "processes": limits.processes,
            "output_bytes": limits.output_kilobytes << 10,
            "scratch_bytes": limits.scratch_megabytes << 20,
        }

    def _probe(self) -> None:
        """Raise SwsError unless a solution can run, and is confined."""
        why = self._unconfined()
        if why and self.shared:  # a machine that forbids namespaces within namespaces
            self.close()
            self.shared = False
            why = self._unconfined()
        if why:
            raise SwsError(
                f"code cannot be confined on this machine ({why.strip()[-300:]})",
                expected="bubblewrap, and the right to make user namespaces",
                fix=f"install it (apt-get install bubblewrap); {_ALLOW}",
            )

    def _unconfined(self) -> str:
        """Why a solution would not be confined; '' where it is."""
        self._said = ""
        try:
            tests = [{"code": code} for code in _PROBE_TESTS]
            found = self.run(_PROBE, tests, START_SECONDS)  # a slow machine is given time
        except (OSError, ValueError, SwsError) as error:
            return str(error)
        if len(found) == len(_PROBE_TESTS) and all(result["passed"] for result in found):
            return ""
        details = "; ".join(result.get("detail", "") for result in found).strip("; ")
        return details or self._said or "no reply"
