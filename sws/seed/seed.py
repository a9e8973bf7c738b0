"""The seed set: the user's problems, each with a decision on whether it can be trained on."""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sws.categories import OTHER
from sws.config.problems import SeedSet
from sws.config.schema import Config
from sws.engines import Request, open_role, sampling_of
from sws.errors import SwsError
from sws.identity import problem_id, seed_for
from sws.progress import track
from sws.prompts import categorize
from sws.prompts.reading import Unread
from sws.schemas import SeedRow, schema_of
from sws.seed.rows import DIFFERENT, SourceRow
from sws.seed.sources import TEXTBOOK, TEXTBOOK_CODE, Source
from sws.store import Decision, TableWriter, kept, read_rows, rejected, write_table
from sws.text import Novelty
from sws.text.novelty import batches
from sws.verifiers import AnswerVerifier, open_verifier
from sws.verify.golds import ADVICE

log = logging.getLogger(__name__)

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
    source = Source(problems, key, config.seed, _exclude(problems, benchmarks))
    with (
        tempfile.TemporaryDirectory(prefix="sws-seed-") as folder,
        open_verifier(problems.verifier) as verifier,
    ):
        readable, novel = Path(folder, "readable.json"), Path(folder, "novel.json")
        categories = Counted(config, problems)
        write_table(readable, schema_of(SeedRow), _read(source, categories, verifier))
        novelty = _compare(config, problems, source, benchmarks, readable, verifier)
        write_table(novel, schema_of(SeedRow), _decided(novelty, read_rows(readable)))
        categories.report(key, asked=categorised)
        asked = _ask_categories(config, categories, novel, student) if categorised else {}
        reasons: Counter[str] = Counter()
        with TableWriter(out, schema_of(SeedRow)) as writer:
            for row in _categorised(read_rows(novel), asked):
                reasons[row["reason"]] += 1
                writer.add(row)
            if not reasons[""]:
                raise _nothing_kept(problems.title, key, reasons)
    _report(key, reasons)


def _exclude(problems: SeedSet, benchmarks: Path) -> Any:
    """What the textbook must not draw: the benchmarks' problems."""
    if problems.source not in (TEXTBOOK, TEXTBOOK_CODE):
        return frozenset()
    from sws.textbook import keys

    return keys(row["problem"] for row in read_rows(benchmarks, ["problem"]))


class Counted:
    """The categories of a source's rows, those that are not known counted."""

    def __init__(self, config: Config, problems: SeedSet) -> None:
        self._known, self._problems = config.known_categories, problems
        self.unknown: Counter[str] = Counter()

    def of(self, said: str | None) -> str | None:
        """The category in force that a row's own category is, else its own."""
        found = self._known.find(said, self._problems.map_categories)
        if said and not found:
            self.unknown[said] += 1
        if not said or found:
            return found
        return self._problems.map_categories.get(said, said)

    def asked_for(self, category: str | None) -> bool:
        """Whether the categorizer is asked."""
        if category and self._problems.keep_categories:
            return False
        return not self._known.normalise(category)

    def report(self, key: str, *, asked: bool) -> None:
        """Show what is not known, before the categorizer replaces any of it."""
        if not self.unknown:
            return
        shown = ", ".join(f"{name} ({count})" for name, count in self.unknown.most_common(20))
        kept = self._problems.keep_categories or not asked
        fate = (
            "they are kept as they are" if kept else ("the categorizer is asked for these problems")
        )
        log.warning(
            "%s: rows whose category is not in `categories`: %d, namely %s; %s "
            "(%s.map_categories gives them a known name, %s.keep_categories keeps them)",
            key, self.unknown.total(), shown, fate, key, key,
        )  # fmt: skip


def _read(source: Source, categories: Counted, verifier: AnswerVerifier) -> Iterator[SeedRow]:
    """The source's rows, each with the decision that it allows by itself."""
    problems = source.problems
    for row in track(source, problems.limit, f"Reading {problems.title}"):
        yield {
            "problem_id": problem_id(row.text),
            "problem": row.text,
            "answer": row.answer,
            "category": categories.of(row.category),
            "source": problems.title,
            **_by_itself(row, verifier),
        }


