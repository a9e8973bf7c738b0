"""Precision and recall of the filters, where the textbook knows the truth about a problem."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sws.evaluation.round import Round
from sws.store import read_rows
from sws.text.novelty import EXACT_DUPLICATE, NEAR_DUPLICATE, OVERLAP
from sws.textbook.flaws import FLAWS, UNSOLVABLE
from sws.textbook.truth import truth
from sws.verify import Verifier

Row = dict[str, Any]

#: Rejections that say nothing about a problem's form.
_NOT_NEW = (EXACT_DUPLICATE, NEAR_DUPLICATE, OVERLAP)
#: Flaws visible in the text alone; solvability is left to the judges.
_FORM_FLAWS = frozenset(FLAWS) - {UNSOLVABLE}


@dataclass
class Confusion:
    """A filter's decisions against the truth."""

    good: str  # the meaning of good, in words
    kept_good: int = 0
    kept_bad: int = 0
    rejected_good: int = 0
    rejected_bad: int = 0

    def add(self, kept: bool, good: bool) -> None:
        """Count one decision."""
        name = f"{'kept' if kept else 'rejected'}_{'good' if good else 'bad'}"
        setattr(self, name, getattr(self, name) + 1)

    def as_json(self) -> dict[str, Any]:
        """The counts with precision and recall; None where nothing was kept, or nothing good."""
        return {
            **asdict(self),
            "precision": _share(self.kept_good, self.kept_bad),
            "recall": _share(self.kept_good, self.rejected_good),
        }


def filter_quality(tables: Round) -> dict[str, Any]:
    """Precision and recall of each filter on the problems that the textbook wrote."""
    return {
        "screen": screening(read_rows(tables.screened, ["problem", "kept", "reason"])).as_json(),
        "judge": judging(read_rows(tables.verdicts, ["problem", "kept"])).as_json(),
        "label": labelling(read_rows(tables.labels, ["problem", "answer", "kept"])).as_json(),
    }


def screening(rows: Iterable[Row]) -> Confusion:
    """Did screening keep exactly the well-formed problems? Duplicates and overlaps are ignored."""
    found = Confusion("a readable problem that asks one question with one answer")
    for row in rows:
        if row["reason"].startswith(_NOT_NEW):
            continue
        known = truth(row["problem"])
        if known or not row["problem"]:
            found.add(row["kept"], known is not None and known.flaw not in _FORM_FLAWS)
    return found


def judging(rows: Iterable[Row]) -> Confusion:
    """Did the judges keep exactly what is sound?"""
    found = Confusion("sound: one question, and the facts given determine one answer")
    for row in rows:
        if known := truth(row["problem"]):
            found.add(row["kept"], known.sound)
    return found


def labelling(rows: Iterable[Row]) -> Confusion:
    """Did the vote keep exactly the right labels?"""
    found = Confusion("the label equals the true answer")
    with Verifier() as verifier:
        for row in rows:
            if known := truth(row["problem"]):
                gold, label = known.answer, row["answer"]
                right = gold is not None and label is not None and verifier.equal(gold, label)
                found.add(row["kept"], right is True)
    return found


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
