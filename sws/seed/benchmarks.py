"""The held-out benchmarks: students are measured on them and never trained on them."""

import logging
from collections.abc import Iterator
from pathlib import Path

from sws.config.problems import Benchmark
from sws.config.schema import Config
from sws.identity import problem_id
from sws.progress import track
from sws.schemas import BenchmarkRow, schema_of
from sws.seed.categorise import Counted
from sws.seed.outcomes import Outcomes, example
from sws.seed.sources import Source
from sws.store import TableWriter
from sws.verifiers import Verifiers
from sws.verify.alternatives import differing, has_alternatives

log = logging.getLogger(__name__)

MET = "met before"


def run(config: Config, out: Path) -> None:
    """Write every problem of every benchmark; `category` is null where the source has none.

    Rows that cannot be measured on (no text, no answer, a problem met before in the same
    benchmark) are left out with a warning, since they change what a score means.
    """
    with TableWriter(out, schema_of(BenchmarkRow)) as writer, Verifiers() as verifiers:
        for index, benchmark in enumerate(config.benchmarks):
            writer.add_all(_rows(config, benchmark, f"benchmarks.{index}", verifiers))


def _rows(
    config: Config, benchmark: Benchmark, key: str, verifiers: Verifiers
) -> Iterator[BenchmarkRow]:
    outcomes, categories = Outcomes(), Counted(config.known_categories, benchmark)
    seen: set[str] = set()
    source = Source(benchmark, key, config.seed)
    for row in track(source, benchmark.limit, f"Reading {benchmark.name}"):
        identity = problem_id(row.text)
        reason = row.fault or (MET if identity in seen else "")
        shown = {"row": row.row, "shown": row.shown}
        outcomes.add(reason, example({"problem": row.text}, shown) if reason else "")
        if reason:
            continue
        seen.add(identity)
        answer = row.answer
        if has_alternatives(answer):
            answer = differing(answer, verifiers.named(benchmark.verifier).equal)
        yield {
            "problem_id": identity,
            "problem": row.text,
            "answer": answer,
            "category": categories.of(row.category),
            "benchmark": benchmark.name,
        }
    categories.report_unused(key)
    outcomes.add_conditions(source.left_out)
    if not seen:
        raise outcomes.refusal(key, benchmark.title, "measured on")
    if outcomes.left_out:
        total = outcomes.reasons.total() - outcomes.reasons[""]
        log.warning("benchmark %s: %d rows left out: %s", benchmark.name, total, outcomes.left_out)
