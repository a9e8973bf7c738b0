"""The seed set: the user's problems, each with a decision on whether it can be trained on."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from sws.categories import OTHER, normalise_category
from sws.config.problems import SeedSet
from sws.config.schema import Config
from sws.engines import Request, ask, open_engine
from sws.engines.open import sampling_of
from sws.errors import SwsError
from sws.identity import problem_id, seed_for
from sws.progress import track
from sws.prompts import categorize
from sws.prompts.reading import Unread
from sws.seed.sources import TEXTBOOK, SourceRow, read_source
from sws.store import DECISION, TableWriter, kept, read_rows, rejected, write_table
from sws.text import Novelty
from sws.text.novelty import batches
from sws.verify import Verifier

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("text", pa.string()),
        pa.field("answer", pa.string()),
        pa.field("category", pa.string()),
        pa.field("source", pa.string()),
        *DECISION,
    ]
)

Row = dict[str, Any]


def run(config: Config, benchmarks: Path, out: Path, student: Path | None = None) -> None:
    """Write the decision on every row of the source.

    A row needs text, an answer that is graded correct when it is given back, no overlap with a
    benchmark, no earlier row that is the same problem, and a category; where the source names
    none that is known, the categorizer does. Raises SwsError when no row is left.
    """
    decide(config, config.seed_set, "seed_set", benchmarks, out, student)


def bank(config: Config, benchmarks: Path, out: Path) -> None:
    """The same for the problems of `bank`, but that a category may be missing."""
    decide(config, config.bank, "bank", benchmarks, out, categorised=False)


def decide(
    config: Config,
    problems: SeedSet,
    key: str,
    benchmarks: Path,
    out: Path,
    student: Path | None = None,
    *,
    categorised: bool = True,
) -> None:
    """Write the decisions on a problem set; `key` is its place in the configuration."""
    novelty = Novelty(
        read_rows(benchmarks),
        near_duplicate=problems.near_duplicate,
        ngram=config.screening.ngram,
    )
    with tempfile.TemporaryDirectory(prefix="sws-seed-") as folder:
        readable, novel = Path(folder, "readable.json"), Path(folder, "novel.json")
        write_table(readable, SCHEMA, _add(novelty, _read(config, problems, key, benchmarks)))
        novelty.decide()
        write_table(novel, SCHEMA, _decided(novelty, read_rows(readable)))
        categories = _ask_categories(config, novel, student) if categorised else {}
        reasons: Counter[str] = Counter()
        with TableWriter(out, SCHEMA) as writer:
            for row in _categorised(read_rows(novel), categories):
                reasons[row["reason"]] += 1
                writer.add(row)
            if not reasons[""]:
                raise _nothing_kept(problems.source, key, reasons)


def _read(config: Config, problems: SeedSet, key: str, benchmarks: Path) -> Iterator[Row]:
    """The source's rows, each with the decision that it allows by itself."""
    source = problems.source
    exclude: Any = frozenset()
    if source == TEXTBOOK:
        from sws.textbook import keys

        exclude = keys(row["text"] for row in read_rows(benchmarks, ["text"]))
    rows = read_source(problems, key, config.seed, exclude)
    with Verifier() as verifier:
        for row in track(rows, problems.limit, f"Reading {source}"):
            yield {
                "id": problem_id(row.text),
                "text": row.text,
                "answer": row.answer,
                "category": normalise_category(row.category) or row.category,
                "source": source,
                **_by_itself(row, verifier),
            }


def _by_itself(row: SourceRow, verifier: Verifier) -> Row:
    if not row.text:
        return rejected("empty problem", {"row": row.row})
    if not row.answer:
        return rejected("no answer", {"row": row.row})
    if not verifier.gold_checks_itself(row.answer):
        return rejected("answer does not check", {"row": row.row, "answer": row.answer})
    return kept()


def _add(novelty: Novelty, rows: Iterable[Row]) -> Iterator[Row]:
    """Pass the rows on, showing those kept so far to `novelty`."""
    for batch in batches(rows):
        novelty.add([row["text"] for row in batch if row["kept"]])
        yield from batch


def _decided(novelty: Novelty, rows: Iterable[Row]) -> Iterator[Row]:
    number = 0
    for row in rows:
        if row["kept"]:
            row |= novelty.decision(number, row["text"])
            number += 1
        yield row


def _ask_categories(config: Config, rows: Path, student: Path | None) -> dict[str, str]:
    """The category of each kept problem whose source names none; `Other` if it stays unclear."""
    role = config.roles.categorizer

    def questions() -> Iterator[tuple[str, Request]]:
        for row in read_rows(rows, kept_only=True):
            if not normalise_category(row["category"]):
                yield (
                    row["id"],
                    Request(
                        "categorizer",
                        categorize.messages(row["text"]),
                        sampling_of(role),
                        seed_for(config.seed, "categorize", row["id"]),
                        {"problem": row["text"]},
                    ),
                )

    answers: dict[str, str] = {}
    with open_engine(config, "categorizer", student) as seat:
        stream = ask(seat.engine, seat.cache, questions())
        for identity, response in track(stream, None, "Finding missing categories"):
            said = categorize.parse(response.texts[0]) if response.texts else Unread("no answer")
            answers[identity] = OTHER if isinstance(said, Unread) else said
    return answers


def _categorised(rows: Iterable[Row], answers: dict[str, str]) -> Iterator[Row]:
    for row in rows:
        if row["kept"] and row["id"] in answers:
            row["category"] = answers[row["id"]]
        yield row


def _nothing_kept(source: str, key: str, reasons: Counter[str]) -> SwsError:
    counts = "\n".join(f"  - {reason}: {count}" for reason, count in reasons.most_common())
    return SwsError(
        f"{key}: {source} has no problem that can be trained on:\n{counts}",
        expected="problems with checkable answers that no benchmark has",
        fix=f"check {key}.columns in params.yaml, and that the set is not a benchmark itself",
    )
