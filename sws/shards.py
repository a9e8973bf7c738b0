"""Sharded tables: a folder of numbered manifests, as many as the configuration says."""

from collections.abc import Iterable
from pathlib import Path


def shard_names(count: int, waves: int = 1) -> list[str]:
    """The names of `count` shards in order: 00, 01, ..., 99, 100; in waves w1-00, w1-01, ..."""
    names = [f"{number:02d}" for number in range(count)]
    if waves == 1:
        return names
    return [f"{wave_prefix(wave)}{name}" for wave in range(1, waves + 1) for name in names]


def wave_prefix(wave: int) -> str:
    """How the names of a wave's shards begin."""
    return f"w{wave}-"


def shards_in(folder: Path, names: Iterable[str]) -> list[Path]:
    """The manifests of a table's shards, in the order of their names.

    By their names and not by what the folder holds: a run with more shards may have left others.
    """
    return [folder / f"{name}.json" for name in names]
