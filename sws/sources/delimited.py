"""CSV and TSV as spreadsheets save them: the delimiter is found in the header."""

import csv
from collections.abc import Iterator

from sws.errors import SwsError
from sws.sources.batch import Row
from sws.sources.locate import File
from sws.sources.text_lines import text_lines

_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 1 << 27


def delimited_rows(file: File) -> Iterator[tuple[int, Row]]:
    """The rows with the number of the line on which each ends.

    Columns without a name (pandas' index, a comma at the end of each line) are left out. Raises
    SwsError, with the line, for a header that names a column twice, another number of fields than
    the header's, an open quote.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    lines = text_lines(file)
    header = next((line for line in lines if line.strip()), None)
    if header is None:
        return
    delimiter = _delimiter(header)
    reader = csv.reader(_again(header, lines), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader)]
        _check_names(file, names)
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(names):
                raise csv.Error(f"{len(fields)} fields, not {len(names)} fields as in the header")
            yield reader.line_num, {n: f for n, f in zip(names, fields, strict=True) if n}
    except csv.Error as error:
        raise SwsError(
            f"{file.path}, line {reader.line_num}: {error}",
            expected=f"fields separated by {delimiter!r}, as many in each row as in the header",
            fix=f'put fields with {delimiter!r} or line breaks in double quotes, and write " in '
            'them as "" (not as \\")',
        ) from None


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str) -> str:
    """The delimiter that the header has most often outside quotes; a comma where it has none."""
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda sign: (bare.count(sign), sign == ","))


def _check_names(file: File, names: list[str]) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise SwsError(
            f"{file.path}, line 1: the header names {', '.join(map(repr, twice))} twice",
            expected="one column for each name, since only one of them can be meant",
            fix="rename one of them in the header",
        )
