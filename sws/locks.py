"""Locks that the kernel lets go of when their holder dies, however it dies: none is ever stale."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sws.errors import SwsError

#: The environment variable that, at 0, goes on where files cannot be locked.
UNLOCKED = "SWS_LOCKS"
_held: list[TextIO] = []


def take(path: Path, what: str) -> TextIO:
    """Hold the lock until the handle is closed or this process ends.

    Raises SwsError when another process has it, naming that, and where files cannot be locked.
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
            f"{what} is already at work here: {holder}",
            fix="wait until it ends, or stop it; what it has finished is kept",
        ) from None
    except OSError as error:  # ENOLCK, EOPNOTSUPP, ENOSYS: a network file system without locks
        if os.environ.get(UNLOCKED) != "0":
            handle.close()
            raise SwsError(
                f"{path}: this file system cannot lock files ({error.strerror})",
                expected="a local disk, or a network file system mounted with locks (NFS with "
                "its lock service, Lustre with the option flock)",
                fix=f"work in a folder on such a file system, or set {UNLOCKED}=0 and see to it "
                "yourself that nothing else is at work here",
            ) from error
    handle.truncate(0)
    handle.write(f"process {os.getpid()} on {socket.gethostname()}\n")
    handle.flush()
    return handle


def take_for_good(path: Path, what: str) -> None:
    """Hold the lock until this process ends."""
    _held.append(take(path, what))


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock for a while."""
    with take(path, what):
        yield
