"""Recorded rollouts: a small Parquet file per step and rank, one table at the end."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.schemas import RolloutRow, schema_of
from sws.store import TableWriter, arrow_batches, database, quoted, replacing, write_text


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
        """Write this rank's rollouts of one step, atomically."""
        path = self.folder / f"{step:06d}-{self.rank:04d}.parquet"
        full = [{"run": self.run, "step": step, "rank": self.rank, **row} for row in rows]
        with replacing(path) as temporary:
            pq.write_table(pa.Table.from_pylist(full, schema=schema_of(RolloutRow)), temporary)

    def rewind(self, step: int) -> None:
        """Delete the rollouts of `step` and later steps, which will be sampled again."""
        for path in self.folder.iterdir():
            if path.suffix == ".tmp" or _step_of(path) >= step:
                path.unlink(missing_ok=True)

    def steps(self) -> set[int]:
        """The steps that have rollouts."""
        return {_step_of(path) for path in self.folder.glob("*.parquet")}

    def compact(self, manifest: Path | str) -> int:
        """Write all rollouts, by step, problem and sample, as the table that `manifest` names.

        DuckDB sorts them and spills to disk, so memory is bounded. Returns how many there are.
        """
        files = quoted(str(self.folder / "*.parquet"))
        query = f"SELECT * FROM read_parquet({files}) ORDER BY step, problem_id, sample"
        with (
            database(Path(manifest).parent) as connection,
            TableWriter(manifest, schema_of(RolloutRow)) as writer,
        ):
            for batch in arrow_batches(connection, query):
                writer.add_table(batch)
        return writer.rows


class Journal:
    """One line of JSON per step: its metrics, and where the prompt stream stood after it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def lines(self) -> list[dict[str, Any]]:
        """The lines in order; a truncated last line is ignored."""
        if not self.path.exists():
            return []
        ended = self.path.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in ended]

    def add(self, **metrics: Any) -> None:
        """Append one step."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(metrics) + "\n")

    def rewind(self, step: int) -> int:
        """Delete `step` and later steps; return the stream position before `step`."""
        lines = [line for line in self.lines() if line["step"] < step]
        write_text(self.path, "".join(json.dumps(line) + "\n" for line in lines))
        return int(lines[-1]["position"]) if lines else 0


def share_in_vain(steps: Iterable[Mapping[str, Any]]) -> float | None:
    """The share of prompts in vain over steps of a journal; None where it does not count prompts.

    In vain: drawn, with an accuracy out of the bounds that the run trains within, or skipped for
    what was expected of it (`frugal.prompts`). Other trainers' journals have a reward alone.
    """
    counted = [step for step in steps if "drawn" in step]
    prompts = sum(step["drawn"] + step.get("skipped", 0) for step in counted)
    return 1 - sum(step["in_bounds"] for step in counted) / prompts if prompts else None


def _step_of(path: Path) -> int:
    return int(path.name.split("-")[0])
