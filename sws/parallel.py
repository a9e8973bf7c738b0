"""Map a function over a stream with threads; results come in order, in bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

WINDOW = 256  # items in flight per worker; bounds memory


@dataclass(frozen=True, slots=True)
class _Done(Generic[U]):
    """A finished result with the interface of a future, without its locks."""

    value: U

    def done(self) -> bool:
        return True

    def result(self) -> U:
        return self.value


def in_order(
    function: Callable[[T], U],
    items: Iterable[T],
    workers: int,
    at_once: Callable[[T], U | None] = lambda _: None,
    window: int = WINDOW,
) -> Iterator[U]:
    """Yield function(item) for every item, in order, computed by `workers` threads.

    Where `at_once(item)` is not None, it is the result, without a thread. At most
    `window * workers` results wait to be yielded.
    """
    if workers == 1:
        yield from map(function, items)
        return
    pending: deque[Future[U] | _Done[U]] = deque()
    threads = ThreadPoolExecutor(workers)
    try:
        for item in items:
            known = at_once(item)
            if known is None:
                pending.append(threads.submit(function, item))
            elif pending:
                pending.append(_Done(known))
            else:
                yield known
            while pending and (pending[0].done() or len(pending) > window * workers):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)
