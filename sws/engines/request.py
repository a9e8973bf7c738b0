"""The contract between stages and engines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Protocol

from sws.identity import content_id


@dataclass(frozen=True)
class Sampling:
    """How to sample: `n` texts of at most `max_tokens` tokens each."""

    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 1024


@dataclass(frozen=True)
class Request:
    """One question to one role.

    `messages` is what a language model sees; `fields` says the same in structure, for engines
    that do not read prose.
    """

    role: str
    messages: tuple[Mapping[str, str], ...]
    sampling: Sampling
    seed: int
    fields: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """A hash of everything in the request that determines its answer."""
        what = [self.role, list(map(dict, self.messages)), asdict(self.sampling), self.seed]
        return content_id("request", json.dumps([*what, dict(self.fields)], sort_keys=True))


@dataclass(frozen=True)
class Response:
    """The answer to one request: `n` texts, why each ended (stop, length, ...), and its cost.

    `texts` is empty when the engine could not take the prompt; `finish_reasons` then says why.
    """

    request_id: str
    texts: tuple[str, ...]
    finish_reasons: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: tuple[int, ...]


class Engine(Protocol):
    """Something that answers requests."""

    #: What identifies the model and its settings; part of the cache's key.
    fingerprint: str

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Answer every request, in any order, streaming."""
        ...

    def close(self) -> None:
        """Give back what the engine holds."""
        ...
