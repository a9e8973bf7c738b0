"""flock-based locks; the kernel releases them when the process exits."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sws.errors import SwsError

#: Environment variable; 0 continues without a lock where the file system has none.
UNLOCKED = "SWS_LOCKS"
_held: list[TextIO] = []


def acquire(path: Path, what: str) -> TextIO:
    """Hold the lock until the handle is closed or this process exits.

    `what` names the work, for messages. Raises SwsError if another process holds the lock, naming
    that process, and if the file system cannot lock files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read().strip() or "an unknown process"
        handle.close()
        raise SwsError(
            f"{what} is already running here: {holder}",
            fix="wait until it ends, or stop it; finished work is kept",
        ) from None
    except OSError as error:  # ENOLCK, EOPNOTSUPP, ENOSYS: a network file system without locks
        if os.environ.get(UNLOCKED) != "0":
            handle.close()
            raise SwsError(
                f"{path}: this file system cannot lock files ({error.strerror})",
                expected="a local disk, or a network file system mounted with locks (NFS with "
                "its lock service, Lustre with the option flock)",
                fix=f"use a folder on such a file system, or set {UNLOCKED}=0 and make sure "
                "that nothing else runs here",
            ) from error
    handle.truncate(0)
    handle.write(f"process {os.getpid()} on {socket.gethostname()}\n")
    handle.flush()
    return handle


def hold_until_exit(path: Path, what: str) -> None:
    """Acquire the lock and hold it until this process exits."""
    _held.append(acquire(path, what))


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock within a `with` block."""
    with acquire(path, what):
        yield
