"""One real stage over thousands of shards, in a project whose path contains a blank.

    python -m benchmarks.shards [--shards 5000] [--rule augment]

Writes tiny shards, has Snakemake run `augment` or `screen` on them, and prints the length of its
command (Linux allows 131,072 bytes per argument) and the seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sws import schemas
from sws.shards import shard_names, shards_in
from sws.store import count, kept, write_table

ROOT = Path(__file__).resolve().parents[1]
TABLES = {
    "augment": {
        "screened": schemas.ScreenedRow,
        "labels": schemas.LabelRow,
        "difficulty": schemas.DifficultyRow,
    },
    "screen": {"candidates": schemas.CandidateRow},
}
TARGETS = {"augment": "data/round1/augmented.json", "screen": "data/round1/screened/00.json"}
PROBLEM = {"problem_id": "1", "problem": "What is 17 times 3?", "answer": "51"}


def row(shard: int) -> dict[str, Any]:
    """A row for any of the tables: one that every filter kept."""
    text = f"A train covers {shard + 100} miles in {shard + 3} hours. What is its speed?"
    return {
        "problem_id": str(shard), "candidate_id": str(shard), "blueprint_id": str(shard),
        "problem": text, "completion": f"```text\n{text}\n```", "finish_reason": "stop",
        "answer": "7", "category": "Algebra", "concepts": ["rates"], "level": "1", "tokens": 20,
        "vote_share": 0.8, "accuracy": 0.5, **kept(),
    }  # fmt: skip


def prepare(folder: Path, rule: str, shards: int) -> None:
    """The inputs of the rule: benchmarks, a seed set, weights, and the sharded tables."""
    problem = {**PROBLEM, "category": "Algebra"}
    held_out = {**problem, "benchmark": "products"}
    write_table(
        folder / "data/benchmarks.json", schemas.schema_of(schemas.BenchmarkRow), [held_out]
    )
    seed = {**problem, "source": "products", **kept()}
    write_table(folder / "data/seed.json", schemas.schema_of(schemas.SeedRow), [seed])
    (folder / "data/round1").mkdir()
    (folder / "data/round1/weights.json").write_text(json.dumps({"Algebra": {"weight": 1.0}}))
    for table, shape in TABLES[rule].items():
        schema = schemas.schema_of(shape)
        manifests = shards_in(folder / "data/round1" / table, shard_names(shards))
        for number, manifest in enumerate(manifests):
            write_table(manifest, schema, [{name: row(number).get(name) for name in schema.names}])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shards", type=int, default=5000)
    parser.add_argument("--rule", choices=sorted(TABLES), default="augment")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="with blank ") as temporary:
        folder, target = Path(temporary), TARGETS[given.rule]
        prepare(folder, given.rule, given.shards)
        command = [
            sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"),
            "--directory", temporary, "--cores", "1", "--printshellcmds",
            "--config", "preset=nano", f"shards={given.shards}", "augmented_size=1000000",
            "--allowed-rules", given.rule, "--", target,
        ]  # fmt: skip
        started = time.monotonic()
        ran = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        seconds = time.monotonic() - started
        if ran.returncode:
            sys.exit(ran.stdout + ran.stderr)
        shown = next(line for line in ran.stderr.splitlines() if f"sws {given.rule} " in line)
        paths = [
            path
            for table in TABLES[given.rule]
            for path in shards_in(Path(f"data/round1/{table}"), shard_names(given.shards))
        ]
        print(shown.strip())
        print(
            f"{len(shown)} bytes of command; as lists {sum(len(str(path)) + 1 for path in paths):,}"
        )
        print(f"{count([folder / target]):,} rows in {target} after {seconds:.0f} s")


if __name__ == "__main__":
    main()
