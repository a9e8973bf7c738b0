"""Precision and recall of the judge and label stages against the truth, beside a plain reading.

    cd PROJECT; python -m benchmarks.filters [--round 1]

PROJECT is a finished run on the textbook, which knows every true answer. The same completions are
read twice: as this project does, and plainly. Plainly, the last of the words perfect, acceptable
and bad is a verdict; the most frequent string is the label, "None" for samples without a box
included, as in the published code of SwS; Math-Verify as documented decides whether it is right.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from math_verify import parse, verify

from sws.config import load
from sws.config.schema import Config
from sws.engines import open_role
from sws.evaluation.quality import Confusion, judging, labelling
from sws.filtering.labels import requests
from sws.filtering.verdicts import KEEP_RULES
from sws.store import read_rows
from sws.textbook.truth import truth

_VERDICT = re.compile(r"perfect|acceptable|bad", re.IGNORECASE)
_BOX = re.compile(r"\\boxed\{(.*)\}")


def plain_judging(folder: Path, config: Config) -> Confusion:
    """The last verdict word of a completion decides; bad if there is no such word."""
    judges = list(config.roles.judges)
    ratings = {
        judge: {
            row["problem_id"]: (_VERDICT.findall(row["completion"].lower()) or ["bad"])[-1]
            for row in read_rows(sorted(folder.glob(f"ratings/{judge}/*.json")))
        }
        for judge in judges
    }
    rule = KEEP_RULES[config.verdicts.keep]

    def rows() -> Iterator[dict]:
        for row in read_rows(
            sorted(folder.glob("screened/*.json")), ["problem_id", "problem", "kept"]
        ):
            if row["kept"]:
                verdicts = [ratings[judge][row["problem_id"]] for judge in judges]
                yield {"problem": row["problem"], "kept": not rule(verdicts, config.verdicts)}

    return judging(rows())


def plain_labelling(folder: Path, config: Config) -> Confusion:
    """The most frequent string is the label."""
    found = Confusion("the label equals the true answer")
    with open_role(config, "labeler") as client:
        for shard in sorted(folder.glob("verdicts/*.json")):
            for row, response in client.ask(requests(config, shard), None, "Reading"):
                boxes = [_BOX.findall(text) for text in response.texts]
                votes = Counter(box[-1] if box else "None" for box in boxes)
                label, count = votes.most_common(1)[0]
                if known := truth(row["problem"]):
                    gold = known.answer
                    right = gold is not None and verify(parse(f"${gold}$"), parse(f"${label}$"))
                    found.add(count / len(boxes) >= config.labels.min_share, bool(right))
    return found


def main() -> None:
    """Print precision and recall of both readings."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--round", type=int, default=1)
    folder = Path(f"data/round{parser.parse_args().round}")
    config = load()
    columns = ["problem", "answer", "kept"]
    readings = {
        "judges, plain": plain_judging(folder, config),
        "judges": judging(read_rows(sorted(folder.glob("verdicts/*.json")), columns[::2])),
        "labels, plain": plain_labelling(folder, config),
        "labels": labelling(read_rows(sorted(folder.glob("labels/*.json")), columns)),
    }
    for name, found in readings.items():
        print(f"{name:14} {json.dumps(found.as_json() | {'good': found.good})}")


if __name__ == "__main__":
    main()
