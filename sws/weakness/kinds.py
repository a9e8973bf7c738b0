"""What `sws failures` is given: a published set, our rollouts, histories, or others' rollouts."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError
from sws.sources.read import read_batches
from sws.store import quoted
from sws.weakness.recorded import LINE

EXPECTED = (
    f"histories, a row for each problem such as {LINE}; or rollouts: what `sws train` writes, or "
    "rows of any trainer with the problem (its id or text), a step or epoch, and a reward"
)
ROLLOUTS = {"run", "problem_id", "epoch", "outcome"}
_LARGEST_MANIFEST = 1 << 20  # bytes


def published_table(file: Path) -> str | None:
    """SQL: the table of a published set's failures; None for anything else."""
    parts = sorted(file.glob("*.parquet")) if file.is_dir() else [file]
    if not parts or parts[0].suffix != ".parquet":
        return None
    try:
        names = set(pq.read_schema(parts[0]).names)
    except (OSError, pa.ArrowException):
        return None  # reported by whoever reads it
    if not {"problem_id", "accuracies"} <= names:
        return None
    return f"read_parquet([{', '.join(quoted(str(part)) for part in parts)}])"


def is_own(file: Path) -> bool:
    """Whether a file is a rollouts table of ours: its Parquet file or its manifest."""
    if file.suffix == ".json" and file.is_file():
        return _is_manifest(file)
    if file.suffix != ".parquet" or not file.is_file():
        return False
    try:
        return set(pq.read_schema(file).names) >= ROLLOUTS
    except (OSError, pa.ArrowException):
        return False  # reported by the reader


def _is_manifest(file: Path) -> bool:
    if file.stat().st_size > _LARGEST_MANIFEST:
        return False
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and {"rows", "schema"} <= content.keys()


def are_histories(source: str) -> bool:
    """Whether the first row of a source has accuracies. Raises SwsError where it has no row."""
    file = Path(source)
    if file.exists() and not (file.is_file() or file.is_dir()):
        return False  # a pipe can be read once only
    try:
        batch = next((one for one in read_batches(source, limit=1, key="") if len(one)), None)
    except SwsError as error:
        if file.suffix != ".json":
            raise
        raise SwsError(
            f"{error.what}: neither a manifest nor rows of histories or rollouts",
            expected=EXPECTED,
            fix="name another file; run its stage again to replace a broken manifest",
        ) from None
    if batch is None:
        raise SwsError(
            f"{source}: no rows, so neither histories nor rollouts",
            expected=EXPECTED,
            fix="check the path, and that the training run has written to it",
        )
    return "accs" in batch.names()
