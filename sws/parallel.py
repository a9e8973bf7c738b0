"""Work spread over threads, in order and streaming."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")

WINDOW = 256  # items in flight per worker, so that memory does not grow with the stream


def in_order(
    function: Callable[[T], U],
    items: Iterable[T],
    workers: int,
    at_once: Callable[[T], bool] = lambda _: False,
) -> Iterator[U]:
    """The function of every item, by so many threads. Items done `at_once` wait for no thread."""
    if workers == 1:
        yield from map(function, items)
        return
    pending: deque[Future[U]] = deque()
    threads = ThreadPoolExecutor(workers)
    try:
        for item in items:
            if at_once(item):
                future: Future[U] = Future()
                future.set_result(function(item))
            else:
                future = threads.submit(function, item)
            pending.append(future)
            while pending and (pending[0].done() or len(pending) > WINDOW * workers):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)
