"""Values out of Arrow's columns, fast for structs and for lists of structs."""

from itertools import pairwise
from typing import Any

import pyarrow as pa

from sws.sources.paths import Parts


def values_at(table: pa.RecordBatch, path: Parts) -> tuple[list[Any], Parts]:
    """What each row has at a path, as far as structs lead, and the rest of the path."""
    index = table.schema.get_field_index(path[0])
    if index < 0:
        return [None] * len(table), ()
    column, rest = table.column(index), path[1:]
    while rest and pa.types.is_struct(column.type):
        at = column.type.get_field_index(rest[0])
        if at < 0:
            break
        # The child, with the nulls of the struct around it.
        column, rest = column.flatten()[at], rest[1:]
    return _python(column), rest


def _python(column: pa.Array) -> list[Any]:
    """`to_pylist`, several times faster for lists of structs such as chats."""
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return list(column.to_pylist())
    if not pa.types.is_struct(kind.value_type):
        return list(column.to_pylist())
    offsets = column.offsets.to_pylist()
    names = [kind.value_type.field(i).name for i in range(kind.value_type.num_fields)]
    start, items = offsets[0], column.flatten()
    fields = [_python(child) for child in items.flatten()]
    whole = [dict(zip(names, values, strict=True)) for values in zip(*fields, strict=True)]
    if column.null_count or items.null_count or len(whole) != offsets[-1] - start:
        return list(column.to_pylist())
    return [whole[a - start : b - start] for a, b in pairwise(offsets)]
