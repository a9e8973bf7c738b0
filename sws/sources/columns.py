"""Values out of Arrow's columns, fast for structs and for lists of structs."""

from collections.abc import Collection
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sws.sources.paths import Parts


def values_at(table: pa.RecordBatch, path: Parts) -> tuple[list[Any], Parts]:
    """What each row has at a path, as far as structs lead, and the rest of the path."""
    found = column_at(table, path)
    return (_python(found[0]), found[1]) if found else ([None] * len(table), ())


def column_at(table: pa.RecordBatch, path: Parts) -> tuple[pa.Array, Parts] | None:
    """The column that holds a path, as deep as structs go, and the rest of the path."""
    index = table.schema.get_field_index(path[0])
    if index < 0:
        return None
    column, rest = table.column(index), path[1:]
    while rest and pa.types.is_struct(column.type):
        at = column.type.get_field_index(rest[0])
        if at < 0:
            break
        # The child, with the nulls of the struct around it.
        column, rest = column.flatten()[at], rest[1:]
    return column, rest


def single_turns(column: pa.Array, users: Collection[str]) -> list[str] | None:
    """What the user says where every chat is one turn of the user; None where it is not so."""
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or column.null_count:
        return None
    turns = column.flatten()
    names = {kind.value_type.field(i).name for i in range(kind.value_type.num_fields)} if (
        pa.types.is_struct(kind.value_type)) else set()  # fmt: skip
    if not {"role", "content"} <= names or turns.null_count or len(turns) != len(column):
        return None
    if not pc.all(pc.equal(pc.list_value_length(column), 1)).as_py():
        return None
    roles, content = (pc.struct_field(turns, name) for name in ("role", "content"))
    asked = {str(role).lower() for role in roles.unique().to_pylist()} <= set(users)
    whole = pa.types.is_string(content.type) and not content.null_count
    return list(content.to_pylist()) if asked and whole else None


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
