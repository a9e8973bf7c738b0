"""Write an export: streaming, whole or not at all, the same bytes for the same input."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from more_itertools import chunked

from sws.errors import SwsError
from sws.export import rewards
from sws.export.base import Format, Item, Prompt
from sws.export.read import Reader
from sws.progress import track
from sws.store import replacing
from sws.verify.alternatives import has_alternatives

Row = Mapping[str, Any]
_GROUP = 4096
_PLAIN = Prompt()
#: Line ends of Unicode, which some readers of JSON lines take for one.
_LINE_ENDS = str.maketrans({"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True)
class Exported:
    """What came of an export: counts, why rows were dropped, the first row, how to train on it."""

    format: str
    file: str
    rows: int
    written: int
    dropped: dict[str, int]
    first: dict[str, Any]
    usage: str

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


def export(
    style: Format, file: str, out: Path, prompt: Prompt = _PLAIN, **problems: object
) -> Exported:
    """Write the problems of `file` to `out` in a format; `problems` as `Reader` takes them.

    Raises SwsError if `out` has the wrong kind of name, or nothing can be exported: then no file is
    left.
    """
    if out.suffix not in style.suffixes:
        raise SwsError(
            f"{out}: {style.trainer} does not read {out.suffix or 'files without a suffix'}",
            expected=" or ".join(style.suffixes),
            fix=f"--out {out.with_suffix(style.suffixes[0])}",
        )
    reader = Reader(file, dict(problems))
    first: Row = {}
    with replacing(out) as temporary:
        written = 0
        items = track(reader, None, f"Exporting to {style.name}")
        rows = (dict(style.row(item, prompt)) for item in _fitting(items, style, reader))
        write = _parquet if out.suffix == ".parquet" else _lines
        for row in write(temporary, style.schema, rows):
            first = first or row
            written += 1
        if not written:
            raise SwsError(
                f"{file}: none of its {reader.rows:,} rows can be exported "
                f"({_reasons(reader.dropped)})",
                expected="rows with a problem and an answer",
            )
    return Exported(
        style.name, str(out), reader.rows, written, dict(reader.dropped.most_common()), dict(first),
        _usage(style, out),
    )  # fmt: skip


def _fitting(items: Iterable[Item], style: Format, reader: Reader) -> Iterator[Item]:
    """The items whose answers the trainer's reward can take; the others are counted."""
    for item in items:
        if has_alternatives(item.answer) and not style.alternatives:
            reader.dropped[f"several right answers, which {style.trainer} cannot compare"] += 1
        else:
            yield item


def _usage(style: Format, out: Path) -> str:
    names = {
        "{file!r}": repr(str(out)),
        "{kind!r}": repr("parquet" if out.suffix == ".parquet" else "json"),
        "{file}": str(out),
        "{rewards}": str(rewards.__file__),
    }
    text = style.usage
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _reasons(dropped: Counter[str]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in dropped.most_common()) or "no rows"


def _lines(path: Path, _schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> Iterator[Row]:
    """Write JSON lines; yields each row as it is written."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS) + "\n")
            yield row


def _parquet(path: Path, schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> Iterator[Row]:
    """Write Parquet in row groups; yields each row as it is written."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in chunked(rows, _GROUP):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            yield from group
