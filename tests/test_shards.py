"""The names of shards."""

from sws.config import load
from sws.shards import shard_names


def test_shards_are_numbered_with_two_digits_or_more() -> None:
    assert shard_names(3) == ["00", "01", "02"]
    assert shard_names(101)[-2:] == ["99", "100"]


def test_shards_of_waves_are_named_after_them() -> None:
    assert shard_names(2, waves=2) == ["w1-00", "w1-01", "w2-00", "w2-01"]
    config = load("nano", {"shards": 2, "frugal": {"waves": 3}})
    assert config.shards_of(range(1, 3)) == ["w1-00", "w1-01", "w2-00", "w2-01"]
    assert config.shards_of([3]) == config.shard_names[4:]
    assert load("nano", {"shards": 2}).shards_of([1]) == ["00", "01"]
