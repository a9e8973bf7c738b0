"""The contract between stages and engines."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, Self, runtime_checkable

from sws.identity import content_id

#: Settings that came later: a request that leaves them unset keeps the id that it always had.
_LATER = ("top_k", "min_p", "repetition_penalty", "stop")


@dataclass(frozen=True)
class Sampling:
    """How to sample: `n` texts of at most `max_tokens` tokens each.

    What is None is left to the model's own `generation_config.json`, in every engine.
    """

    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 1024
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    stop: tuple[str, ...] = ()

    def identity(self) -> dict[str, Any]:
        """The settings that determine an answer."""
        values = asdict(self)
        return {
            name: value
            for name, value in values.items()
            if name not in _LATER or value not in (None, ())
        }


@dataclass(frozen=True)
class Request:
    """One question to one role.

    `messages` is what a language model sees; `fields` says the same in structure, for engines
    that do not read prose. Where the samples of a problem are asked for in turns, `first` is the
    index of the first one: it is drawn as sample `first` of one request for all would be, from a
    seed of its own.
    """

    role: str
    messages: tuple[Mapping[str, str], ...]
    sampling: Sampling
    seed: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    first: int = 0

    @cached_property
    def id(self) -> str:
        """A hash of everything in the request that determines its answer."""
        what = [self.role, list(map(dict, self.messages)), self.sampling.identity(), self.seed]
        later = [self.first] if self.first else []  # ids of before there were turns stay
        what += [dict(self.fields), *later]
        return content_id("request", json.dumps(what, sort_keys=True))

    @property
    def sampler_seed(self) -> int:
        """The seed of the first sample; servers draw the i-th after it from this plus i."""
        return self.seed % 2**31 + self.first

    def part(self, first: int, n: int) -> Self:
        """The request for `n` of the samples, from index `first`; itself where that is all."""
        return replace(self, sampling=replace(self.sampling, n=n), first=first)


@dataclass(frozen=True)
class Response:
    """What became of one request: `n` texts, why each ended (stop, length, ...), and its cost.

    `refused` names why there is no answer ("prompt too long", "content filter", ...); then
    `texts` is empty, `finish_reasons` holds the same name, and a later run asks again. `detail`
    is what the engine said of it. `reasoning` holds a thought per text, or nothing at all.
    `shortened` marks texts cut off at fewer tokens than were asked for, because the context had
    no room for more: usable now, and asked again by a later run.
    """

    request_id: str
    texts: tuple[str, ...]
    finish_reasons: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: tuple[int, ...]
    reasoning: tuple[str, ...] = ()
    refused: str | None = None
    detail: str = ""
    shortened: bool = False

    @classmethod
    def refusal(
        cls, request_id: str, reason: str, detail: str = "", prompt_tokens: int = 0
    ) -> "Response":
        """No answer, and the name of why."""
        return cls(request_id, (), (reason,), prompt_tokens, (), refused=reason, detail=detail)

    @property
    def lasts(self) -> bool:
        """Whether a later run can use it."""
        return self.refused is None and not self.shortened

    def but(self, **changes: Any) -> Self:
        """The same response with some fields changed."""
        return replace(self, **changes)


class Engine(Protocol):
    """Something that answers requests."""

    #: What identifies the model and its settings; part of the cache's key.
    fingerprint: str

    def answer(self, requests: Iterable[Request]) -> Iterator[Response]:
        """Answer every request, each as soon as it is finished, in any order.

        Takes a request from `requests` when there is room to work on it, never all at once, and
        loads nothing before the first. One row that cannot be answered is a refusal; SwsError is
        for an engine that cannot go on, after what was under way has been yielded.
        """
        ...

    def close(self) -> None:
        """Release what the engine holds."""
        ...


@runtime_checkable
class Background(Protocol):
    """An engine that works on in a thread of its own while its caller does something else."""

    #: Called in that thread with each response that is finished, before anything more is sent.
    keep: Callable[[Response], None]


def nobody_keeps(_: Response) -> None:
    """What `keep` is until somebody asks for it."""
