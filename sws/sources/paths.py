"""Columns by path: `reward_model.ground_truth`, `prompt.0.content`, also inside JSON text."""

import ast
import json
from typing import Any

Parts = tuple[str, ...]

#: Text that is longer is not read as JSON or as a Python value.
LONGEST = 200_000


def parts_of(path: str, names: list[str]) -> Parts:
    """A path in parts; a column whose own name has dots in it comes first.

    The case of a column's name does not count where only one fits.
    """
    pieces = path.split(".")
    for length in range(len(pieces), 0, -1):
        if (name := ".".join(pieces[:length])) in names:
            return (name, *pieces[length:])
    alike = [name for name in names if name.strip().casefold() == pieces[0].strip().casefold()]
    return (alike[0], *pieces[1:]) if len(alike) == 1 else tuple(pieces)


def dig(value: Any, path: Parts) -> Any:
    """The part of a value at a path, through objects, lists and text that holds them, or None."""
    for part in path:
        if isinstance(value, bytes | str):
            value = structure(value)
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list):
            value = _item(value, part)
        else:
            return None
    return value


def _item(values: list[Any], part: str) -> Any:
    if not part.removeprefix("-").isdecimal():
        return None
    index = int(part)
    return values[index] if -len(values) <= index < len(values) else None


def structure(text: str | bytes) -> Any:
    """The object or list that a text holds as JSON or as Python's repr; None where it holds none.

    Total: never raises, never runs anything.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = text.strip()
    if not text or text[0] not in "[{" or text[-1] not in "]}" or len(text) > LONGEST:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        return value if isinstance(value, dict | list) else None
    return None
