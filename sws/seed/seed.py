"""The seed set: the user's problems, each with a decision on whether it can be trained on."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sws.categories import OTHER, normalise_category
from sws.config.problems import SeedSet
from sws.config.schema import Config
from sws.engines import Request, open_role, sampling_of
from sws.errors import SwsError
from sws.identity import problem_id, seed_for
from sws.progress import track
from sws.prompts import categorize
from sws.prompts.reading import Unread
from sws.schemas import SeedRow, schema_of
from sws.seed.sources import TEXTBOOK, SourceRow, read_source
from sws.store import Decision, TableWriter, kept, read_rows, rejected, write_table
from sws.text import Novelty
from sws.text.novelty import batches
from sws.verifiers import AnswerVerifier, open_verifier

Row = dict[str, Any]


def run(config: Config, benchmarks: Path, student: Path | None, out: Path) -> None:
    """Write the decision on every row of the source.

    A row needs text, an answer that is graded correct when it is given back, no overlap with a
    benchmark, no earlier row that is the same problem, and a category; where the source names
    none that is known, the categorizer does. Raises SwsError when no row is left.
    """
    decide(config, config.seed_set, "seed_set", benchmarks, student, out)


def bank(config: Config, benchmarks: Path, out: Path) -> None:
    """The same for the problems of `bank`, but that a category may be missing."""
    decide(config, config.bank, "bank", benchmarks, None, out, categorised=False)


def decide(
    config: Config,
    problems: SeedSet,
    key: str,
    benchmarks: Path,
    student: Path | None,
    out: Path,
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
        write_table(
            readable, schema_of(SeedRow), _add(novelty, _read(config, problems, key, benchmarks))
        )
        novelty.decide()
        write_table(novel, schema_of(SeedRow), _decided(novelty, read_rows(readable)))
        categories = _ask_categories(config, novel, student) if categorised else {}
        reasons: Counter[str] = Counter()
        with TableWriter(out, schema_of(SeedRow)) as writer:
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

        exclude = keys(row["problem"] for row in read_rows(benchmarks, ["problem"]))
    rows = read_source(problems, key, config.seed, exclude)
    with open_verifier(problems.verifier) as verifier:
        for row in track(rows, problems.limit, f"Reading {source}"):
            yield {
                "problem_id": problem_id(row.text),
                "problem": row.text,
                "answer": row.answer,
                "category": normalise_category(row.category) or row.category,
                "source": source,
                **_by_itself(row, verifier),
            }


def _by_itself(row: SourceRow, verifier: AnswerVerifier) -> Decision:
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
        novelty.add([row["problem"] for row in batch if row["kept"]])
        yield from batch


def _decided(novelty: Novelty, rows: Iterable[Row]) -> Iterator[Row]:
    number = 0
    for row in rows:
        if row["kept"]:
            row |= novelty.decision(number, row["problem"])
            number += 1
        yield row


def _ask_categories(config: Config, rows: Path, student: Path | None) -> dict[str, str]:
    """The category of each kept problem whose source names none; `Other` if it stays unclear."""
    role = config.roles.categorizer

    def requests() -> Iterator[tuple[str, Request]]:
        for row in read_rows(rows, only="kept"):
            if not normalise_category(row["category"]):
                yield (
                    row["problem_id"],
                    Request(
                        "categorizer",
                        categorize.messages(row["problem"]),
                        sampling_of(role),
                        seed_for(config.seed, "categorize", row["problem_id"]),
                        {"problem": row["problem"]},
                    ),
                )

    answers: dict[str, str] = {}
    with open_role(config, "categorizer", student) as client:
        for identity, response in client.ask(requests(), None, "Finding missing categories"):
            said = categorize.parse(response.texts[0]) if response.texts else Unread("no answer")
            answers[identity] = OTHER if isinstance(said, Unread) else said
    return answers


def _categorised(rows: Iterable[Row], answers: dict[str, str]) -> Iterator[Row]:
    for row in rows:
        if row["kept"] and row["problem_id"] in answers:
            row["category"] = answers[row["problem_id"]]
        yield row


def _nothing_kept(source: str, key: str, reasons: Counter[str]) -> SwsError:
    counts = "\n".join(f"  - {reason}: {count}" for reason, count in reasons.most_common())
    return SwsError(
        f"{key}: {source} has no problem that can be trained on:\n{counts}",
        expected="problems with checkable answers that no benchmark has",
        fix=f"check {key}.columns in params.yaml, and that the set is not a benchmark itself",
    )
