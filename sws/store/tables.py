"""Reading artifacts: immutable Parquet tables, each named by the small manifest beside it.

`labels/00.json` (rows, schema, sha256) stands for `labels/00.parquet`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.errors import SwsError

_REMAKE = "delete {manifest} and run its stage again, or `dvc checkout` it"


def parquet_of(manifest: Path | str) -> Path:
    """The table beside a manifest."""
    return Path(manifest).with_suffix(".parquet")


def read_manifest(manifest: Path | str) -> dict[str, Any]:
    """The content of a manifest: rows, schema, sha256."""
    path = Path(manifest)
    if path.suffix == ".parquet" or path.is_dir():
        raise SwsError(
            f"{path}: {'a folder' if path.is_dir() else 'a table'}, not a manifest",
            expected="the .json beside a table",
            fix=f"give {path.with_suffix('.json')}" if path.suffix == ".parquet" else "",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SwsError(
            f"{path}: not found", expected="an artifact", fix="run the stage that writes it"
        ) from None
    except ValueError as error:
        raise SwsError(
            f"{path}: not a manifest ({error})", fix="delete it and run its stage again"
        ) from None
    if not isinstance(content, dict) or "rows" not in content:
        raise SwsError(f"{path}: not a manifest", expected="JSON with rows, schema and sha256")
    return content


def count(manifests: Iterable[Path | str]) -> int:
    """Rows over all the tables, from their manifests."""
    return sum(int(read_manifest(manifest)["rows"]) for manifest in manifests)


def count_where(manifests: Path | str | Iterable[Path | str], only: str = "kept") -> int:
    """Rows whose Boolean column `only` is true, over all the tables; reads that column alone."""
    return sum(1 for _ in read_rows(manifests, [only], only=only))


def checked_parquet(manifest: Path | str) -> Path:
    """The table that a manifest names, checked to exist and to have as many rows as it says.

    Raises SwsError otherwise, so that a truncated table is detected before it is read.
    """
    said = int(read_manifest(manifest)["rows"])
    path = parquet_of(manifest)
    fix = _REMAKE.format(manifest=manifest)
    try:
        found = pq.read_metadata(path).num_rows
    except FileNotFoundError:
        raise SwsError(f"{path}: the table is missing", fix=fix) from None
    except (OSError, pa.ArrowException) as error:
        raise SwsError(f"{path}: the Parquet file is corrupt ({error})", fix=fix) from None
    if found != said:
        raise SwsError(f"{path}: {found} rows", expected=f"{said}, as its manifest says", fix=fix)
    return path


def read_rows(
    manifests: Path | str | Iterable[Path | str],
    columns: Sequence[str] | None = None,
    *,
    only: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Stream the rows of one or more tables in order.

    With `only`, the rows in which that Boolean column (`kept`, for example) is true. Raises
    SwsError if a table is missing, damaged, of another stage, or of an earlier version.
    """
    if isinstance(manifests, Path | str):
        manifests = [manifests]
    for manifest in manifests:
        path = checked_parquet(manifest)
        for batch in _batches(manifest, path, columns, [only] if only else []):
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                if only is None or row[only]:
                    yield row


def _batches(
    manifest: Path | str, path: Path, columns: Sequence[str] | None, needed: list[str]
) -> Iterator[pa.RecordBatch]:
    """A table's rows in Arrow. Raises SwsError if a column is missing or the data is corrupt."""
    try:
        with pq.ParquetFile(path) as table:
            there = table.schema_arrow.names
            if missing := sorted({*(columns or []), *needed} - set(there)):
                earlier = "id" in there and any(name.endswith("_id") for name in missing)
                raise SwsError(
                    f"{path}: no column {', '.join(missing)}; it has {', '.join(there)}",
                    expected="a table of the stage before, as the rule in rules/ names it",
                    fix=f"written by an earlier version of sws; {_REMAKE.format(manifest=manifest)}"
                    if earlier
                    else "check which table is named: it is another stage's",
                )
            wanted = None if columns is None else list(dict.fromkeys([*columns, *needed]))
            yield from table.iter_batches(batch_size=4096, columns=wanted)
    except (OSError, pa.ArrowException) as error:
        raise SwsError(
            f"{path}: the Parquet file is corrupt ({error})", fix=_REMAKE.format(manifest=manifest)
        ) from None
