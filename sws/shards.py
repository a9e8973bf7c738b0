"""Sharded tables: a folder of numbered manifests, as many as the configuration says."""

from pathlib import Path


def shard_names(count: int) -> list[str]:
    """The names of `count` shards in order: 00, 01, ..., 99, 100."""
    return [f"{number:02d}" for number in range(count)]


def shards_in(folder: Path, count: int) -> list[Path]:
    """The manifests of the `count` shards of a table, in order.

    By their numbers and not by what the folder holds: a run with more shards may have left others.
    """
    return [folder / f"{name}.json" for name in shard_names(count)]
