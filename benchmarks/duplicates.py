"""Time and memory of `sws dedup` and `sws decontaminate` on synthetic candidates.

Each text is some 40 words of a Zipf-like vocabulary with three numbers; 5 % repeat an earlier text
word for word, 5 % with one word changed, and 0.1 % contain a held-out text whole.
"""

import argparse
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

EXACT, NEAR, COPIED = 0.05, 0.05, 0.001


def candidates(count: int, held_out: list[str]) -> Iterator[tuple[str, str]]:
    """(kind, text) of each candidate."""
    draw = random.Random(7)
    syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre", "wi"]
    vocabulary = ["".join(word) for word in itertools.product(syllables, repeat=3)]
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    recent: deque[str] = deque(maxlen=5000)
    for number in range(count):
        chance = draw.random()
        text = " ".join(draw.choices(vocabulary, cum_weights=weights, k=draw.randint(25, 55)))
        text = f"{text} {draw.randint(1, 99)} and {draw.randint(1, 999)}, {number}."
        kind = "new"
        if recent and chance < EXACT:
            kind, text = "exact", draw.choice(recent)
        elif recent and chance < EXACT + NEAR:
            words = draw.choice(recent).split()
            words[len(words) // 2] = "replaced"
            kind, text = "near", " ".join(words)
        elif held_out and chance > 1 - COPIED:
            kind, text = "copied", f"Consider this. {draw.choice(held_out)}"
        else:
            recent.append(text)
        yield kind, text


def measured(arguments: list[str]) -> tuple[float, float, dict]:
    """Seconds and CPU seconds of a `sws` command, and its report."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", "from sws.cli import main; main()", *arguments, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, cpu, json.loads(done.stdout)


def main() -> None:
    """Write the candidates, run both verbs on them, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--against", type=Path, nargs="*", default=[], help="benchmark files")
    options = parser.parse_args()
    held_out = []
    for path in options.against:
        rows = map(json.loads, path.open(encoding="utf-8"))
        held_out += [row.get("problem") or row["text"] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidates.jsonl"
        made = dict.fromkeys(("new", "exact", "near", "copied"), 0)
        with path.open("w", encoding="utf-8") as stream:
            for kind, text in candidates(options.rows, held_out):
                made[kind] += 1
                stream.write(json.dumps({"text": text}) + "\n")
        print(f"made {made}")
        out = ["--out", str(Path(folder) / "decided.jsonl")]
        print(f"{'':14} {'rows':>10} {'seconds':>8} {'CPU s':>7} {'peak MiB':>9}  found")
        commands = {"dedup": ["dedup", str(path), *out]}
        if options.against:
            flags = [flag for name in options.against for flag in ("--against", str(name))]
            commands["decontaminate"] = ["decontaminate", str(path), *flags, *out]
        for name, command in commands.items():
            seconds, cpu, report = measured(command)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            found = report["reasons"]
            if "benchmarks" in report:
                found = sum(found.values())
            counts = f"{report['rows']:>10,} {seconds:>8.1f} {cpu:>7.1f} {peak:>9.0f}"
            print(f"{name:14} {counts}  {found}")


if __name__ == "__main__":
    main()
