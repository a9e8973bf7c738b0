"""What only a card can show, in ten minutes on one; with --cpu in miniature, to try the script.

    python -m benchmarks.gpu [--cpu] [--only PART ...] [--minutes 10] [--out gpu-check.json]

fork: a process may fork after all that comes before vLLM's import. fsdp: one sharded process
against one that is not. resume: killed and resumed. memory: at full length, by completions per
device. headroom: beside a stub of vLLM. spread: bfloat16 against 32 bits, by length. sampler: the
step with vLLM, against vLLM alone. rates: steps a second against bare TRL. Needs no network.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.gpu.parts import PARTS, run_part


def main() -> int:
    """Run the parts, print a table, write JSON; the exit code is 1 if any part failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cpu", action="store_true", help="in miniature, on the CPU")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--minutes", type=float, default=10, help="for all parts together")
    parser.add_argument("--out", type=Path, default=Path("gpu-check.json"))
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(run_part(options.part, options.work, options.cpu)))
        return 0
    if not options.cpu and not has_gpu():
        parser.error("no GPU that torch can use; --cpu runs in miniature (see docs/clusters.md)")
    found = check(options.only, options.cpu, options.minutes * 60, options.out)
    return 0 if all(part["passed"] for part in found["parts"].values()) else 1


def has_gpu() -> bool:
    """Whether torch can use a GPU. Raises SwsError where one is there that it cannot use."""
    import torch

    from sws.gpu_build import check_gpu_build

    check_gpu_build()
    return torch.cuda.is_available()


def check(names: list[str], mini: bool, seconds: float, out: Path) -> dict[str, Any]:
    """Run parts in processes of their own until the time is spent; write what is known so far."""
    found: dict[str, Any] = {"device": "cpu" if mini else device(), "parts": {}}
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as work:
        for name in names:
            left = deadline - time.monotonic()
            part = in_process(name, Path(work), mini, left)
            found["parts"][name] = part
            print(
                f"{name:<10}{'ok' if part['passed'] else 'FAILED':<8}{described(part)}", flush=True
            )
            out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return found


def in_process(name: str, work: Path, mini: bool, seconds: float) -> dict[str, Any]:
    """One part; a crash of its process, or the end of the time, is a finding as well."""
    if seconds <= 0:
        return {"passed": False, "error": "no time left for it"}
    command = [sys.executable, "-m", "benchmarks.gpu", "--part", name, "--work", str(work)]
    command += ["--cpu"] if mini else []
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as started:
        try:
            output, errors = started.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)  # with the jobs that it started
            return {"passed": False, "error": f"stopped after {seconds:.0f} s"}
    if started.returncode:
        return {"passed": False, "error": (errors.strip().splitlines() or ["?"])[-1]}
    part: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return part


def described(part: dict[str, Any]) -> str:
    """The facts of a part, as the table shows them."""
    shown = ((name, value) for name, value in part.items() if name != "passed")
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in shown
    )


def device() -> str:
    """The GPU and the versions that matter."""
    import torch

    memory = torch.cuda.get_device_properties(0).total_memory / 2**30
    name = f"{torch.cuda.get_device_name(0)}, {memory:.0f} GiB"
    return f"{name}, torch {torch.__version__}, CUDA {torch.version.cuda}"


if __name__ == "__main__":
    sys.exit(main())
