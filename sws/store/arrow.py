"""The Arrow schema of a table, from the type of its rows."""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import pyarrow as pa

Int32 = Annotated[int, pa.int32()]

_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


@cache
def schema_of(row: type) -> pa.Schema:
    """The Arrow schema of a table, from the type of its rows."""
    hints = get_type_hints(row, include_extras=True)
    return pa.schema([pa.field(name, _arrow(hint)) for name, hint in hints.items()])


def _arrow(hint: Any) -> pa.DataType:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_typeddict(hint):
        return pa.struct(list(schema_of(hint)))
    if get_origin(hint) is Annotated:
        return get_args(hint)[1]
    if get_origin(hint) in (Union, UnionType):
        return _arrow(next(part for part in get_args(hint) if part is not NoneType))
    if get_origin(hint) is list:
        return pa.list_(_arrow(get_args(hint)[0]))
    if get_origin(hint) is dict:
        return pa.map_(*map(_arrow, get_args(hint)))
    raise TypeError(f"no Arrow type for {hint}")
