"""How many rows a problem set has, before it is read."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sws.categories import CATEGORIES
from sws.config.problems import Benchmark, ProblemSet

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
    """Rows of a problem set, its `limit` aside; None if unknown (a Hub dataset, a broken file)."""
    if problems.source == "textbook":
        return problems.per_category * len(CATEGORIES)
    if isinstance(problems.source, str) and Path(problems.source).is_file():
        return _rows_of_file(Path(problems.source))
    if not isinstance(problems, Benchmark):
        return None
    name = problems.name.lower()
    return next((rows for part, rows in BENCHMARK_ROWS.items() if part in name), None)


def _rows_of_file(path: Path) -> int | None:
    """Rows of a file; None if it is broken, which its stage reports."""
    if path.suffix == ".parquet":
        try:
            return int(pq.read_metadata(path).num_rows)
        except (OSError, pa.ArrowException):
            return None
    if path.suffix == ".json":
        try:
            return len(json.loads(path.read_bytes()))
        except ValueError:
            pass  # JSON Lines under another name
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip()) - (path.suffix == ".csv")
