"""The held-out benchmarks: students are measured on them and never trained on them."""

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sws.config.problems import Benchmark
from sws.config.schema import Config
from sws.errors import SwsError
from sws.identity import problem_id
from sws.progress import track
from sws.schemas import BenchmarkRow, schema_of
from sws.seed.rows import DIFFERENT
from sws.seed.sources import read_source
from sws.store import TableWriter
from sws.verifiers import Verifiers

log = logging.getLogger(__name__)


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
    left_out: Counter[str] = Counter()
    seen: set[str] = set()
    source = read_source(benchmark, key, config.seed)
    for row in track(source, benchmark.limit, f"Reading {benchmark.name}"):
        identity = problem_id(row.text)
        reason = row.fault or ("met before" if identity in seen else "")
        if not reason and row.spellings:
            reason = DIFFERENT if row.disagrees(verifiers.named(benchmark.verifier)) else ""
        if reason:
            left_out[reason] += 1
            continue
        seen.add(identity)
        yield {
            "problem_id": identity,
            "problem": row.text,
            "answer": row.answer,
            "category": config.known_categories.find(row.category, benchmark.map_categories)
            or row.category,
            "benchmark": benchmark.name,
        }
    if left_out:
        counts = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items()))
        log.warning("benchmark %s: %d rows left out: %s", benchmark.name, left_out.total(), counts)
    if not seen:
        raise SwsError(
            f"{key}: none of the rows of {benchmark.title} can be used",
            expected="rows with a problem and its answer",
            fix=f"check {key}.columns in params.yaml",
        )
