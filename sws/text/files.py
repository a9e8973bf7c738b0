"""Duplicates within a file, and overlap of a file with benchmarks: every row decided, streaming.

Rows come out in order, each with `kept`, `reason` and `evidence`; a report counts them and shows a
sample of the pairs.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

from sws.errors import SwsError
from sws.identity import generator
from sws.jsonl import write_line
from sws.progress import track
from sws.store import rejected
from sws.text.contamination import Contamination
from sws.text.novelty import Novelty, batches
from sws.text.semantic import Embed, SemanticIndex
from sws.text.shingles import hashed
from sws.text.table import Row, TextTable

SEMANTIC_DUPLICATE = "semantic duplicate"


class Report:
    """Counts by reason, and `pairs` examples of each reason, drawn by the seed."""

    def __init__(self, table: TextTable, pairs: int, seed: int) -> None:
        self._table, self._size, self._seed = table, pairs, seed
        self.reasons: Counter[str] = Counter()
        self.pairs: dict[str, list[Row]] = {}
        self.rows = 0

    def count(self, decision: Row, pair: Row) -> None:
        """One row's decision; `pair` is what to show of it."""
        self.rows += 1
        if decision["kept"]:
            return
        reason = decision["reason"]
        self.reasons[reason] += 1
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
        return {
            "file": self._table.name,
            "column": self._table.column,
            "rows": self.rows,
            "kept": self.rows - self.reasons.total(),
            "reasons": dict(sorted(self.reasons.items())),
            "pairs": [
                {"reason": reason, **pair}
                for reason in sorted(self.pairs)
                for pair in self.pairs[reason]
            ],
        }


def dedup(
    table: TextTable,
    out: TextIO | None,
    *,
    near_duplicate: float,
    semantic: float = 1.0,
    embed: Embed | None = None,
    pairs: int = 5,
    seed: int = 0,
) -> Row:
    """Decide which rows repeat an earlier one; returns the report.

    The file is read twice: once to gather hashes, once to write every row with its decision; its
    evidence names the row that it repeats by its number from 0. With `embed` the rows left over are
    compared by meaning too.
    """
    novelty = Novelty([], near_duplicate=near_duplicate, ngram=1)
    for batch in batches(track(table.texts(), None, "Comparing")):
        novelty.add(batch)
    novelty.decide()
    report = Report(table, pairs, seed)
    meanings = SemanticIndex(embed, semantic) if embed else None
    number = 0
    for rows in batches(track(table.rows(), None, "Writing")):
        texts = [row[table.column] for row in rows]
        decided: list[Row] = [
            dict(novelty.decision(number + i, text)) for i, text in enumerate(texts)
        ]
        originals = [novelty.original(number + i) for i in range(len(rows))]
        for decision, original in zip(decided, originals, strict=True):
            _name_the_row(decision, original)
        if meanings:
            _by_meaning(meanings, texts, decided, originals, number)
        for row, decision, original in zip(rows, decided, originals, strict=True):
            pair = {"id": row.get("id", number), "text": row[table.column], "of_row": original}
            report.count(decision, pair | {"evidence": decision["evidence"]})
            _write(out, table, row, decision)
            number += 1
    return _with_originals(report.as_json(), table)


def decontaminate(
    table: TextTable,
    benchmarks: Sequence[TextTable],
    out: TextIO | None,
    *,
    near_duplicate: float,
    ngram: int,
    semantic: float = 1.0,
    embed: Embed | None = None,
    pairs: int = 5,
    seed: int = 0,
) -> Row:
    """Decide which rows overlap a benchmark, in one pass; returns the report, with counts for each.

    A benchmark is named by its rows' `benchmark`, else by its file.
    """
    held_out = Contamination(
        (row for benchmark in benchmarks for row in _problems(benchmark)),
        near_duplicate=near_duplicate,
        ngram=ngram,
        semantic=semantic,
        embed=embed,
    )
    report = Report(table, pairs, seed)
    names = [str(problem["benchmark"]) for problem in held_out.problems]
    overlaps: Counter[str] = Counter()
    for rows in batches(track(table.rows(), None, "Comparing with benchmarks")):
        decided = held_out.decide([row[table.column] for row in rows])
        for row, decision in zip(rows, decided, strict=True):
            pair = {"id": row.get("id", report.rows), "text": row[table.column]}
            if (problem := decision.pop("problem")) >= 0:
                overlaps[names[problem]] += 1
                pair["of_text"] = held_out.problems[problem]["text"]
            report.count(decision, pair | {"evidence": decision["evidence"]})
            _write(out, table, row, decision)
    counts = {
        name: {"problems": count, "overlapping_rows": overlaps[name]}
        for name, count in Counter(names).items()
    }
    return report.as_json() | {"benchmarks": counts}


def _by_meaning(
    meanings: SemanticIndex,
    texts: Sequence[str],
    decided: list[Row],
    originals: list[int],
    number: int,
) -> None:
    """Decide by meaning on what is left of a batch, which starts at row `number`."""
    left = [i for i, decision in enumerate(decided) if decision["kept"]]
    chosen = [texts[i] for i in left]
    found = meanings.find_or_add(chosen, hashed(chosen).numbers(), [number + i for i in left])
    for i, (original, cosine) in zip(left, found, strict=True):
        if original >= 0:
            shown = {"of_row": original, "cosine": round(cosine, 4)}
            decided[i], originals[i] = dict(rejected(SEMANTIC_DUPLICATE, shown)), original


def _name_the_row(decision: Row, original: int) -> None:
    """In a file of the user's, a row is found by its number and not by our id of its text."""
    if not decision["kept"]:
        shown = dict(decision["evidence"])
        del shown["of"]
        decision.update(rejected(decision["reason"], {"of_row": original, **shown}))


def _with_originals(report: Row, table: TextTable) -> Row:
    texts = table.texts_at({pair["of_row"] for pair in report["pairs"]})
    for pair in report["pairs"]:
        pair["of_text"] = texts[pair["of_row"]]
    return report


def _problems(table: TextTable) -> Iterator[Row]:
    number = -1
    for number, row in enumerate(table.rows()):
        name = row.get("benchmark") or table.path.stem
        yield {"benchmark": name, "id": row.get("id", number), "text": row[table.column]}
    if number < 0:
        raise SwsError(
            f"{table.name}: a benchmark without rows",
            expected="problems: with none of them nothing overlaps",
            fix="check the path",
        )


def _write(out: TextIO | None, table: TextTable, row: Row, decision: Row) -> None:
    if out is None:
        return
    try:
        write_line(out, row | decision)
    except TypeError as error:
        raise SwsError(
            f"{table.name}: a row holds {error}, which JSON cannot",
            expected="text, numbers, dates, and lists or structures of them",
            fix="leave that column out of the file",
        ) from None
