"""Rows a second of the reader against `datasets.map` with the same normalisation, and its memory.

    python -m benchmarks.reading --rows 1000000

Writes a Parquet file in verl's shape (chat messages with an instruction around the problem, the
answer in `reward_model.ground_truth`, three further columns) and reads problem and answer from it
in both ways, each in a process of its own, which reports its peak memory.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

PREFIX = "Solve the following problem step by step, and give the answer on the last line.\n\n"
SUFFIX = "\n\nEnd your reply with a line of the form Answer: $X."


def write(path: Path, rows: int) -> None:
    """The file, a row group of 16,384 rows at a time."""
    with pq.ParquetWriter(path, _table(0, 1).schema, compression="zstd") as writer:
        for start in range(0, rows, 16_384):
            writer.write_table(_table(start, min(rows, start + 16_384)))


def _table(start: int, stop: int) -> pa.Table:
    return pa.Table.from_pylist([_row(number) for number in range(start, stop)])


def _row(number: int) -> dict[str, Any]:
    text = f"A shelf holds {number} red and {7 * number} blue books. How many books is that?"
    return {
        "data_source": "own",
        "prompt": [{"role": "user", "content": PREFIX + text + SUFFIX}],
        "ability": "MATH",
        "reward_model": {"ground_truth": str(8 * number), "style": "rule"},
        "extra_info": {"index": str(number), "split": "train", "note": "x" * 500},
    }


def ours(path: str) -> Iterator[tuple[str, str]]:
    """Problem and answer by `sws.seed.sources`."""
    from sws.config.problems import SeedSet
    from sws.seed.sources import Source

    columns = {"problem": "prompt", "answer": "reward_model.ground_truth", "category": None}
    for row in Source(SeedSet.model_validate({"source": path, "columns": columns}), "seed_set"):
        yield row.text, row.answer


def theirs(path: str) -> Iterator[tuple[str, str]]:
    """The same by `datasets.map`, one row at a time, with the same functions."""
    from datasets import load_dataset

    from sws.sources.escapes import repair
    from sws.sources.messages import text_of
    from sws.text.affixes import Affixes
    from sws.verify.golds import read_gold

    affixes = Affixes(PREFIX.strip(), SUFFIX.strip())

    def normalise(row: dict[str, Any]) -> dict[str, str]:
        text = repair(text_of(row["prompt"], Counter())).replace("\r\n", "\n").strip()
        gold = read_gold(row["reward_model"]["ground_truth"])
        return {"problem": affixes.strip(text), "answer": gold.text}

    with tempfile.TemporaryDirectory() as cache:
        rows = load_dataset("parquet", data_files=path, split="train", cache_dir=cache)
        for row in rows.map(normalise, remove_columns=rows.column_names):
            yield row["problem"], row["answer"]


def _measure(way: str, path: str) -> None:
    start, rows, total = time.perf_counter(), 0, 0
    for text, answer in {"ours": ours, "theirs": theirs}[way](path):
        rows, total = rows + 1, total + len(text) + len(answer)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "characters": total, "seconds": seconds, "peak": peak}))


def main() -> None:
    """Measure both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        _measure(*arguments.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "verl.parquet"))
        write(Path(path), arguments.rows)
        found = {}
        for way in ("ours", "theirs"):
            command = [sys.executable, "-m", "benchmarks.reading", "--measure", way, path]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[way] = json.loads(done.stdout.splitlines()[-1])
            rate = found[way]["rows"] / found[way]["seconds"]
            print(
                f"{way}: {found[way]['seconds']:.1f} s, {rate:,.0f} rows a second, "
                f"peak {found[way]['peak']:,.0f} MiB"
            )
        assert found["ours"]["characters"] == found["theirs"]["characters"], found
        print(f"times: {found['theirs']['seconds'] / found['ours']['seconds']:.1f}")


if __name__ == "__main__":
    main()
