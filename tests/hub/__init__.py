"""A loopback server that speaks the Hugging Face Hub's protocol to the real clients.

`hub` serves folders to read; `Hub` is one that can be published to.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tests.hub.repositories import Commit, Repository, Store
from tests.hub.server import Faults, Handler

__all__ = ["Commit", "Hub", "Repository", "hub"]


class Hub:
    """A running Hub with its blobs in `folder`; `address` is for $HF_ENDPOINT."""

    def __init__(self, folder: Path) -> None:
        self.store, self.faults = Store(folder), Faults()
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        parts = {"store": self.store, "faults": self.faults, "seen": self.seen}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Handler,), parts))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def dataset(self, name: str) -> Repository:
        """A data set that was published here."""
        return self.store.repositories["datasets", name]


@contextmanager
def hub(models: dict[str, Path], datasets: dict[str, Path]) -> Iterator[str]:
    """Serve folders as repositories, by their ids; yields the address for $HF_ENDPOINT."""
    with TemporaryDirectory() as folder, Hub(Path(folder)) as server:
        for kind, folders in (("models", models), ("datasets", datasets)):
            for name, served in folders.items():
                server.store.serve_folder(kind, name, served)
        yield server.address
