"""What the engines themselves cost: nothing to do, and a graph of 1,000 shards.

    python -m benchmarks.graph [FINISHED-PROJECT] [--shards 1000]

Prints wall and processor seconds of each command; processor seconds are what counts on a machine
that is busy with other work.
"""

import argparse
import json
import resource
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path


def measure(command: Sequence[str], folder: Path) -> dict[str, float]:
    """Seconds of one command, on the clock and of processors."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": round(time.monotonic() - began, 2), "processor": round(spent, 2)}


def main() -> None:
    """Print the seconds as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path, nargs="?", default=Path())
    parser.add_argument("--shards", type=int, default=1000)
    given = parser.parse_args()
    many = ["snakemake", "-n", "--quiet", "all", "--config", f"shards={given.shards}"]
    seconds = {
        "snakemake -n": measure(["snakemake", "-n"], given.project),
        "dvc status": measure(["dvc", "status"], given.project),
        f"snakemake -n, {given.shards} shards": measure(many, given.project),
    }
    print(json.dumps(seconds, indent=2))


if __name__ == "__main__":
    main()
