"""The tables of one finished round, by the names that the graph gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sws.config.schema import Config
from sws.shards import shards_in


@dataclass(frozen=True)
class Round:
    """The manifests of a round's folder; those of sharded tables are in the order of shards.

    `evaluations` maps each student (base, initial, every arm) to its table; `weights` is JSON.
    """

    failures: Path
    weights: Path
    extracted: Path
    augmented: Path
    candidates: Sequence[Path]
    screened: Sequence[Path]
    verdicts: Sequence[Path]
    labels: Sequence[Path]
    difficulty: Sequence[Path]
    evaluations: Mapping[str, Path]

    @classmethod
    def in_folder(cls, config: Config, folder: Path) -> Self:
        """The tables in `folder` (data/round1, say) of a run of this configuration."""

        def shards(table: str) -> list[Path]:
            return shards_in(folder / table, config.shard_names)

        return cls(
            failures=folder / "failures.json",
            weights=folder / "weights.json",
            extracted=folder / "extracted.json",
            augmented=folder / "augmented.json",
            candidates=shards("candidates"),
            screened=shards("screened"),
            verdicts=shards("verdicts"),
            labels=shards("labels"),
            difficulty=shards("difficulty"),
            evaluations={name: folder / "evaluation" / f"{name}.json" for name in config.students},
        )
