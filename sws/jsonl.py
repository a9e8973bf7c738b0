"""JSON Lines in and out, streaming; a bad line is named by its file and number."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from sws.errors import SwsError
from sws.progress import track

Row = dict[str, Any]
Check = Callable[[Any], bool]

_FIX = "fix or remove that line"


def text(value: object) -> bool:
    """Whether a value is text."""
    return isinstance(value, str)


def text_or_null(value: object) -> bool:
    """Whether a value is text or null."""
    return value is None or isinstance(value, str)


def list_of(check: Check) -> Check:
    """Whether a value is a list of values that all pass the check."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def read_lines(path: str | Path, example: str, /, **checks: Check) -> Iterator[Row]:
    """The rows of any file ("-": JSON Lines on standard input), with keys that pass the checks.

    Raises SwsError, which shows the `example`, at a line that is none, and where there is no row.
    """
    name, row = "standard input" if str(path) == "-" else str(path), None
    for row in _rows_at(path, name, example, checks):
        yield row
    if row is None:
        raise SwsError(f"{name}: no rows", expected=example, fix="check the path: it is empty")


def _rows_at(
    path: str | Path, name: str, example: str, checks: Mapping[str, Check]
) -> Iterator[Row]:
    if str(path) == "-":
        yield from rows_of(standard_input(), name, example, checks)
    elif is_lines(str(path)):
        with open_text(Path(path)) as file:
            yield from rows_of(file, name, example, checks)
    else:
        yield from _rows_of_source(str(path), example, checks)


def is_lines(path: str) -> bool:
    """Whether a path is read as plain JSON Lines: by its name, or since no other format fits."""
    from sws.sources.file import kind_of
    from sws.sources.locate import is_local

    return (
        kind_of(path) == ("lines", None)
        or not is_local(path)
        or not (kind_of(path) or Path(path).is_dir())
    )


def _rows_of_source(path: str, example: str, checks: Mapping[str, Check]) -> Iterator[Row]:
    """The same of what `sws.sources` reads: Parquet, CSV, compressed files, folders, and more."""
    from sws.sources.read import read_batches

    for batch in read_batches(path, key=""):
        for index, row in enumerate(batch.rows()):
            _check(row, batch.where(index), example, checks)
            yield row


def rows_of(
    lines: Iterable[str], name: str, example: str, checks: Mapping[str, Check]
) -> Iterator[Row]:
    """Like `read_lines`, of lines in memory; `name` says where they come from."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(line, f"{name}, line {number}", example, checks)


def standard_input() -> TextIO:
    """Standard input read as files are, whatever the locale."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        with suppress(io.UnsupportedOperation):  # it was read before, and is at its end
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    return sys.stdin


def write_line(stream: TextIO, row: Row) -> None:
    """One row; ASCII only, so that any terminal and any reader takes it.

    Dates, times and decimals, which JSON lacks, are written as text; of bytes, a TypeError.
    """
    stream.write(_ENCODER.encode(row) + "\n")


def write_lines(stream: TextIO, rows: Iterable[Row], description: str) -> None:
    """All rows, with progress unless they go to a terminal themselves."""
    for row in rows if stream.isatty() else track(rows, None, description):
        write_line(stream, row)


def _as_text(value: object) -> str:
    if isinstance(value, date | time | timedelta | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(default=_as_text)


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """A file or a named pipe; bytes that are no UTF-8 are replaced."""
    if not path.exists():
        raise SwsError(f"{path}: no such file", expected="a JSON Lines file", fix="check the path")
    try:
        file = path.open(encoding="utf-8-sig", errors="replace")
    except OSError as error:  # a folder, or no right to read it
        raise SwsError(f"{path}: {error.strerror}", expected="a JSON Lines file") from None
    with file:
        yield file


def _row(line: str, where: str, example: str, checks: Mapping[str, Check]) -> Row:
    def fault(what: str) -> SwsError:
        return SwsError(f"{where}: {what}", expected=example, fix=_FIX)

    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise fault(f"not JSON ({error})") from error
    if not isinstance(row, dict):
        raise fault("not a JSON object")
    _check(row, where, example, checks)
    return row


def _check(row: Row, where: str, example: str, checks: Mapping[str, Check]) -> None:
    for key, check in checks.items():
        if key not in row:
            raise SwsError(f"{where}: no key {key!r}", expected=example, fix=_FIX)
        if not check(row[key]):
            what = f"{where}: {key!r} cannot be {json.dumps(row[key], default=repr)[:60]}"
            raise SwsError(what, expected=example, fix=_FIX)
