"""Tables in which every text begins with what a hostile model or data set would write."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.store import parquet_of, read_manifest

#: Columns whose values are words of the code, not of a model or a data set.
WORDS = {"source", "outcome", "set", "finish_reason", "run"}


def spoil(folder: Path, hostile: str) -> None:
    """Put `hostile` before every text in every column of the tables under a folder."""
    for manifest in folder.rglob("*.json"):
        if parquet_of(manifest).exists():
            table = pq.read_table(parquet_of(manifest))
            columns = [_column(table, name, hostile) for name in table.column_names]
            pq.write_table(pa.table(columns, schema=table.schema), parquet_of(manifest))
            assert read_manifest(manifest)["rows"] == len(table)


def _column(table: pa.Table, name: str, hostile: str) -> Any:
    if name in WORDS:
        return table[name]
    type_ = table.schema.field(name).type
    values = table[name].to_pylist(maps_as_pydicts="strict")
    return pa.array([_spoilt(value, type_, hostile) for value in values], type=type_)


def _spoilt(value: Any, type_: pa.DataType, hostile: str) -> Any:
    """A value with `hostile` before each of its texts, the keys of maps included."""
    if value is None:
        return None
    if pa.types.is_string(type_):
        return hostile + value
    if pa.types.is_list(type_):
        return [_spoilt(one, type_.value_type, hostile) for one in value]
    if pa.types.is_map(type_):
        return {hostile + key: _spoilt(one, type_.item_type, hostile) for key, one in value.items()}
    if pa.types.is_struct(type_):
        return {field.name: _spoilt(value[field.name], field.type, hostile) for field in type_}
    return value


def renamed(value: Any, words: set[str], hostile: str) -> Any:
    """JSON with `hostile` before those of its texts and keys that are among `words`."""
    if isinstance(value, dict):
        return {
            hostile + key if key in words else key: renamed(one, words, hostile)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [renamed(one, words, hostile) for one in value]
    return hostile + value if value in words else value


def words_of_data(summary: dict[str, Any]) -> set[str]:
    """The categories and reasons of a summary: texts that come from data."""
    words = {*summary["augmented"]["synthetic"], *summary["weak_categories"]["failure_ratios"]}
    return words | {reason for stage in summary["funnel"] for reason in stage["reasons"]}
