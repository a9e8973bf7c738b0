"""Artifacts: files, tables with their manifests, the decisions in them, and SQL over them."""

from sws.store.decisions import Decision, Evidence, kept, rejected
from sws.store.files import replacing, sha256_of, write_bytes, write_json, write_text
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
