"""The names of shards."""

from sws.shards import shard_names


def test_shards_are_numbered_with_two_digits_or_more() -> None:
    assert shard_names(3) == ["00", "01", "02"]
    assert shard_names(101)[-2:] == ["99", "100"]
