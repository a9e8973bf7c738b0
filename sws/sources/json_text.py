"""JSON as people save it: lines, one array, an object around the array, an object of columns."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sws.errors import SwsError
from sws.sources.batch import Row
from sws.sources.file import File
from sws.sources.text_lines import text_blocks, text_lines

EXAMPLE = '{"problem": "What is 2 + 2?", "answer": "4"}'
#: Under these names an object has its rows.
_WRAPPERS = ("data", "rows", "train", "examples", "items", "instances", "problems", "questions")
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
_SHOWN = 20  # characters of what is no JSON
Numbered = Iterator[tuple[int, Row]]


def json_lines(file: File) -> Numbered:
    """The rows of JSON Lines with their line numbers."""
    for number, line in enumerate(text_lines(file), start=1):
        if line.strip():
            yield number, _read(file, f"line {number}", line)


def array_items(file: File) -> tuple[str, Numbered]:
    """What a .json file holds, and what its rows are called: items or lines.

    An array is streamed; an object is read whole.
    """
    blocks = (block.lstrip() for block in text_blocks(file))
    opening = next((block[0] for block in blocks if block), "")
    if opening == "[":
        return "item", _array(file)
    if opening == "{" and not _is_lines(file):
        return "item", _wrapped(file)
    return "line", json_lines(file)


def _is_lines(file: File) -> bool:
    """Whether the first line is an object by itself, and there are more."""
    lines = (line for line in text_lines(file) if line.strip())
    try:
        whole = isinstance(json.loads(next(lines)), dict)
    except (ValueError, RecursionError):
        return False
    return whole and next(lines, None) is not None


def _array(file: File) -> Numbered:
    """The items of an array one by one; no more than an item and a block of text is in memory."""
    blocks = text_blocks(file)
    text = next(stripped for block in blocks if (stripped := block.lstrip()))
    at, number = 1, 0
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] == "]":
            return
        fault = "the array does not end"
        value: Any = None
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            end, fault = len(text), _not_json(error) if text[at:] else fault
        if end < len(text) or isinstance(value, dict | list):  # a number may go on further down
            number += 1
            yield number, _object(file, f"item {number}", value)
            at = end
            continue
        more = _block(blocks, len(text) - at)
        if not more:
            raise _bad(file, f"item {number + 1}", fault)
        text, at = text[at:] + more, 0


def _block(blocks: Iterator[str], size: int) -> str:
    """More text: at least as much as there is, so that a long item is not read again and again."""
    parts, length = [], 0
    for block in blocks:
        parts.append(block)
        length += len(block)
        if length >= size:
            break
    return "".join(parts)


def _wrapped(file: File) -> Numbered:
    """An object around the array of rows, or an object of columns; or a single row."""
    text = "".join(text_lines(file))
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(file, _line_of(error), _not_json(error)) from None
    for number, row in enumerate(_rows_in(value), start=1):
        if isinstance(row, dict) and set(row) >= {"row_idx", "row"}:  # the Hub viewer's
            row = row["row"]
        yield number, _object(file, f"item {number}", row)


def _rows_in(value: dict[str, Any]) -> list[Any]:
    for name in _WRAPPERS:
        rows = value.get(name)
        if isinstance(rows, list) and rows and isinstance(rows[0], dict | list):
            return rows
    lists = [list(part.values()) if isinstance(part, dict) else part for part in value.values()]
    if lists and all(isinstance(part, list) for part in lists) and len(set(map(len, lists))) == 1:
        return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
    return [value]


def _line_of(error: Exception) -> str:
    return f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "the object"


def _not_json(error: Exception) -> str:
    """What is wrong and at which text: the decoder's own line counts within what it was given."""
    if not isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error})"
    near = " ".join(error.doc[error.pos : error.pos + _SHOWN].split()) or "the end"
    return f"not JSON ({error.msg.rstrip(': ')}: {near})"


def _read(file: File, place: str, line: str) -> Row:
    try:
        return _object(file, place, json.loads(line))
    except (ValueError, RecursionError) as error:
        raise _bad(file, place, _not_json(error)) from None


def _object(file: File, place: str, value: Any) -> Row:
    """A row; of a list (a chat, say) the items by their number."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return {str(index): item for index, item in enumerate(value)}
    shown = json.dumps(value)[:40]
    raise _bad(file, place, f"not an object but {shown}")


def _bad(file: File, place: str, what: str) -> SwsError:
    hint = "write every backslash of LaTeX twice in JSON; " if "escape" in what else ""
    return SwsError(
        f"{file.path}, {place}: {what}",
        expected=f"an object such as {EXAMPLE}"
        + (", and ] after the last one" if "does not end" in what else ""),
        fix=f"{hint}write the file again, which was cut off"
        if "does not end" in what
        else f"{hint}fix or remove {'it' if hint else place}",
    )
