"""The process that does algebra: SymPy over lines of JSON, killed when it takes too long.

It runs as ``python -m sws.verify.worker SECONDS MEGABYTES`` and imports nothing heavier than
SymPy. One request a line on standard input, one reply a line on standard output:

    {"gold": "2x", "answer": "x+x"}  ->  {"equal": true}
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import TextIO


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    seconds, megabytes = float(sys.argv[1]), int(sys.argv[2])
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not enter the protocol
    limit = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    from sws.verify import algebra

    _send(replies, {"ready": True})
    for line in sys.stdin:
        # The default action of the alarm ends the process, so that a hanging worker whose parent
        # was killed does not outlive it.
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 5)
        request = json.loads(line)
        reply = {"equal": algebra.equal(request["gold"], request["answer"])}
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(replies, reply)


def _send(replies: TextIO, message: dict[str, bool]) -> None:
    replies.write(json.dumps(message) + "\n")
    replies.flush()


if __name__ == "__main__":
    main()
