"""Duplicates within a file, and overlap of a file with benchmarks: every row decided, streaming.

Rows come out in order, each with `kept`, `reason` and `evidence`; a report counts them and shows a
sample of the pairs.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from sws.errors import SwsError
from sws.jsonl import write_line
from sws.progress import track
from sws.store import Decision, rejected
from sws.text.affixes import Affixes
from sws.text.contamination import Contamination
from sws.text.decisions import Report
from sws.text.novelty import Novelty, batches
from sws.text.semantic import Embed
from sws.text.table import Row, TextTable
from sws.verify import Verifier
from sws.verify.alternatives import share_one


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
    with Verifier() as verifier:
        novelty = Novelty(
            [], near_duplicate=near_duplicate, ngram=1, semantic=semantic, embed=embed,
            equal=lambda one, other: share_one(one, other, verifier.equal),
        )  # fmt: skip
        for batch in batches(track(table.compared(), None, "Comparing")):
            texts, answers = zip(*batch, strict=True)
            novelty.add(texts, answers if table.answer else ())
        novelty.decide()
        report = Report(table, pairs, seed)
        number = 0
        for items in batches(track(table.items(), None, "Writing")):
            texts = tuple(table.affixes.strip(item.text.strip()) for item in items)
            for item, decision in zip(items, novelty.decisions(number, texts), strict=True):
                original = novelty.original(number)
                decided = _with_row(decision, original)
                pair = {"id": item.row.get("id", number), "text": item.text, "of_row": original}
                report.count(decided, pair | {"evidence": decided["evidence"]})
                _write(out, table, item.row, decided)
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
    affixes = [table.affixes, *(benchmark.affixes for benchmark in benchmarks)]
    held_out = Contamination(
        (row for benchmark in benchmarks for row in _problems(benchmark, affixes)),
        near_duplicate=near_duplicate, ngram=ngram, semantic=semantic, embed=embed,
    )  # fmt: skip
    report = Report(table, pairs, seed)
    names = [str(problem["benchmark"]) for problem in held_out.problems]
    overlaps: Counter[str] = Counter()
    for items in batches(track(table.items(), None, "Comparing with benchmarks")):
        decided = held_out.decide([_bare(item.text, affixes) for item in items])
        for item, (decision, problem) in zip(items, decided, strict=True):
            pair = {"id": item.row.get("id", report.rows), "text": item.text}
            if problem >= 0:
                overlaps[names[problem]] += 1
                pair["of_text"] = held_out.problems[problem]["problem"]
            report.count(decision, pair | {"evidence": decision["evidence"]})
            _write(out, table, item.row, decision)
    counts = {
        name: {"problems": count, "overlapping_rows": overlaps[name]}
        for name, count in Counter(names).items()
    }
    return report.as_json() | {"benchmarks": counts}


def _bare(text: str, affixes: Sequence[Affixes]) -> str:
    """A text without the instructions that this source or that benchmark puts around problems."""
    for one in affixes:
        text = one.strip(text.strip())
    return text


def _with_row(decision: Decision, original: int) -> Row:
    """In a file of the user's, a row is found by its number and not by our id of its text."""
    if decision["kept"]:
        return dict(decision)
    shown = {name: value for name, value in decision["evidence"].items() if name != "of"}
    return dict(rejected(decision["reason"], {"of_row": original, **shown}))


def _with_originals(report: Row, table: TextTable) -> Row:
    texts = table.texts_at({pair["of_row"] for pair in report["pairs"]})
    for pair in report["pairs"]:
        pair["of_text"] = texts[pair["of_row"]]
    return report


def _problems(table: TextTable, affixes: Sequence[Affixes]) -> Iterator[Row]:
    number = -1
    for number, item in enumerate(table.items()):
        yield {
            "benchmark": item.row.get("benchmark") or table.path.stem,
            "problem_id": item.row.get("id", number),
            "problem": _bare(item.text, affixes),
        }
    if number < 0:
        raise SwsError(
            f"{table.name}: a benchmark without rows",
            expected="problems: with none of them nothing overlaps",
            fix="check the path",
        )


def _write(out: TextIO | None, table: TextTable, row: Row, decision: Mapping[str, Any]) -> None:
    if out is None:
        return
    try:
        write_line(out, {**row, **decision})
    except TypeError as error:
        raise SwsError(
            f"{table.name}: a row holds {error}, which JSON cannot",
            expected="text, numbers, dates, and lists or structures of them",
            fix="leave that column out of the file",
        ) from None
