"""Memory and time of `sws publish` with a large augmented set, against a Hub on loopback.

    python -m benchmarks.publish                      # runs `nano` first
    python -m benchmarks.publish --project FOLDER     # a finished one, which is copied
    python -m benchmarks.publish --rows 100000

In a finished project the augmented set is replaced by one of that many rows; the other tables stay
as they are. The command is run whole, in a process of its own, whose peak memory the kernel says:
the checks, the Parquet files, card and metadata, the upload, and once more when nothing changed.
Beside it the Hub's client uploads the same files: what publishing adds to an upload.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sws.schemas import AugmentedRow, schema_of
from sws.store import write_table
from tests.hub import Hub
from tests.workflow.conftest import copy_of_the_project, finish

MOST = 1 << 30  # bytes: the promise
REPO = "me/large"
WORDS = (
    *("find", "the", "sum", "of", "all", "positive", "integers", "n", "such", "that"),
    *("divides", "is", "a", "perfect", "square", "less", "than"),
)
UPLOAD = """
import sys
from huggingface_hub import HfApi, constants
constants.HF_HUB_DISABLE_XET = True
HfApi().create_repo("me/again", repo_type="dataset", private=True)
HfApi().upload_folder(repo_id="me/again", repo_type="dataset", folder_path=sys.argv[1])
"""


def main() -> None:
    """Publish, measure, report; exit with 1 where memory is not bounded."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--project", type=Path, help="a finished project; without it, one is run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Hub(Path(name) / "hub") as hub:
        folder = Path(name) / "project"
        if options.project:
            shutil.copytree(options.project, folder, symlinks=True)
            copy_of_the_project(folder)  # the code of today
        else:
            finish(folder)
        hub.store.tokens["hf_benchmark"] = ("me", True)
        environment = {**os.environ, "HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_benchmark"}
        environment |= {"HF_HOME": f"{name}/home", "HF_HUB_OFFLINE": "0"}
        environment["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        environment["PYTHONPATH"] = str(folder)
        write_table(
            folder / "data/round1/augmented.json", schema_of(AugmentedRow), rows(options.rows)
        )
        settle(folder, environment)
        publish = [sys.executable, "-m", "sws", "publish", "--repo", REPO]
        peak = max(
            measure(what, command, folder, environment)
            for what, command in (
                ("publish", publish),
                ("again, nothing to do", publish),
                ("into a folder", [*publish, "--save", "saved"]),
            )
        )
        for known in (Path(name) / "hub/lfs").iterdir():
            known.unlink()  # so that the client sends everything, too
        upload = [sys.executable, "-c", UPLOAD, "saved"]
        measure("the client's upload", upload, folder, environment)
        sent = sum(path.stat().st_size for path in (folder / "saved").rglob("*") if path.is_file())
        print(f"{options.rows:,} rows of the augmented set, {sent / 1e6:,.0f} MB in all")
    print(f"publishing stays under 1 GiB: {'yes' if peak < MOST else 'NO'}")
    sys.exit(peak >= MOST)


def settle(folder: Path, environment: Mapping[str, str]) -> None:
    """Let the graph take the project for finished and Git for committed, as after a real run."""
    identity = ("-c", "user.name=Me", "-c", "user.email=me@example.org")
    graph = (sys.executable, "-m", "snakemake", "--cores", "1", "--quiet")
    commands: tuple[tuple[str, ...], ...] = (
        (*graph, "--forcerun", "data/config.json", "--until", "config"),
        (*graph, "--touch"),
        ("git", "init", "-q"),
        ("git", "add", "-A"),
        ("git", *identity, "commit", "-q", "--allow-empty", "-m", "The run"),
    )
    for command in commands:
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


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


def measure(name: str, command: list[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Run a command in the project and print what it took; its peak memory in bytes."""
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name}: exit code {process.returncode}")
    used, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
    print(f"{name:22} {time.monotonic() - begun:7.1f} s, {used:6.1f} of processor, "
          f"{peak / 2**20:5,.0f} MiB", flush=True)  # fmt: skip
    return peak


if __name__ == "__main__":
    main()
