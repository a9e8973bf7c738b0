"""Send requests, cache first; yield responses in request order."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import Generic, TypeVar, cast

from sws.engines.cache import AnswerCache
from sws.engines.refusals import Refusals
from sws.engines.request import Background, Engine, Request, Response
from sws.engines.thoughts import read
from sws.errors import SwsError
from sws.ledger import count
from sws.progress import Meter

T = TypeVar("T")

#: Rows that may wait behind an earlier one: what they hold in memory is not their responses.
AHEAD = 16_384
#: Characters of responses held in memory until their turn; others are read back from the cache.
HELD = 8_000_000
#: Share of a stage's rows that may be refused.
MAX_REFUSED = 0.1


def ask(
    engine: Engine,
    cache: AnswerCache,
    items: Iterable[tuple[T, Request]],
    total: int | None = None,
    description: str | None = None,
    max_refused: float = MAX_REFUSED,
    refusals: Refusals | None = None,
) -> Iterator[tuple[T, Response]]:
    """Yield every item with its response, in the order of `items`, in bounded memory.

    Each response is in the cache the moment it is finished, so a killed run sends the rest only.
    With a `description`, progress is shown, in responses finished. Thoughts are kept apart from
    texts, of cached responses too. `refusals` counts rows over several calls, in place of
    `max_refused` of this one.

    Raises SwsError when the engine cannot go on, or more than `max_refused` of the rows were
    refused: as soon as that is certain, and after what is under way has been kept.
    """
    refusals = refusals or Refusals(description or "asking", max_refused, total)
    rows = _Rows(items, cache, refusals)
    if isinstance(engine, Background):
        engine.keep = rows.keep
    with Meter(description or "", total, quiet=description is None) as meter:
        while not rows.ended:
            # One turn, but for a row so slow that AHEAD others wait for it.
            answered = cast(Generator[Response, None, None], engine.answer(rows.requests()))
            with closing(answered) as responses:
                for response in responses:
                    rows.finish(response)
                    meter.update(rows.done)
                    yield from rows.due()
            rows.check_all_finished(engine)
            for pair in rows.due():
                meter.update(rows.done)
                yield pair
        rows.refusals.check()
        meter.finish(rows.done)


def changed_on_disk(cache: AnswerCache) -> SwsError:
    """An answer that was in the cache cannot be read back."""
    return SwsError(
        f"{cache.folder}: an answer cannot be read back: it was changed on disk",
        fix="run the same command again; this row alone is sent again",
    )


class _Rows(Generic[T]):
    """The rows taken and not yet yielded, in order."""

    def __init__(
        self, items: Iterable[tuple[T, Request]], cache: AnswerCache, refusals: Refusals
    ) -> None:
        self.refusals = refusals
        self.done = 0
        self.ended = False
        self._items, self._cache = iter(items), cache
        self._waiting: deque[tuple[T, str, str]] = deque()
        self._asked: dict[str, str] = {}  # under way: request id to role
        self._kept: set[str] = set()  # in the cache, and not yet passed on by the engine
        self._held: dict[str, Response] = {}
        self._size = 0

    def requests(self) -> Iterator[Request]:
        """What has to be sent, until there is no more or AHEAD rows wait."""
        while len(self._waiting) < AHEAD:
            pair = None if self.refusals.hopeless else next(self._items, None)
            if pair is None:
                self.ended = True
                return
            item, request = pair
            self._waiting.append((item, request.id, request.role))
            if request.id in self._asked or request.id in self._held:
                continue
            known = self._cache.get(request.id)
            if known and (known := read(known, request.role)).lasts:
                count(cached=1)
                self._done(known)
            else:
                self._asked[request.id] = request.role
                yield request

    def keep(self, response: Response) -> None:
        """Write a response to the cache; from an engine's own thread, where it has one."""
        seen = read(response, self._asked.get(response.request_id, ""))
        self._cache.add(seen if seen.refused else response)
        self._kept.add(response.request_id)

    def finish(self, response: Response) -> None:
        """Keep a response for its turn, and in the cache if it is not there yet."""
        if response.request_id not in self._kept:
            self.keep(response)
        self._kept.discard(response.request_id)
        self._done(read(response, self._asked.pop(response.request_id, "")))
        count(
            requests=1,
            completions=len(response.texts),
            prompt_tokens=response.prompt_tokens,
            completion_tokens=sum(response.completion_tokens),
        )

    def _done(self, response: Response) -> None:
        self.done += 1
        self.refusals.see(response)
        size = sum(map(len, (*response.texts, *response.reasoning)))
        if self._size + size <= HELD:
            self._held[response.request_id] = response
            self._size += size

    def due(self) -> Iterator[tuple[T, Response]]:
        """The rows whose turn has come."""
        while self._waiting and self._waiting[0][1] not in self._asked:
            item, request_id, role = self._waiting.popleft()
            response = self._held.pop(request_id, None)
            if response:
                self._size -= sum(map(len, (*response.texts, *response.reasoning)))
            else:
                response = self._read_back(request_id, role)
            yield item, response

    def _read_back(self, request_id: str, role: str) -> Response:
        if (response := self._cache.get(request_id)) is None:
            raise changed_on_disk(self._cache)
        return read(response, role)

    def check_all_finished(self, engine: Engine) -> None:
        """Raise SwsError when the engine left a request without a response."""
        if self._asked:
            raise SwsError(
                f"{engine.fingerprint}: {len(self._asked)} requests have no response",
                fix="run the same command again; answers so far are kept",
            )
