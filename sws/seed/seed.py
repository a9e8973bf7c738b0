"""The seed set: the user's problems, each with a decision on whether it can be trained on."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sws.config.problems import SeedSet
from sws.config.schema import Config
from sws.identity import problem_id
from sws.progress import track
from sws.schemas import SeedRow, schema_of
from sws.seed.categorise import Counted, ask_categories, with_categories
from sws.seed.outcomes import Outcomes, example
from sws.seed.rows import SourceRow
from sws.seed.sources import TEXTBOOK_CODE, Source
from sws.store import Decision, TableWriter, kept, read_rows, rejected, write_table
from sws.text import Novelty
from sws.text.novelty import batches
from sws.verifiers import AnswerVerifier, open_verifier
from sws.verify.alternatives import differing, share_one
from sws.verify.no_answer import ADVICE

Row = dict[str, Any]

DOES_NOT_CHECK = "answer does not check"


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
        categories = Counted(config.known_categories, problems)
        write_table(readable, schema_of(SeedRow), _read(source, categories, verifier))
        novelty = _compare(config, problems, source, benchmarks, readable, verifier)
        write_table(novel, schema_of(SeedRow), _decided(novelty, read_rows(readable)))
        categories.report(key, asked=categorised)
        asked = ask_categories(config, categories, novel, student) if categorised else {}
        _write(out, with_categories(read_rows(novel), asked), source)


def _write(out: Path, rows: Iterable[Row], source: Source) -> None:
    """The table, and the report on it. Raises SwsError, leaving no table, where no row is kept."""
    outcomes = Outcomes()
    with TableWriter(out, schema_of(SeedRow)) as writer:
        for row in rows:
            reason, evidence = row["reason"], row["evidence"]
            shown = example(row, evidence) if reason else ""
            outcomes.add(reason, shown, evidence.get("ngram", ""))
            writer.add(row)
        outcomes.add_conditions(source.left_out)
        if not outcomes.reasons[""]:
            raise outcomes.refusal(source.key, source.problems.title, "trained on")
    outcomes.report(source.key)


def _exclude(problems: SeedSet, benchmarks: Path) -> Any:
    """What the textbook must not draw: the benchmarks' problems."""
    if not problems.book and problems.source != TEXTBOOK_CODE:
        return frozenset()
    from sws.textbook import keys

    return keys(row["problem"] for row in read_rows(benchmarks, ["problem"]))


def _read(source: Source, categories: Counted, verifier: AnswerVerifier) -> Iterator[SeedRow]:
    """The source's rows, each with the decision that it allows by itself."""
    problems = source.problems
    for row in track(source, problems.limit, f"Reading {problems.title}"):
        yield {
            "problem_id": problem_id(row.text),
            "problem": row.text,
            "answer": differing(row.answer, verifier.equal),
            "category": categories.of(row.category),
            "source": problems.title,
            **_by_itself(row, verifier),
        }


def _by_itself(row: SourceRow, verifier: AnswerVerifier) -> Decision:
    if row.fault:
        evidence = {"row": row.row, "shown": row.shown, "to_do": ADVICE.get(row.fault, "")}
        return rejected(row.fault, {name: value for name, value in evidence.items() if value})
    if not verifier.gold_checks_itself(row.answer):
        return rejected(DOES_NOT_CHECK, {"row": row.row, "answer": row.answer})
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
        equal=lambda one, other: share_one(one, other, verifier.equal),
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
