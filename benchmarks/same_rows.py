"""Whether two projects hold the same rows: after a change that should alter none.

    python -m benchmarks.same_rows BEFORE AFTER [--renamed id=problem_id ...]

BEFORE and AFTER are folders of finished runs. Every table of BEFORE is compared with its namesake,
row by row and in order; a column that was renamed counts as the same. Exits with 1 on a difference.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def rows(path: Path, renamed: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of a table, by the columns' present names."""
    for batch in pq.ParquetFile(path).iter_batches():
        for row in batch.to_pylist(maps_as_pydicts="strict"):
            yield {renamed.get(name, name): value for name, value in row.items()}


def differences(before: Path, after: Path, renamed: Mapping[str, str]) -> Iterator[str]:
    """A line for each table that is missing or differs, with the first row and its columns."""
    for path in sorted(before.glob("data/**/*.parquet")):
        name = path.relative_to(before)
        if not (after / name).exists():
            yield f"{name}: missing"
            continue
        old, new = list(rows(path, renamed)), list(rows(after / name, {}))
        if old != new:
            pairs = enumerate(zip(old, new, strict=False))
            place, (one, other) = next(
                ((n, pair) for n, pair in pairs if pair[0] != pair[1]), (0, ({}, {}))
            )
            columns = sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
            yield f"{name}: {len(old)} and {len(new)} rows; row {place}: {', '.join(columns)}"


def main() -> None:
    """Print the tables that differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--renamed", nargs="*", default=[], metavar="OLD=NEW")
    given = parser.parse_args()
    renamed = dict(pair.split("=", 1) for pair in given.renamed)
    found = list(differences(given.before, given.after, renamed))
    print("\n".join(found) or "the same rows in every table")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
