"""Jobs of the real rules share the GPUs of one machine: Snakemake counts, leases give the devices.

The machine is made up: `nvidia-smi` lists its cards, and `sws` takes the lease of the real verb,
holds it for a second, notes when it ran and on which, and writes empty outputs.
"""

import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SWS = f"""#!{sys.executable}
import json, sys, time
from pathlib import Path
from sws.gpus import lease
verb, name = sys.argv[1:3]
begun = time.time()  # before the lease: a job that waits for it should not have been started
devices = lease(None if verb == "train" else 1)
time.sleep(1)
out = Path(sys.argv[sys.argv.index("--out") + 1])
others = ["metrics.jsonl", "student/student.json"] if verb == "train" else []
for path in [out, out.with_suffix(".parquet"), *(out.parent / other for other in others)]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{{}}")
with open("held.jsonl", "a") as held:
    print(json.dumps([verb, devices, begun, time.time()]), file=held)
"""
#: What `train extended`, `evaluate base` and `evaluate initial` start from.
THERE = (
    "base/student.json",
    "benchmarks.json",
    "seed.json",
    "round1/failures.json",
    "round1/training/initial/student/student.json",
)
WANTED = (
    "data/round1/training/extended/rollouts.json",
    "data/round1/evaluation/base.json",
    "data/round1/evaluation/initial.json",
)


class Held(NamedTuple):
    """A job: when it ran, and the GPUs that it leased."""

    verb: str
    devices: list[str]
    begun: float
    ended: float


def held(folder: Path, cards: int, *options: str) -> list[Held]:
    """Run a training and two evaluations on a machine with this many cards."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "nvidia-smi").write_text("#!/bin/sh\n" + "echo 81559\n" * cards)
    (programs / "sws").write_text(SWS)
    for program in programs.iterdir():
        program.chmod(0o755)
    for name in THERE:
        (folder / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "data" / name).write_text("{}")
    (folder / "params.yaml").write_text("preset: nano\n")
    hidden = {"CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID", "KUBERNETES_SERVICE_HOST", "SWS_GPUS"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    command = ["snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    command += ["--cores", "4", "--allowed-rules", "train", "evaluate", *options, "--", *WANTED]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [Held(*json.loads(line)) for line in (folder / "held.jsonl").open()]


def overlap(one: Held, other: Held) -> bool:
    """Whether two jobs ran at the same time."""
    return one.begun < other.ended and other.begun < one.ended


def test_on_one_gpu_nothing_runs_beside_anything(tmp_path: Path) -> None:
    jobs = held(tmp_path, 1, "--resources", "gpu=1")
    assert sorted(job.verb for job in jobs) == ["evaluate", "evaluate", "train"]
    assert not any(overlap(one, other) for one, other in combinations(jobs, 2))
    assert all(job.devices == ["0"] for job in jobs)


def test_on_two_gpus_evaluations_share_and_training_takes_both(tmp_path: Path) -> None:
    jobs = held(tmp_path, 2, "--resources", "gpu=2")
    training, (one, other) = (
        next(job for job in jobs if job.verb == "train"),
        [job for job in jobs if job.verb == "evaluate"],
    )
    assert overlap(one, other) and one.devices != other.devices
    assert training.devices == ["0", "1"]
    assert not overlap(training, one) and not overlap(training, other)
