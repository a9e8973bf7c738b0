"""HumanEval's and MBPP's own solutions as rewards: all should be 1, and how fast they are found.

    python -m benchmarks.code_rewards FOLDER [--workers 2] [--limit N]

Problems are read as `staged.code` reads them, and scored by the verifier `code`, confined, each
test in a process of its own. The peer, in the same run, is a plain `subprocess` for each solution
with all of its tests: the same Python, nothing confined, the first failure ends it.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sws.code_rewards.complete import PRELUDE
from sws.config.staged import CodeSet
from sws.parallel import in_order
from sws.seed.sources import Source
from sws.verifiers.code import CodeVerifier, read_tests

Pair = tuple[str, str]  # tests, and a solution
SOURCES: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "HumanEval": ("code_humaneval.jsonl", lambda row: row["prompt"] + row["canonical_solution"]),
    "MBPP": ("code_mbpp_sanitized.jsonl", lambda row: row["code"]),
}
#: What each solution does to its reward, and what it should cost: its wall clock.
HOSTILE = {
    "hangs": "while True: pass",
    "sleeps": "import time; time.sleep(3600)",
    "forks": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "floods": "while True: print('x' * 10**6, flush=True)",
    "allocates": "x = [bytearray(10**8) for _ in range(10**4)]",
}


def pairs(path: Path, solution: Callable[[dict[str, Any]], str], limit: int | None) -> list[Pair]:
    """The tests of every problem, as the code set has them, with the published solution."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    problems = Source(CodeSet(source=str(path)), "code")
    found = zip(problems, rows, strict=True)
    return [(problem.answer, solution(row)) for problem, row in found][:limit]


def confined(given: list[Pair], workers: int, seconds: float) -> list[float]:
    """The rewards by the verifier `code`."""
    verifier = CodeVerifier(seconds, workers)
    return [found.reward for found in verifier.verify_many(given)]


def plain(given: list[Pair], workers: int, seconds: float) -> list[float]:
    """1 where a process of its own ends well, else 0."""

    def run(pair: Pair) -> float:
        tests, solution = pair
        program = "\n".join([PRELUDE, solution, *map(str, read_tests(tests) or ())])
        command = [sys.executable, "-I", "-c", program]
        ended = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        return float(ended.returncode == 0)

    return list(in_order(run, given, workers))


def main() -> None:
    """Run both over every set, then the verifier over solutions that misbehave; print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="with code_humaneval and code_mbpp_sanitized")
    parser.add_argument("--seconds", type=float, default=20, help="for one test")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=int, default=None, help="problems of each set [all]")
    options = parser.parse_args()
    print(f"{'':10} {'rewards':>8} {'of 1.0':>7} {'per s':>7} {'plain per s':>12} {'ratio':>6}")
    full = 0
    for name, (file, solution) in SOURCES.items():
        given = pairs(options.folder / file, solution, options.limit)
        rates = []
        for run in (confined, plain):
            started = time.monotonic()
            found = run(given, options.workers, options.seconds)
            rates.append(len(found) / (time.monotonic() - started))
            full = sum(one == 1.0 for one in found) if run is confined else full
        ratio = rates[0] / rates[1]
        print(
            f"{name:10} {len(given):>8} {full:>7} {rates[0]:>7.1f} {rates[1]:>12.1f} {ratio:>6.2f}"
        )
    verifier = CodeVerifier(2.0)
    print(f"\n{'solution':10} {'reward':>7} {'seconds':>8}   (2 s a test, 6 s in all, 20 tests)")
    for name, program in HOSTILE.items():
        started = time.monotonic()
        found = verifier.verify(json.dumps(["assert True"] * 20), program)
        print(f"{name:10} {found.reward:>7.2f} {time.monotonic() - started:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
