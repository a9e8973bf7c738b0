"""The failure set of a training run that somebody else made, from its log of rollouts.

    python examples/failures_from_rollouts.py                    # a made-up log of 400 problems
    python examples/failures_from_rollouts.py my_rollouts.jsonl  # your trainer's

Most trainers can log a line per rollout: which problem, in which epoch, and its reward. One query
turns these into the accuracy history of every problem; `sws failures` takes the problems that
training does not help with (SwS, Eq. 4) and says how weak each category is, which is what the
budget of new problems follows.
"""

import argparse
import json
import random
import subprocess
import tempfile
from pathlib import Path

import duckdb

LEARNED = {"Algebra": 0.9, "Geometry": 0.35, "Number Theory": 0.6}  # share that can be learned
HISTORIES = """
    SELECT id, mode(subject) AS category, list(accuracy ORDER BY epoch) AS accs
    FROM (
        SELECT problem AS id, subject, epoch, avg((reward > 0.5)::INTEGER) AS accuracy
        FROM read_json('{rollouts}') GROUP BY ALL
    )
    GROUP BY id ORDER BY id
"""
FAILED = "SELECT problem_id, category, accuracies, best, slope FROM '{table}' WHERE failed"


def main() -> None:
    """Make the histories, and have them judged."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "rollouts", nargs="?", type=Path, help="JSON lines with problem, subject, epoch, reward"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("failed.jsonl"), help="the failed problems"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rollouts = options.rollouts or make_up(folder / "rollouts.jsonl")
        histories, table = folder / "histories.jsonl", folder / "failures.json"
        save(HISTORIES.format(rollouts=rollouts), histories)
        subprocess.run(["sws", "failures", str(histories)], check=True)
        subprocess.run(["sws", "failures", str(histories), "--out", str(table)], check=True)
        save(FAILED.format(table=table.with_suffix(".parquet")), options.out)
    print(f"The failed problems, with their histories: {options.out}")


def save(query: str, file: Path) -> None:
    """Write the rows of a query as JSON lines."""
    duckdb.execute(f"COPY ({query}) TO '{file}' (FORMAT json)")


def make_up(file: Path, problems: int = 400, epochs: int = 6, samples: int = 8) -> Path:
    """A log as a trainer writes it: some problems are known, some learned, some never solved."""
    rng = random.Random(1)
    with file.open("w", encoding="utf-8") as lines:
        for number in range(problems):
            subject = rng.choice(sorted(LEARNED))
            ability, slope = rng.choice([(0.0, 0.0), (0.1, 0.12), (0.7, 0.05)])
            if rng.random() > LEARNED[subject]:
                ability, slope = 0.0, 0.0
            for epoch in range(epochs):
                for _ in range(samples):
                    reward = float(rng.random() < ability + slope * epoch)
                    row = {"problem": f"p{number:03d}", "subject": subject, "epoch": epoch}
                    lines.write(json.dumps({**row, "reward": reward}) + "\n")
    return file


if __name__ == "__main__":
    main()
