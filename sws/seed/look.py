"""`sws look SOURCE`: what a file or data set is, the section that reads it, and what it keeps."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sws.config.problems import SeedSet
from sws.errors import SwsError
from sws.progress import track
from sws.seed.outcomes import by_condition
from sws.seed.sources import Source
from sws.sources.batch import Batch
from sws.sources.read import read_batches
from sws.sources.shapes import Block, has_unit_tests, kind_of_value, recognise
from sws.verifiers import open_verifier

SHOWN = 60  # characters of a value


@dataclass(frozen=True)
class Look:
    """What was seen: columns with a kind and three values, the shape, and the fate of rows."""

    source: str
    columns: dict[str, tuple[str, list[str]]]
    shape: str | None
    block: Block | None
    rows: int
    reasons: dict[str, int]
    notes: dict[str, int]
    unknown: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        columns = {name: {"kind": kind, "values": shown} for name, (kind, shown) in
                   self.columns.items()}  # fmt: skip
        return {**vars(self), "columns": columns}


def look(
    source: str,
    *,
    split: str = "train",
    subset: str | None = None,
    revision: str | None = None,
    limit: int | None = 10_000,
    known: Any = None,
) -> Look:
    """Look at a source: at most `limit` rows are decided on (None: all).

    Raises SwsError where it cannot be read or is empty.
    """
    options: Block = {"split": split, "subset": subset, "revision": revision}
    first = next(iter(read_batches(source, **options, limit=2048, key="")), None)
    if first is None:
        raise SwsError(f"{source}: no rows", expected="a file with rows", fix="check the path")
    shape = recognise(first)
    block = shape.block(source) if shape else None
    if block is None:
        tests = {"answer is unit tests: see `sws run-tests`": 0} if has_unit_tests(first) else {}
        return Look(source, _columns(first), None, None, 0, {}, tests, {})
    block |= {name: value for name, value in options.items() if value not in (None, "train")}
    problems = SeedSet.model_validate({**block, "limit": limit})
    reasons, unknown, reader = _decide(problems, known)
    return Look(
        source, _columns(first), shape.name if shape else None, block, reasons.total(),
        dict(reasons.most_common()), dict(reader.notes), dict(unknown.most_common()),
    )  # fmt: skip


def _decide(problems: SeedSet, known: Any) -> tuple[Counter[str], Counter[str], Source]:
    """The fate of every row by itself; duplicates and benchmarks are compared by `sws seed`."""
    reasons: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    source = Source(problems, "seed_set")
    with open_verifier(problems.verifier) as verifier:
        for row in track(source, None, "Looking"):
            reason = row.fault
            if not reason and not verifier.gold_checks_itself(row.answer):
                reason = "answer does not check"
            reasons[reason] += 1
            if known and row.category and not known.find(row.category, problems.map_categories):
                unknown[row.category] += 1
    reasons.update(by_condition(source.left_out))
    return reasons, unknown, source


def _columns(batch: Batch) -> dict[str, tuple[str, list[str]]]:
    rows = list(islice(batch.rows(), 3))
    found = {}
    for name in batch.names():
        values = [row.get(name) for row in rows]
        kinds = list(dict.fromkeys(map(kind_of_value, values)))
        found[name] = " or ".join(kinds), [_short(value) for value in values]
    return found


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def section(block: Block) -> str:
    """The block as YAML."""
    plain = {name: list(value) if isinstance(value, tuple) else value
             for name, value in block.items()}  # fmt: skip
    return str(yaml.safe_dump({"seed_set": plain}, sort_keys=False, allow_unicode=True))


def print_look(seen: Look) -> None:
    """What was seen, for people."""
    console = Console()
    table = Table("column", "kind", "the first three rows", title=Text(seen.source))
    for name, (kind, shown) in seen.columns.items():
        table.add_row(Text(name), Text(kind), Text("\n".join(shown)))
    console.print(table)
    if not seen.block:
        console.print("No column looks like a problem with an answer: name them by columns.")
        for note in seen.notes:
            console.print(note)
        return
    console.print(Text(f"Shape: {seen.shape}\n", "bold"))
    console.print(Text(section(seen.block)))
    kept = seen.reasons.get("", 0)
    console.print(f"{kept:,} of {seen.rows:,} rows would be kept by themselves", highlight=False)
    for reason, count in seen.reasons.items():
        if reason:
            console.print(Text(f"  {count:,} {reason}"))
    for note, count in seen.notes.items():
        console.print(Text(f"  in {count:,} rows {note}"))
    if seen.unknown:
        listed = ", ".join(f"{name} ({count})" for name, count in list(seen.unknown.items())[:12])
        console.print(Text(f"Categories that are not known (map_categories): {listed}"))
