"""Verified pairs and voted problems per second, beside a plain loop of Math-Verify.

FILE holds JSON lines {gold, answers: [...]}. Both sides get the same rows in the same run. CPU
seconds (of all processes) are given too, for machines that do other work. --memory N runs N pairs,
cycling through the file, and prints the peak memory.
"""

import argparse
import io
import itertools
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from math_verify import parse, verify

from sws.verify import Verifier
from sws.verify.vote import vote_file


def plain_verify(rows: list[dict]) -> None:
    """Every answer against its gold, which is parsed once, as Math-Verify's README shows."""
    for row in rows:
        gold = parse(f"${row['gold']}$")
        for answer in row["answers"]:
            verify(gold, parse(f"${answer}$"))


def plain_vote(rows: list[dict]) -> None:
    """Every answer against a representative of each group so far."""
    for row in rows:
        groups: list[list] = []
        for answer in row["answers"]:
            parsed = parse(f"${answer}$")
            for group in groups:
                if verify(group[0], parsed):
                    group.append(parsed)
                    break
            else:
                groups.append([parsed])


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.monotonic(), cpu_seconds()
    work()
    return time.monotonic() - wall, cpu_seconds() - cpu


def cpu_seconds() -> float:
    """Of this process and of its children that ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=300, help="problems, drawn by a fixed seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--memory", type=int, default=0, metavar="N")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row.get("normalisation_ok", True)]
    rows = random.Random(0).sample(rows, min(options.rows, len(rows)))
    pairs = [(row["gold"], answer) for row in rows for answer in row["answers"]]
    if options.memory:
        memory(pairs, options.memory, options.workers)
    else:
        compare(rows, pairs, options.workers)


def compare(rows: list[dict], pairs: list[tuple[str, str]], workers: int) -> None:
    """The table of both sides."""

    def verify_all() -> None:
        with Verifier(workers=workers) as verifier:
            for _ in verifier.check_many(pairs):
                pass

    def vote_all() -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps({"answers": row["answers"]}) + "\n" for row in rows)
            file.flush()
            vote_file(file.name, io.StringIO(), workers)

    print(f"{len(rows)} problems, {len(pairs)} pairs; starting the workers is included")
    print(f"{'':28} {'wall s':>8} {'CPU s':>8} {'per s':>9} {'times':>7} {'CPU times':>9}")
    # The plain loops last: what they leave in memory slows down whatever follows.
    times = [measured(work) for work in (verify_all, vote_all)]
    plain = [measured(lambda work=work: work(rows)) for work in (plain_verify, plain_vote)]
    for unit, count, fast, slow in zip(
        ("pairs", "problems"), (len(pairs), len(rows)), times, plain, strict=True
    ):
        for name, (wall, cpu) in (("plain Math-Verify", slow), ("this project", fast)):
            ratios = f"{slow[0] / wall:>7.1f} {slow[1] / cpu:>9.1f}"
            print(f"{name + ', ' + unit:28} {wall:>8.1f} {cpu:>8.1f} {count / wall:>9.1f} {ratios}")


def memory(pairs: list[tuple[str, str]], count: int, workers: int) -> None:
    """The peak memory over a number of pairs."""
    with Verifier(workers=workers) as verifier:
        for _ in verifier.check_many(itertools.islice(itertools.cycle(pairs), count)):
            pass
    peaks = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    mine, worker = (usage.ru_maxrss / 1024 for usage in peaks)
    print(f"{count} pairs: peak {mine:.0f} MiB here, {worker:.0f} MiB in a worker")


if __name__ == "__main__":
    main()
