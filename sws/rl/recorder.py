"""Every rollout on record: one small Parquet file per step and rank, one table at the end."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.schemas import RolloutRow, schema_of
from sws.store import TableWriter, replacing, write_text


class Recorder:
    """The rollouts of one run, written as they are made.

    (step, problem_id, sample) names a rollout. A step that is repeated after a restart overwrites
    its own files, and `rewind` removes those of steps that the checkpoint does not hold.
    """

    def __init__(self, folder: Path | str, run: str, rank: int = 0) -> None:
        self.folder = Path(folder)
        self.run = run
        self.rank = rank
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, step: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Record this rank's rollouts of one step; the file appears whole or not at all."""
        path = self.folder / f"{step:06d}-{self.rank:04d}.parquet"
        full = [{"run": self.run, "step": step, "rank": self.rank, **row} for row in rows]
        with replacing(path) as temporary:
            pq.write_table(pa.Table.from_pylist(full, schema=schema_of(RolloutRow)), temporary)

    def rewind(self, step: int) -> None:
        """Forget every step from `step` on: those rollouts will be made again."""
        for path in self.folder.iterdir():
            if path.suffix == ".tmp" or _step_of(path) >= step:
                path.unlink(missing_ok=True)

    def steps(self) -> set[int]:
        """The steps of which there are rollouts."""
        return {_step_of(path) for path in self.folder.glob("*.parquet")}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every rollout by step, problem and sample; memory holds one step at a time."""
        steps: dict[int, list[Path]] = {}
        for path in self.folder.glob("*.parquet"):
            steps.setdefault(_step_of(path), []).append(path)
        for step in sorted(steps):
            rows = [row for path in sorted(steps[step]) for row in pq.read_table(path).to_pylist()]
            yield from sorted(rows, key=lambda row: (row["problem_id"], row["sample"]))

    def compact(self, manifest: Path | str) -> int:
        """Write all rollouts as the table that `manifest` names; return how many there are."""
        with TableWriter(manifest, schema_of(RolloutRow)) as writer:
            writer.add_all(self.rows())
        return writer.rows


class Journal:
    """One line of JSON per step: its metrics, and where the prompt stream stood after it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def lines(self) -> list[dict[str, Any]]:
        """The whole lines, in order; a last line cut off by a kill is left out."""
        if not self.path.exists():
            return []
        ended = self.path.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in ended]

    def add(self, **metrics: Any) -> None:
        """Append the line of one step."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(metrics) + "\n")

    def rewind(self, step: int) -> int:
        """Forget the lines of `step` and later; return the stream position before `step`."""
        lines = [line for line in self.lines() if line["step"] < step]
        write_text(self.path, "".join(json.dumps(line) + "\n" for line in lines))
        return int(lines[-1]["position"]) if lines else 0


def _step_of(path: Path) -> int:
    return int(path.name.split("-")[0])
