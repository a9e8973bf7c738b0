"""One real stage over thousands of shards, in a project whose path contains a blank.

    python -m benchmarks.shards [--shards 5000]

Writes tiny shards of candidates, has Snakemake run the rule `screen` on them, and prints the length
of its command (Linux allows 131,072 bytes per argument), the rows decided, and the seconds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sws.schemas import BenchmarkRow, CandidateRow, Problem, SeedRow, schema_of
from sws.shards import shards_in
from sws.store import count, kept, write_table

ROOT = Path(__file__).resolve().parents[1]
ROWS = 2  # candidates in each shard


def candidates(shard: int) -> Iterator[CandidateRow]:
    """A shard's rows; the second one repeats a problem of the first shard."""
    for row in range(ROWS):
        number = shard if row == 0 else 0
        text = f"A train covers {number + 100} miles in {number + 3} hours. What is its speed?"
        yield {
            "candidate_id": f"candidate {shard} {row}",
            "blueprint_id": f"blueprint {shard} {row}",
            "category": "Algebra",
            "concepts": ["rates"],
            "level": "1",
            "completion": f"```text\n{text}\n```",
            "finish_reason": "stop",
            "tokens": 20,
        }


def prepare(folder: Path, shards: int) -> None:
    """The inputs of the stage: benchmarks, a seed set, and the candidates."""
    problem: Problem = {
        "problem_id": "1",
        "problem": "What is 17 times 3?",
        "answer": "51",
        "category": "Algebra",
    }
    held_out = {**problem, "benchmark": "products"}
    write_table(folder / "data/benchmarks.json", schema_of(BenchmarkRow), [held_out])
    seed = {**problem, "source": "products", **kept()}
    write_table(folder / "data/seed.json", schema_of(SeedRow), [seed])
    for number, manifest in enumerate(shards_in(folder / "data/round1/candidates", shards)):
        write_table(manifest, schema_of(CandidateRow), candidates(number))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shards", type=int, default=5000)
    shards = parser.parse_args().shards
    with tempfile.TemporaryDirectory(prefix="with blank ") as temporary:
        folder = Path(temporary)
        prepare(folder, shards)
        started = time.monotonic()
        ran = subprocess.run(
            [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"),
             "--directory", temporary, "--cores", "1", "--printshellcmds",
             "--config", "preset=nano", f"shards={shards}",
             "--allowed-rules", "screen", "--", "data/round1/screened/00.json"],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.monotonic() - started
        if ran.returncode:
            sys.exit(ran.stdout + ran.stderr)
        command = next(line for line in ran.stderr.splitlines() if "sws screen" in line)
        decided = shards_in(folder / "data/round1/screened", shards)
        listed = sum(len(str(path.relative_to(folder))) + 1 for path in decided)
        print(command.strip())
        print(f"{len(command)} bytes of command; a list of the shards alone would be {listed:,}")
        print(f"{count(decided)} of {shards * ROWS} candidates decided in {seconds:.0f} s")


if __name__ == "__main__":
    main()
