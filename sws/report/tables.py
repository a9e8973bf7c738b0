"""Where the tables of a finished round are, for everything that the report shows."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

from sws.config.schema import Config
from sws.evaluation.round import Round
from sws.shards import shards_in
from sws.store import checked_parquet


@dataclass(frozen=True)
class Tables:
    """The round's folder, its own tables (`round`), the others by name.

    `journals` maps each training run to its metrics.jsonl; one that is missing is not shown.
    """

    folder: Path
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
            folder=folder,
            round=Round.in_folder(config, folder),
            seed_set=seed_set,
            summary=summary,
            concepts=folder / "concepts.json",
            ratings=[path for judge in judges for path in shards_in(judge, config.shard_names)],
            journals={run: folder / "training" / run / "metrics.jsonl" for run in runs},
        )

    def check(self) -> None:
        """Raise SwsError where a table is missing or damaged; a view of it would be empty."""
        own = self.round
        sharded = (own.candidates, own.screened, own.verdicts, own.labels, own.difficulty)
        single = (self.seed_set, own.failures, own.augmented)
        for manifest in chain(single, *sharded, self.ratings):
            checked_parquet(manifest)
