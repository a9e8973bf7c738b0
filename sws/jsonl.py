"""JSON Lines in and out, streaming; a bad line is named by its file and number."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from sws.errors import SwsError

Row = dict[str, Any]
Check = Callable[[Any], bool]


def text(value: object) -> bool:
    """Whether a value is text."""
    return isinstance(value, str)


def text_or_null(value: object) -> bool:
    """Whether a value is text or null."""
    return value is None or isinstance(value, str)


def list_of(check: Check) -> Check:
    """Whether a value is a list of values that all pass the check."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def read_lines(path: str | Path, example: str, **checks: Check) -> Iterator[Row]:
    """The rows of a JSON Lines file ("-": standard input), each with keys that pass the checks.

    Raises SwsError, which shows the `example`, at a line that is none.
    """
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _row(line, f"{path}, line {number}", example, checks)


def write_line(stream: TextIO, row: Row) -> None:
    """One row; ASCII only, so that any terminal and any reader takes it."""
    stream.write(json.dumps(row) + "\n")


@contextmanager
def _open(path: str | Path) -> Iterator[TextIO]:
    if str(path) == "-":
        yield sys.stdin
    elif not Path(path).is_file():
        raise SwsError(f"{path}: no such file", expected="a JSON Lines file", fix="check the path")
    else:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            yield file


def _row(line: str, where: str, example: str, checks: dict[str, Check]) -> Row:
    def fault(what: str) -> SwsError:
        return SwsError(f"{where}: {what}", expected=example, fix="mend or remove that line")

    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise fault(f"not JSON ({error})") from error
    if not isinstance(row, dict):
        raise fault("not a JSON object")
    for key, check in checks.items():
        if key not in row:
            raise fault(f"no key {key!r}")
        if not check(row[key]):
            raise fault(f"{key!r} cannot be {json.dumps(row[key])[:60]}")
    return row
