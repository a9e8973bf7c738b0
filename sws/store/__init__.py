"""Artifacts: files, tables with their manifests, the decisions in them, and SQL over them.

What needs Arrow or DuckDB is imported when it is first used: decisions about rows of a text file
need neither.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sws.store.decisions import Decision, Evidence, kept, rejected
from sws.store.files import replacing, sha256_of, write_bytes, write_json, write_text

if TYPE_CHECKING:
    from sws.store.sql import arrow_batches, database, quoted, sql_tables, stream
    from sws.store.tables import (
        checked_parquet,
        count,
        count_where,
        parquet_of,
        read_manifest,
        read_rows,
    )
    from sws.store.writing import TableWriter, write_table

__all__ = [
    "Decision",
    "Evidence",
    "TableWriter",
    "arrow_batches",
    "checked_parquet",
    "count",
    "count_where",
    "database",
    "kept",
    "parquet_of",
    "quoted",
    "read_manifest",
    "read_rows",
    "rejected",
    "replacing",
    "sha256_of",
    "sql_tables",
    "stream",
    "write_bytes",
    "write_json",
    "write_table",
    "write_text",
]


def __getattr__(name: str) -> Any:
    """The names above that are not here yet, from the module that has them."""
    if name in __all__:
        for module in ("tables", "writing", "sql"):
            if hasattr(found := import_module(f"{__name__}.{module}"), name):
                return getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
