"""A function mapped over a stream with threads, in order."""

import itertools
import threading

from hypothesis import given
from hypothesis import strategies as st

from sws.parallel import in_order


@given(st.lists(st.integers()), st.integers(1, 4), st.integers(1, 5))
def test_results_are_in_order_whichever_need_a_thread(
    items: list[int], workers: int, window: int
) -> None:
    found = in_order(
        lambda n: n + 1, items, workers, lambda n: n + 1 if n % 3 else None, window=window
    )
    assert list(found) == [n + 1 for n in items]


def test_results_at_once_need_no_thread() -> None:
    here = threading.get_ident()
    ran = in_order(lambda _: 0, range(4), 2, at_once=lambda _: threading.get_ident())
    assert set(ran) == {here}


def test_an_endless_stream_is_read_no_further_than_the_window() -> None:
    read = itertools.count()
    stream = (next(read) for _ in itertools.repeat(None))
    results = in_order(lambda n: n, stream, 2, window=5)
    assert list(itertools.islice(results, 20)) == list(range(20))
    assert next(read) <= 20 + 2 * 5 + 1
