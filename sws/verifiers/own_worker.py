"""The process that calls a verifier of the user's own, killed when it takes too long.

It runs as ``python -m sws.verifiers.own_worker SECONDS MEGABYTES MODULE:FUNCTION``. One request a
line on standard input, one reply a line on standard output:

    {"gold": "4", "completion": "so 4"}  ->  {"correct": true}, or false, or null with an "error"
    {}                                   ->  {}, or {"failed": "why it cannot be imported"}
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    seconds, megabytes, name = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the function prints must not enter the protocol
    limit = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    function, failed = imported(name)
    replies.write('{"ready": true}\n')
    replies.flush()
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 5)  # its default action ends the process
        reply = {"failed": failed} if function is None else called(function, json.loads(line))
        signal.setitimer(signal.ITIMER_REAL, 0)
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def imported(name: str) -> tuple[Callable[[str, str], Any] | None, str]:
    """The function of a name `module:function`, or why it cannot be had."""
    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        function = getattr(importlib.import_module(module), attribute)
    except BaseException as error:
        return None, f"{type(error).__name__}: {error}"
    return (function, "") if callable(function) else (None, f"{attribute} is no function")


def called(function: Callable[[str, str], Any], request: dict[str, str]) -> dict[str, Any]:
    """The reply to a request; what the function raises or returns by mistake is its error."""
    if not request:
        return {}
    try:
        found = function(request["gold"], request["completion"])
    except Exception as error:
        return {"correct": None, "error": f"{type(error).__name__}: {error}"[:300]}
    if found is not None and found not in (True, False):
        return {"correct": None, "error": f"returned {found!r:.100}, not True, False or None"}
    return {"correct": None if found is None else bool(found)}


if __name__ == "__main__":
    main()
