"""The address file of a server: where it is, for those who will ask it, and how it fares."""

import json
import os
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sws.errors import SwsError
from sws.progress import note
from sws.store import write_json

#: Seconds between two looks at the file, and between two lines that say what is waited for.
LOOK, NOTE = 1.0, 30.0
#: Seconds after which a file that does not come at all is given up.
MISSING = 120.0


@dataclass(frozen=True)
class Address:
    """What the file says; `model` is the name to ask for, `why` what made a server fail."""

    url: str
    model: str
    state: Literal["starting", "serving", "failed"]
    own_seeds: bool = True  # whether requests bring their seeds
    why: str = ""
    host: str = ""
    pid: int = 0  # of the supervisor

    def write(self, path: Path) -> None:
        """Replace the file at once, so that nobody reads half of it."""
        write_json(path, asdict(self))


def here(url: str, model: str, own_seeds: bool = True) -> Address:
    """The address of a server that this process is about to start."""
    return Address(url, model, "starting", own_seeds, host=socket.gethostname(), pid=os.getpid())


def read(path: Path) -> Address | None:
    """The address; None while the file is missing."""
    try:
        return Address(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def wait_for(path: Path) -> Address:
    """The address of a server that answers, once it does; loading a model takes minutes.

    Raises SwsError when the server failed, or nobody is there to start it.
    """
    begun = noted = time.monotonic()
    while True:
        address = read(path)
        if address and address.state == "serving":
            return address
        if address and address.state == "failed":
            raise SwsError(f"{path}: the server does not start: {address.why}", fix=_FIX)
        waited = time.monotonic() - begun
        if (address is None and waited > MISSING) or (address and _abandoned(address)):
            raise SwsError(f"{path}: nothing starts this server", fix=_FIX)
        if time.monotonic() - noted > NOTE:
            noted = time.monotonic()
            note(f"{path}: waiting for the server, {waited:.0f} s so far")
        time.sleep(LOOK)


_FIX = "see the log of `sws serve`; run the same command again: answers so far are kept"


def _abandoned(address: Address) -> bool:
    """Whether the supervisor is gone; of another machine nobody knows."""
    if address.host != socket.gethostname() or not address.pid:
        return False
    try:
        os.kill(address.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's, and there
    return False