def _by_itself(row: SourceRow, verifier: AnswerVerifier) -> Decision:
    if row.fault:
        return rejected(row.fault, {"row": row.row} | ({"shown": row.shown} if row.shown else {}))
    if other := row.disagrees(verifier):
        return rejected(DIFFERENT, {"row": row.row, "answer": row.answer, "other": other})
    if not verifier.gold_checks_itself(row.answer):
        return rejected("answer does not check", {"row": row.row, "answer": row.answer})
    return kept()


def _compare(
    config: Config,
    problems: SeedSet,
    source: Source,
    benchmarks: Path,
    readable: Path,
    verifier: AnswerVerifier,
) -> Novelty:
    """Every row that is good by itself, compared with the benchmarks and with each other."""
    embed = None
    if problems.semantic is not None:
        from sws.embedding import SentenceEmbedder

        embed = SentenceEmbedder(config.roles.embedder)
    held_out = (
        row | {"problem": source.affixes.strip(row["problem"])} for row in read_rows(benchmarks)
    )
    novelty = Novelty(
        held_out,
        near_duplicate=problems.near_duplicate,
        ngram=config.screening.ngram,
        equal=lambda one, other: bool(verifier.equal(one, other)),
        semantic=problems.semantic or 1.0,
        embed=embed,
    )
    columns = ["problem", "answer", "kept"]
    for batch in batches(track(read_rows(readable, columns), source.rows, "Comparing")):
        good = [row for row in batch if row["kept"]]
        novelty.add([row["problem"] for row in good], [row["answer"] for row in good])
    novelty.decide()
    return novelty


def _decided(novelty: Novelty, rows: Iterable[Row]) -> Iterator[Row]:
    number = 0
    for batch in batches(rows):
        good = [row for row in batch if row["kept"]]
        decisions = novelty.decisions(number, [row["problem"] for row in good])
        for row, decision in zip(good, decisions, strict=True):
            row |= decision
        number += len(good)
        yield from batch


def _ask_categories(
    config: Config, categories: Counted, rows: Path, student: Path | None
) -> dict[str, str]:
    """The category of each kept problem whose source names none; `Other` if it stays unclear."""
    role = config.roles.categorizer

    def requests() -> Iterator[tuple[str, Request]]:
        for row in read_rows(rows, only="kept"):
            if categories.asked_for(row["category"]):
                yield (
                    row["problem_id"],
                    Request(
                        "categorizer",
                        categorize.messages(
                            row["problem"], config.categories, config.prompts.categorizer
                        ),
                        sampling_of(role),
                        seed_for(config.seed, "categorize", row["problem_id"]),
                        {"problem": row["problem"]},
                    ),
                )

    answers: dict[str, str] = {}
    with open_role(config, "categorizer", student) as client:
        for identity, response in client.ask(requests(), None, "Finding missing categories"):
            text = response.texts[0] if response.texts else ""
            said = categorize.parse(text, config.categories)
            answers[identity] = OTHER if isinstance(said, Unread) else said
    return answers


def _categorised(rows: Iterable[Row], answers: dict[str, str]) -> Iterator[Row]:
    for row in rows:
        if row["kept"] and row["problem_id"] in answers:
            row["category"] = answers[row["problem_id"]]
        yield row


def _report(key: str, reasons: Counter[str]) -> None:
    left_out = ", ".join(f"{count} {why}" for why, count in reasons.most_common() if why)
    log.info(
        "%s: %d of %d rows kept%s",
        key, reasons[""], reasons.total(), f"; left out: {left_out}" if left_out else "",
    )  # fmt: skip


def _nothing_kept(source: str, key: str, reasons: Counter[str]) -> SwsError:
    counts = "\n".join(
        f"  - {reason}: {count}" + (f" ({ADVICE[reason]})" if reason in ADVICE else "")
        for reason, count in reasons.most_common()
    )
    return SwsError(
        f"{key}: {source} has no problem that can be trained on:\n{counts}",
        expected="problems with checkable answers that no benchmark has",
        fix=f"check {key}.columns in params.yaml, and that the set is not a benchmark itself; "
        "`sws look` shows the columns and their first rows",
    )
