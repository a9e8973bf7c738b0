"""The index of the cache, against a dictionary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.engines import index as module
from sws.engines.index import Index
from sws.identity import content_id

IDS = st.integers(0, 40).map(lambda number: content_id("request", number)) | st.text(max_size=2)


@given(st.lists(st.tuples(IDS, st.integers(0, 2**63)), max_size=120))
def test_it_is_a_dictionary_whose_last_entry_counts(entries: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "RECENT", 4)
        index, expected = Index(), {}
        for name, place in entries:
            index.put(name, place)
            expected[name] = place
    assert all(index.get(name) == place for name, place in expected.items())
    assert index.get("missing") is None


def test_it_takes_16_bytes_an_id() -> None:
    index = Index()
    for number in range(100_000):
        index.put(content_id("request", number), number)
    arrays = sum(keys.nbytes + places.nbytes for keys, places in index._runs)
    assert arrays <= 16 * 100_000 and len(index._recent) < module.RECENT
    assert index.get(content_id("request", 77)) == 77
