"""Screening: rules for candidates, before any model looks at them (SwS, section 3.3).

One job over all shards, because duplicates can be in different ones. Candidates are streamed
twice: to collect hashes, then to write decisions; the texts are never all in memory.
"""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sws.config.filtering import Screening
from sws.config.schema import Config
from sws.embedding import SentenceEmbedder
from sws.errors import SwsError
from sws.filtering.form import Fault, fault_of
from sws.identity import problem_id
from sws.progress import track
from sws.prompts import generate
from sws.prompts.reading import Unread
from sws.schemas import ScreenedRow, schema_of
from sws.store import Decision, count, read_rows, rejected, write_table
from sws.text import Novelty
from sws.text.novelty import batches

Row = dict[str, Any]


def run(
    config: Config,
    candidates: Sequence[Path],
    benchmarks: Path,
    seed_set: Path,
    earlier: Sequence[Path],
    outs: Sequence[Path],
    waves: Sequence[Path] = (),
) -> None:
    """Write one shard of decisions per shard of candidates, in their order.

    The first of a group of duplicates, in the order of the shards, is kept; a problem of the seed
    set, of an `earlier` round's augmented set, or kept in earlier `waves`, counts as a duplicate
    too.
    """
    if len(candidates) != len(outs):
        raise SwsError(
            f"{len(candidates)} shards of candidates for {len(outs)} of decisions",
            expected="equal numbers",
        )
    rules = config.screening
    novelty = Novelty(
        read_rows(benchmarks),
        near_duplicate=rules.near_duplicate,
        ngram=rules.ngram,
        semantic=rules.semantic or 1.0,
        embed=None if rules.semantic is None else SentenceEmbedder(config.roles.embedder),
    )
    novelty.reference(row["problem"] for row in read_rows(seed_set, ["problem"], only="kept"))
    for augmented in earlier:
        novelty.reference(row["problem"] for row in read_rows(augmented, ["problem"]))
    novelty.reference(row["problem"] for row in read_rows(waves, ["problem"], only="kept"))
    well_formed = _gather(novelty, candidates, rules)
    novelty.decide()
    # Both iterators continue from shard to shard.
    formed, numbers = iter(well_formed), itertools.count()
    shards = zip(candidates, outs, strict=True)
    for shard, out in track(shards, len(outs), "Writing decisions, by shard"):
        write_table(out, schema_of(ScreenedRow), _decided(novelty, shard, rules, formed, numbers))


def _gather(novelty: Novelty, candidates: Sequence[Path], rules: Screening) -> bytearray:
    """Add well-formed problems to `novelty`; return 1 or 0 per candidate, well-formed or not."""
    well_formed = bytearray()
    rows = read_rows(candidates, ["completion", "finish_reason"])
    for batch in batches(track(rows, count(candidates), "Comparing candidates")):
        problems = [_problem(row) for row in batch]
        passed = [isinstance(text, str) and not fault_of(text, rules) for text in problems]
        novelty.add([str(text) for text, good in zip(problems, passed, strict=True) if good])
        well_formed.extend(passed)
    return well_formed


def _decided(
    novelty: Novelty, shard: Path, rules: Screening, formed: Iterator[int], numbers: Iterator[int]
) -> Iterator[ScreenedRow]:
    for rows in batches(read_rows(shard)):
        problems = [_problem(row) for row in rows]
        good = list(itertools.islice(formed, len(rows)))
        texts = [str(text) for text, one in zip(problems, good, strict=True) if one]
        placed = list(itertools.islice(numbers, len(texts)))
        decisions = iter(novelty.decisions(placed[0], texts) if placed else ())
        for row, problem, one in zip(rows, problems, good, strict=True):
            yield _row(row, problem, next(decisions) if one else _rejected(problem, rules))


def _rejected(problem: str | Fault, rules: Screening) -> Decision:
    fault = problem if isinstance(problem, Fault) else fault_of(problem, rules)
    assert fault is not None
    return rejected(fault.reason, fault.evidence)


def _row(row: Row, problem: str | Fault, decision: Decision) -> ScreenedRow:
    text = problem if isinstance(problem, str) else ""
    return {
        "problem_id": problem_id(text) if text else row["candidate_id"],
        "candidate_id": row["candidate_id"],
        "blueprint_id": row["blueprint_id"],
        "category": row["category"],
        "concepts": row["concepts"],
        "level": row["level"],
        "problem": text,
        **decision,
    }


def _problem(row: Row) -> str | Fault:
    """The problem that a candidate states, or the reason why it has none."""
    if row["finish_reason"] == "length":
        return Fault("truncated", {"finish_reason": "length"})
    text = generate.parse(row["completion"])
    if isinstance(text, Unread):
        return Fault(
            "no problem found", {"why": text.reason, "finish_reason": row["finish_reason"]}
        )
    return text
