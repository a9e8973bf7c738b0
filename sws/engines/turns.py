"""Samples in turns: a few of each problem first, and more where these do not settle it.

A turn asks for all rows that are open at once, so that the engine stays full, and from the second
on for the longest first, by what was drawn of each: a turn ends with its slowest request, which had
better not begin last. Samples of a problem are those that one request for all of them would draw.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import Generic, TypeVar

from sws.engines.ask import ask, changed_on_disk
from sws.engines.cache import AnswerCache
from sws.engines.refusals import Refusals
from sws.engines.request import Engine, Request, Response
from sws.engines.thoughts import read
from sws.ledger import count

T = TypeVar("T")
Rows = Callable[[], Iterable[tuple[T, Request]]]
#: Whether a row needs no more samples than those drawn so far.
IsSettled = Callable[[T, Response], bool]
#: Requests that are put in order of length, held in memory; an engine works on hundreds at a time.
WINDOW = 4096


def ends_of(turns: Sequence[int], samples: int) -> list[int]:
    """How many samples are drawn after each turn: (5, 1) of 8 makes 5, 6 and 8."""
    return [end for end in accumulate(turns) if end < samples] + [samples]


class Turns(Generic[T]):
    """Ask for the samples of every row in turns; `rows` gives the same rows each time it is called.

    A row that was refused in a turn has no answer, as if it had been refused at once. Answers to a
    request for all samples are taken from the cache as well. Memory: a few bytes a row.
    """

    def __init__(
        self, engine: Engine, cache: AnswerCache, rows: Rows[T], is_settled: IsSettled[T]
    ) -> None:
        self._engine, self._cache = engine, cache
        self._rows, self._is_settled = rows, is_settled
        self._open = bytearray()  # whether a row needs more
        self._turns = bytearray()  # that a row took
        self._longest = array("L")  # tokens of the longest answer to a row so far

    def ask(
        self,
        turns: Sequence[int],
        samples: int,
        total: int | None,
        description: str,
        max_refused: float,
    ) -> Iterator[tuple[T, Response]]:
        """Every row with the samples drawn of it, of `samples`, in the order of the rows.

        What was not drawn is counted in the ledger. Raises SwsError as `ask` does.
        """
        refusals = Refusals(description, max_refused, total)
        bounds = list(pairwise([0, *ends_of(turns, samples)]))
        self._open += bytes(1 for _ in self._rows())
        self._turns += bytes(len(self._open))
        self._longest.extend(0 for _ in self._open)
        for turn, (start, end) in enumerate(bounds):
            which = f"{description}, samples {start + 1} to {end}"
            left, pairs = self._open.count(1), self._longest_first(bounds[: turn + 1])
            for (row, item, request), _ in ask(
                self._engine, self._cache, pairs, left, which, refusals=refusals
            ):
                self._settle(row, item, request, bounds[: turn + 1])
        for (item, request), taken in zip(self._rows(), self._turns, strict=True):
            drawn = self._so_far(request, bounds[:taken])
            count(not_drawn=samples - len(drawn.texts) if drawn.texts else 0)
            yield item, drawn

    def _longest_first(
        self, turns: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, T, Request], Request]]:
        """The requests of a turn, in the order of rows as long as no lengths are known."""
        requests = self._requests(turns)
        if len(turns) == 1:
            yield from requests
        while window := list(islice(requests, WINDOW)):
            window.sort(key=lambda pair: self._longest[pair[0][0]], reverse=True)
            yield from window

    def _requests(
        self, turns: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, T, Request], Request]]:
        """The requests of a turn; what a request for all samples has brought is not asked again."""
        start, end = turns[-1]
        for row, (item, request) in enumerate(self._rows()):
            if not self._open[row]:
                continue
            if self._cache.get(request.id):
                self._settle(row, item, request, turns)
            else:
                yield (row, item, request), request.part(start, end - start)

    def _settle(
        self, row: int, item: T, request: Request, turns: Sequence[tuple[int, int]]
    ) -> None:
        """Note that a row took these turns, and whether it needs another."""
        self._turns[row] = len(turns)
        drawn = self._so_far(request, turns)
        self._longest[row] = max(drawn.completion_tokens, default=0)
        is_last = turns[-1][1] >= request.sampling.n
        self._open[row] = not (is_last or not drawn.texts or self._is_settled(item, drawn))

    def _so_far(self, request: Request, turns: Sequence[tuple[int, int]]) -> Response:
        """The samples that some turns drew of a row, thoughts kept apart."""
        end = turns[-1][1]
        if whole := self._cache.get(request.id):
            found = _first_samples(whole, end)
        else:
            parts = [self._part(request, start, end) for start, end in turns]
            found = _joined(request.id, parts)
        return read(found, request.role)

    def _part(self, request: Request, start: int, end: int) -> Response:
        part = self._cache.get(request.part(start, end - start).id)
        if part is None:
            raise changed_on_disk(self._cache)
        return part


def _first_samples(whole: Response, end: int) -> Response:
    return whole.but(
        texts=whole.texts[:end],
        finish_reasons=whole.finish_reasons[:end],
        completion_tokens=whole.completion_tokens[:end],
        reasoning=whole.reasoning[:end],
    )


def _joined(request_id: str, parts: Sequence[Response]) -> Response:
    """One response of those to the parts of a request; the refusal of one is that of all."""
    if refused := next((part for part in parts if part.refused), None):
        return refused.but(request_id=request_id)
    if len(parts) == 1:
        return parts[0].but(request_id=request_id)
    thoughts = [part.reasoning or ("",) * len(part.texts) for part in parts]
    reasoning = tuple(chain.from_iterable(thoughts))
    return parts[0].but(
        request_id=request_id,
        texts=tuple(chain.from_iterable(part.texts for part in parts)),
        finish_reasons=tuple(chain.from_iterable(part.finish_reasons for part in parts)),
        completion_tokens=tuple(chain.from_iterable(part.completion_tokens for part in parts)),
        reasoning=reasoning if any(reasoning) else (),
        shortened=any(part.shortened for part in parts),
    )
