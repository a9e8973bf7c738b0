"""Accuracy of single samples against the voted answer, by model, and of the labels that are kept.

FILE holds JSON lines {gold, answers: [...], model} (several samples of one model), or {gold,
samples: [{model, pred}]} (one sample of each of several models, which then vote together). A label
is kept when its vote share is at least 0.5.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sws.verify import Verifier
from sws.verify.vote import vote

MIN_SHARE = 0.5


@dataclass
class Tally:
    """Sums over problems."""

    problems: int = 0
    single: float = 0.0
    voted: int = 0
    kept: int = 0
    kept_right: int = 0
    models: Counter[str] = field(default_factory=Counter)


def problems(path: Path, rows: int) -> Iterator[tuple[str, str, list[str | None], list[str]]]:
    """(who votes, gold, answers, the model of each answer)."""
    with path.open(encoding="utf-8") as file:
        found = [row for row in map(json.loads, file) if row.get("normalisation_ok", True)]
    for row in random.Random(0).sample(found, min(rows or len(found), len(found))):
        if "samples" in row:
            models = [sample["model"] for sample in row["samples"]]
            yield "together", row["gold"], [one["pred"] for one in row["samples"]], models
        else:
            yield row["model"], row["gold"], row["answers"], [row["model"]] * len(row["answers"])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=0, help="problems; 0: all")
    options = parser.parse_args()
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    with Verifier() as verifier:
        for voters, gold, answers, models in problems(options.file, options.rows):
            right = [verifier.check(gold, answer).outcome == "correct" for answer in answers]
            found = vote(answers, verifier.equal, verifier.parses)
            good = verifier.check(gold, found.label).outcome == "correct"
            for name in (voters, "all"):
                tally = tallies[name]
                tally.problems += 1
                tally.single += sum(right) / len(right) if right else 0.0
                tally.voted += good
                tally.kept += found.share >= MIN_SHARE
                tally.kept_right += good and found.share >= MIN_SHARE
                tally.models.update(m for m, ok in zip(models, right, strict=True) if ok)
    print(f"{'':32} {'problems':>8} {'single':>7} {'voted':>7} {'kept':>7} {'kept right':>10}")
    for name, tally in sorted(tallies.items(), key=lambda item: (item[0] == "all", item[0])):
        right_of_kept = tally.kept_right / tally.kept if tally.kept else 0.0
        shares = (tally.single, tally.voted, tally.kept)
        line = " ".join(f"{share / tally.problems:>7.2%}" for share in shares)
        print(f"{name:32} {tally.problems:>8} {line} {right_of_kept:>10.2%}")
    if "together" in tallies:
        for model, count in sorted(tallies["together"].models.items()):
            print(
                f"  {model:30} {tallies['all'].problems:>8} {count / tallies['all'].problems:>7.2%}"
            )


if __name__ == "__main__":
    main()
