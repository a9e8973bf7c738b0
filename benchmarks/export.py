"""Exporting a million problems: rows a second, and memory, against `datasets.map` in the same run.

`python -m benchmarks.export --rows 1000000` writes a table like the augmented set, exports it to
every format with `sws export`, and does the same for verl's with `datasets`, each in a process of
its own, whose peak memory is measured.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sws.identity import problem_id
from sws.schemas import AugmentedRow, schema_of
from sws.store import write_table

OURS = """
from pathlib import Path
from sws.export import FORMATS, export
export(FORMATS[{name!r}], {source!r}, Path({out!r}))
"""
PEER = """
from datasets import load_dataset
def row(item, index):
    return {{
        "data_source": "lighteval/MATH", "ability": "math",
        "prompt": [{{"role": "user", "content": item["problem"]}}],
        "reward_model": {{"style": "rule", "ground_truth": item["answer"]}},
        "extra_info": {{"split": "train", "index": index}},
    }}
data = load_dataset("parquet", data_files={source!r}, split="train", cache_dir={cache!r})
data.map(row, with_indices=True, remove_columns=data.column_names).to_parquet({out!r})
"""


def main() -> None:
    """Write the table, and print seconds and MiB of each export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "set.json", schema_of(AugmentedRow), map(problem, range(rows)))
        source = str(folder / "set.parquet")
        found = {}
        for style, suffix in {"verl": "parquet", "trl": "jsonl", "openrlhf": "jsonl"}.items():
            out = str(folder / f"{style}.{suffix}")
            found[style] = measure(OURS.format(name=style, source=source, out=out), rows)
        peer = PEER.format(source=source, out=str(folder / "peer.parquet"), cache=name)
        found["datasets, as verl"] = measure(peer, rows)
        ratio = found["datasets, as verl"]["seconds"] / found["verl"]["seconds"]
    print(json.dumps({"rows": rows, **found, "verl against datasets": round(ratio, 2)}, indent=2))


def problem(number: int) -> dict[str, object]:
    """A problem of the length of MATH's, different from all others."""
    text = f"Problem {number}: let $f(x) = {number}x^2 + {number % 97}x + 1$. " + "Find it. " * 20
    return {
        "problem_id": problem_id(text), "problem": text, "answer": str(number),
        "category": "Algebra", "source": "synthetic", "blueprint_id": None, "concepts": None,
        "level": None, "vote_share": None, "accuracy": None,
    }  # fmt: skip


def measure(code: str, rows: int) -> dict[str, float]:
    """Seconds, rows a second and peak MiB of a Python process; its imports count."""
    begun = time.monotonic()
    report = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", code + report], check=True, capture_output=True, text=True
    )
    seconds = time.monotonic() - begun
    peak = int(done.stdout.split()[-1]) / 1024
    return {
        "seconds": round(seconds, 1),
        "rows a second": round(rows / seconds),
        "MiB": round(peak),
    }


if __name__ == "__main__":
    main()
