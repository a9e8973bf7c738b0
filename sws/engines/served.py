"""A role's model in a server that the graph started: the same answers as vLLM in the process."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sws.config.roles import Role
from sws.engines.address import wait_for
from sws.engines.openai import OpenAIEngine
from sws.engines.request import Request, Response, nobody_keeps


class ServedEngine:
    """Asks the server of an address file, once it is up. What was answered in a process counts."""

    def __init__(self, role: Role, fingerprint: str, address: Path) -> None:
        self.fingerprint = fingerprint
        self.keep: Callable[[Response], None] = nobody_keeps
        self._role, self._address = role, address
        self._engine: OpenAIEngine | None = None

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Responses as they arrive; waits for the server on the first request only.

        Raises SwsError when the server does not start or does not come back.
        """
        stream = iter(requests)
        if (first := next(stream, None)) is None:
            return
        if self._engine is None:
            there = wait_for(self._address)
            left_out = self._role.omit if there.own_seeds else (*self._role.omit, "seed")
            asking = {"engine": "openai", "url": there.url, "omit": left_out}
            self._engine = OpenAIEngine(self._role.model_copy(update=asking), there.model)
        self._engine.keep = self.keep
        yield from self._engine.answer(itertools.chain([first], stream))

    def close(self) -> None:
        """Close the connections; the server stays for others."""
        if self._engine:
            self._engine.close()
