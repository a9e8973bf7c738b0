"""HumanEval's and MBPP's own solutions through the sandbox: all should pass."""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

from sws.code_rewards import Limits, Sandbox, score
from sws.parallel import in_order

Problem = tuple[str, str, list[str]]  # name, solution, tests


def humaneval(path: Path) -> Iterator[Problem]:
    """The problems of a HumanEval file, with their published solutions."""
    for row in map(json.loads, path.open(encoding="utf-8")):
        tests = [f"{row['test']}\ncheck({row['entry_point']})"]
        yield row["task_id"], row["prompt"] + row["canonical_solution"], tests


def mbpp(path: Path) -> Iterator[Problem]:
    """The problems of a sanitized MBPP file, with their published solutions."""
    for row in map(json.loads, path.open(encoding="utf-8")):
        tests = ["\n".join([*row["test_imports"], test]) for test in row["test_list"]]
        yield f"MBPP/{row['task_id']}", row["code"], tests


def main() -> None:
    """Run every solution, print a table and every exception."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with code_humaneval and code_mbpp_sanitized")
    parser.add_argument("--seconds", type=float, default=20, help="for one test")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    sandbox = Sandbox(Limits(seconds=options.seconds))
    sources = {
        "HumanEval": humaneval(options.folder / "code_humaneval.jsonl"),
        "MBPP": mbpp(options.folder / "code_mbpp_sanitized.jsonl"),
    }
    print(f"{'':10} {'solutions':>9} {'pass':>5} {'tests':>6} {'solutions/s':>11}")
    exceptions = []
    for source, problems in sources.items():
        started, full, tests, rows = time.monotonic(), 0, 0, 0
        run = in_order(lambda p: (p[0], score(sandbox, p[1], p[2])), problems, options.workers)
        for name, found in run:
            rows, tests, full = rows + 1, tests + len(found.results), full + (found.reward == 1)
            exceptions += [(name, one) for one in found.results if one.outcome != "passed"]
        rate = rows / (time.monotonic() - started)
        print(f"{source:10} {rows:>9} {full:>5} {tests:>6} {rate:>11.1f}", flush=True)
    for name, one in exceptions:
        print(f"{name}: {one.outcome} {one.detail}")


if __name__ == "__main__":
    main()
