"""Where the tables of a finished round are, for everything that the report shows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sws.config.schema import Config
from sws.evaluation.round import Round
from sws.shards import shards_in


@dataclass(frozen=True)
class Tables:
    """The round's own tables (`round`), the others by name, and where the files lie.

    `journals` maps each training run to its metrics.jsonl; one that is missing is not shown.
    """

    round: Round
    seed_set: Path
    summary: Path
    concepts: Path
    ratings: list[Path]
    journals: dict[str, Path]

    @classmethod
    def in_folder(cls, config: Config, folder: Path, seed_set: Path, summary: Path) -> Self:
        """The tables in `folder` (data/round1, say) of a run of this configuration."""
        judges = [folder / "ratings" / judge for judge in config.roles.judges]
        runs = [name for name in config.students if name != "base"]
        return cls(
            round=Round.in_folder(config, folder),
            seed_set=seed_set,
            summary=summary,
            concepts=folder / "concepts.json",
            ratings=[path for judge in judges for path in shards_in(judge, config.shard_names)],
            journals={run: folder / "training" / run / "metrics.jsonl" for run in runs},
        )
