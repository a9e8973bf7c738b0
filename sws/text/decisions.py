"""The report on a file whose rows were decided: counts by reason, and a sample of the pairs."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sws.identity import generator
from sws.text.table import Row, TextTable

#: A run of words in fewer rows is no phrase.
FEW_ROWS = 5


def common_run(runs: Counter[str]) -> Row | None:
    """Of shared runs of words the one that explains most overlaps, as an instruction does."""
    if not runs:
        return None
    (run, rows), total = runs.most_common(1)[0], runs.total()
    return {"ngram": run, "rows": rows, "of": total} if rows >= max(FEW_ROWS, total / 2) else None


class Report:
    """Counts by reason, and `pairs` examples of each reason, drawn by the seed."""

    def __init__(self, table: TextTable, pairs: int, seed: int) -> None:
        self._table, self._size, self._seed = table, pairs, seed
        self.reasons: Counter[str] = Counter()
        self.pairs: dict[str, list[Row]] = {}
        self.rows = 0
        self._runs: Counter[str] = Counter()

    def count(self, decision: Mapping[str, Any], pair: Row) -> None:
        """One row's decision; `pair` is what to show of it."""
        self.rows += 1
        if decision["kept"]:
            return
        reason = decision["reason"]
        self.reasons[reason] += 1
        if run := decision["evidence"].get("ngram"):
            self._runs[run] += 1
        shown = self.pairs.setdefault(reason, [])
        # Vitter's algorithm R: every pair has the same chance to be shown.
        place = len(shown)
        if place >= self._size:
            draw = generator(self._seed, "pairs", reason, self.reasons[reason])
            place = draw.randrange(self.reasons[reason])
        if place < self._size:
            shown[place : place + 1] = [pair]

    def as_json(self) -> Row:
        """The report as JSON values."""
        affixes = self._table.affixes
        return {
            "file": self._table.name,
            "column": self._table.column,
            "rows": self.rows,
            "kept": self.rows - self.reasons.total(),
            "reasons": dict(sorted(self.reasons.items())),
            "instructions": [part for part in (affixes.prefix, affixes.suffix) if part],
            "common_run": common_run(self._runs),
            "pairs": [
                {"reason": reason, **pair}
                for reason in sorted(self.pairs)
                for pair in self.pairs[reason]
            ],
        }
