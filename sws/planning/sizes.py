"""How many rows a problem set has, before it is read."""

from pathlib import Path

from sws.config.problems import Benchmark, ProblemSet
from sws.errors import SwsError
from sws.sources.count import count_rows

#: The paper's seed set; assumed if the size of a Hub dataset is unknown.
HUB_ROWS = 12_000
#: Sizes of the paper's benchmarks, by a part of their names.
BENCHMARK_ROWS = {
    "gsm8k": 1319,
    "math": 500,
    "minerva": 272,
    "olympiad": 675,
    "gaokao": 385,
    "amc": 40,
    "aime": 30,
}


def rows_of(problems: ProblemSet) -> int | None:
    """Rows of a problem set, its `limit` and `where` aside; None if unknown.

    That is a data set of the Hub, or a file that cannot be read, which its stage reports.
    """
    if problems.book:
        return problems.per_category * len(problems.book)
    sources = [problems.source] if isinstance(problems.source, str) else problems.source
    if all(Path(source).expanduser().exists() for source in sources):
        try:
            return count_rows(sources, split=problems.split)
        except SwsError:
            return None
    if not isinstance(problems, Benchmark):
        return None
    name = problems.name.lower()
    return next((rows for part, rows in BENCHMARK_ROWS.items() if part in name), None)
