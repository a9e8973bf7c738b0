"""The accuracy of labels after each filter, where the textbook knows the answers (SwS, Table 6)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sws.categories import CATEGORIES
from sws.evaluation.round import Round
from sws.evaluation.show import in_order
from sws.store import read_rows
from sws.textbook.truth import truth
from sws.verify import Verifier

PASS, VOTE, SHARE, STUDENT = (
    "one sample",
    "self-consistency",
    "vote share",
    "student agreement",
)


@dataclass
class Step:
    """The problems that pass one filter, by category, and how many labels are correct."""

    problems: Counter[str] = field(default_factory=Counter)
    right: float = 0.0

    def add(self, category: str, right: float) -> None:
        """Count one problem; `right` is a share of samples, or 0 or 1 for a label."""
        self.problems[category] += 1
        self.right += right


def label_accuracy(tables: Round, agreement: float) -> list[dict[str, Any]]:
    """A row per filter, each on top of the one before: problems, accuracy, retained shares.

    The accuracy is that of one sample of the labeler, then of the voted label of all problems, of
    those whose vote share was enough, and of those whose label the student gives in a share of at
    least `agreement` of its solutions. Only problems with a true answer count.
    """
    agrees = {
        row["problem_id"]
        for row in read_rows(tables.difficulty, ["problem_id", "accuracy", "n_samples"])
        if row["n_samples"] and row["accuracy"] >= agreement
    }
    steps = {name: Step() for name in (PASS, VOTE, SHARE, STUDENT)}
    columns = ["problem_id", "problem", "category", "answer", "groups", "n_samples", "kept"]
    with Verifier() as verifier:
        for row in read_rows(tables.labels, columns):
            known = truth(row["problem"])
            if known is None or known.answer is None or not row["n_samples"]:
                continue
            category = row["category"]
            votes = {
                group["answer"]: group["votes"]
                for group in row["groups"]
                if verifier.equal(known.answer, group["answer"])
            }
            right = float(row["answer"] in votes)
            steps[PASS].add(category, sum(votes.values()) / row["n_samples"])
            steps[VOTE].add(category, right)
            if row["kept"]:
                steps[SHARE].add(category, right)
                if row["problem_id"] in agrees:
                    steps[STUDENT].add(category, right)
    return [_as_json(name, step, steps[PASS]) for name, step in steps.items()]


def _as_json(name: str, step: Step, before: Step) -> dict[str, Any]:
    problems = step.problems.total()
    return {
        "filter": name,
        "problems": problems,
        "accuracy": step.right / problems if problems else None,
        "retained": {
            category: step.problems[category] / count
            for category, count in in_order(before.problems, CATEGORIES).items()
        },
    }
