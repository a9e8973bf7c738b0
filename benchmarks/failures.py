"""The failure set over many rollouts: seconds and peak memory of the stage.

    python -m benchmarks.failures [--rollouts 100000000] [--folder FOLDER]

The rollouts are of a run of 12.5 epochs with 8 samples a problem, so that 100 million are of a
million problems, in a different order in every epoch. The seed set names every problem.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

SAMPLES, EPOCHS = 8, 12.5
_ROLLOUTS = """
    COPY (
        SELECT 'initial' AS run, (visit // 1024)::INTEGER AS step, epoch, problem_id,
               sample::INTEGER AS sample, '' AS completion, '' AS answer,
               CASE WHEN hash(visit, sample) % 100 < problem % 100 THEN 'correct' ELSE 'wrong' END
                   AS outcome, 10::INTEGER AS tokens, 0::INTEGER AS rank
        FROM (SELECT *, lpad(printf('%x', hash(problem)), 16, '0') AS problem_id
              FROM (SELECT range AS visit, (range // {problems})::INTEGER AS epoch,
                           (range % {problems} * 7919 + range // {problems} * 104729) % {problems}
                               AS problem
                    FROM range({visits}))), range({samples}) AS samples (sample)
    ) TO '{out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 16384)
"""
_SEED = """
    COPY (SELECT DISTINCT problem_id, 'Algebra' AS category, TRUE AS kept
          FROM read_parquet('{rollouts}')) TO '{out}' (FORMAT parquet)
"""


def write(folder: Path, rollouts: int) -> None:
    """Write rollouts and seed set, each a table with its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    visits = rollouts // SAMPLES
    tables = {"rollouts": folder / "rollouts.parquet", "seed": folder / "seed.parquet"}
    connection = duckdb.connect(config={"memory_limit": "2GiB", "temp_directory": str(folder)})
    connection.execute(
        _ROLLOUTS.format(
            visits=visits,
            problems=max(1, int(visits / EPOCHS)),
            samples=SAMPLES,
            out=tables["rollouts"],
        )
    )
    connection.execute(_SEED.format(rollouts=tables["rollouts"], out=tables["seed"]))
    for path in tables.values():
        rows = pq.read_metadata(path).num_rows
        path.with_suffix(".json").write_text(json.dumps({"rows": rows}))


def measure(folder: Path) -> None:
    """Run the stage in this process and print what it took."""
    from sws.config import load
    from sws.weakness.failures import run

    start = time.perf_counter()
    rollouts, seed = folder / "rollouts.json", folder / "seed.json"
    outputs = {"out": folder / "failures.json", "weights": folder / "weights.json"}
    found = run(load("micro"), rollouts, seed, **outputs)
    seconds = time.perf_counter() - start
    count = pq.read_metadata(rollouts.with_suffix(".parquet")).num_rows
    print(
        json.dumps(
            {
                "rollouts": count,
                "problems": found.problems.total(),
                "failed": found.failed.total(),
                "seconds": round(seconds, 1),
                "rollouts_per_second": round(count / seconds),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


def main() -> None:
    """Write the tables, then measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rollouts", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, help="keep the tables here, and use those there")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        if not (folder / "rollouts.json").exists():
            write(folder, arguments.rollouts)
        subprocess.run([sys.executable, __file__, "--measure", str(folder)], check=True)


if __name__ == "__main__":
    main()
