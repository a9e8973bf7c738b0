"""Memory and time of publishing a large augmented set, against a Hub on loopback.

    python -m benchmarks.publish                 # a million rows
    python -m benchmarks.publish --rows 100000

Writes a run whose augmented set has that many rows and every other table a few, publishes it in a
process of its own, and reports that process's peak memory (the Hub runs here), beside a copy of the
same files by the Hub's client alone: what publishing adds to an upload.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sws.schemas import AugmentedRow, schema_of
from sws.store import write_table
from tests.hub import Hub

MOST = 1 << 30  # bytes: the promise
WORDS = (
    *("find", "the", "sum", "of", "all", "positive", "integers", "n", "such", "that"),
    *("divides", "is", "a", "perfect", "square", "less", "than"),
)


def main() -> None:
    """Publish, measure, report; exit with 1 where memory is not bounded."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--child", nargs=2, metavar=("HOW", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(*options.child)
        return
    with tempfile.TemporaryDirectory() as folder, Hub(Path(folder) / "hub") as hub:
        hub.store.tokens["hf_benchmark"] = ("me", True)
        table = Path(folder) / "augmented.json"
        write_table(table, schema_of(AugmentedRow), rows(options.rows))
        found = {}
        for how in ("publish", "upload"):
            for known in (Path(folder) / "hub/lfs").iterdir():
                known.unlink()  # so that the second sends everything, too
            found[how] = measure(how, folder, hub)
    print(f"{options.rows:,} rows, {found['publish']['bytes'] / 1e6:,.0f} MB of Parquet")
    for how, one in found.items():
        print(f"{how:8} {one['seconds']:7.1f} s  peak {one['peak'] / 2**20:7,.0f} MiB")
    bounded = found["publish"]["peak"] < MOST
    print(f"publish stays under 1 GiB: {'yes' if bounded else 'NO'}")
    sys.exit(not bounded)


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Problems of about 300 characters, half of them synthetic."""
    rng = random.Random(1)
    for number in range(count):
        new = number % 2 == 1
        yield {
            "problem_id": f"{number:016x}",
            "problem": " ".join(rng.choices(WORDS, k=60)) + f" {number}?",
            "answer": str(rng.randrange(1000)),
            "category": "Algebra",
            "source": "synthetic" if new else "seed",
            "blueprint_id": f"{rng.getrandbits(64):016x}" if new else None,
            "concepts": rng.sample(WORDS, 2) if new else None,
            "level": "3" if new else None,
            "vote_share": rng.randrange(5, 9) / 8 if new else None,
            "accuracy": rng.randrange(2, 7) / 8 if new else None,
        }


def measure(how: str, folder: str, hub: Hub) -> dict[str, Any]:
    """Run this script as a child and read what it measured of itself."""
    environment = {**os.environ, "HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_benchmark"}
    environment |= {"HF_HOME": f"{folder}/home", "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, "-m", "benchmarks.publish", "--child", how, folder]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def child(how: str, folder: str) -> None:
    """Write the files and upload them as `sws publish` does, or upload those by the client."""
    from huggingface_hub import HfApi, constants

    from sws.publishing.files import write_files
    from sws.publishing.tables import Table
    from sws.publishing.upload import Target, upload

    begun, staged = time.monotonic(), Path(folder) / "staged"
    if how == "publish":
        table = Table("augmented", "", AugmentedRow, (Path(folder) / "augmented.json",))
        files = {file.path: file.local for file in write_files(table, staged)}
        upload(Target("dataset", "me/large", True, "round1", "Round 1"), files)
    else:
        constants.HF_HUB_DISABLE_XET = True
        files = {str(path): path for path in staged.rglob("*.parquet")}
        HfApi().create_repo("me/again", repo_type="dataset", private=True)
        HfApi().upload_folder(repo_id="me/again", repo_type="dataset", folder_path=staged)
    print(
        json.dumps(
            {
                "seconds": time.monotonic() - begun,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "bytes": sum(path.stat().st_size for path in files.values()),
            }
        )
    )


if __name__ == "__main__":
    main()
