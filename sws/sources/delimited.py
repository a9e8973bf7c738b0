"""CSV and TSV as spreadsheets save them: the delimiter is found in the header."""

import csv
from collections.abc import Iterator

from sws.errors import SwsError
from sws.sources.batch import Row
from sws.sources.file import File
from sws.sources.text_lines import text_lines

_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 1 << 27


def delimited_rows(file: File) -> Iterator[tuple[int, Row]]:
    """The rows with the number of the line on which each starts.

    Columns without a name (pandas' index, a comma at the end of each line) are left out. Raises
    SwsError, with the line, for a header that names a column twice, another number of fields than
    the header's, an open quote.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    lines = _Lines(text_lines(file))
    header = lines.header()
    if header is None:
        return
    delimiter = _delimiter(header)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader)]
        _check_names(file, lines.first, names)
        lines.start_row()
        for fields in reader:
            if fields and len(fields) != len(names):
                raise csv.Error(f"{len(fields)} fields, not {len(names)} fields as in the header")
            if fields:
                yield lines.first, {n: f for n, f in zip(names, fields, strict=True) if n}
            lines.start_row()
    except csv.Error as error:
        raise SwsError(
            f"{file.path}, {lines.place}: {error}",
            expected=f"fields separated by {delimiter!r}, as many in each row as in the header",
            fix=f'put fields with {delimiter!r} or line breaks in double quotes, and write " in '
            'them as "" (not as \\")',
        ) from None


class _Lines:
    """The lines of a file, which know where the row being read starts and its last quote opens."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._again = lines, ""
        self._number = 0  # of the line read last
        self.first, self._quote = 1, 0  # 0: no quote is open

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._again = self._again or next(self._lines), ""
        self._number += 1
        if line.count('"') % 2:  # "" within a field is two
            self._quote = 0 if self._quote else self._number
        return line

    def header(self) -> str | None:
        """The first line that has text, which is read again as the first row."""
        for line in self._lines:
            if line.strip():
                self._again, self.first = line, self._number + 1
                return line
            self._number += 1
        return None

    def start_row(self) -> None:
        """The next line starts a row."""
        self.first, self._quote = self._number + 1, 0

    @property
    def place(self) -> str:
        """Where the row being read is, and where a quote opens that does not close."""
        place = f"line {self.first}"
        if self._number > self.first:
            place = f"lines {self.first} to {self._number}"
        return f"{place}, where a quote opens on line {self._quote}" if self._quote else place


def _delimiter(header: str) -> str:
    """The delimiter that the header has most often outside quotes; a comma where it has none."""
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda sign: (bare.count(sign), sign == ","))


def _check_names(file: File, line: int, names: list[str]) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise SwsError(
            f"{file.path}, line {line}: the header names {', '.join(map(repr, twice))} twice",
            expected="one column for each name, since only one of them can be meant",
            fix="rename one of them in the header",
        )
