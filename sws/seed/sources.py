"""Where problems come from: the textbook, a file, or a dataset of the Hugging Face Hub.

Every source is a stream of rows; nothing but the current batch is in memory (a `.json` array
apart, which is read whole).
"""

import csv
import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sws.config.problems import Columns, ProblemSet
from sws.errors import SwsError
from sws.identity import seed_for
from sws.seed.answers import read_answer
from sws.textbook.book import Key

TEXTBOOK = "textbook"
Rows = Iterator[Mapping[str, Any]]


@dataclass(frozen=True)
class SourceRow:
    """One row as its source has it, from 1; text and answer are '' where there is none."""

    row: int
    text: str
    answer: str
    category: str | None


def read_source(
    problems: ProblemSet, key: str, run_seed: int, exclude: Collection[Key] = frozenset()
) -> Iterator[SourceRow]:
    """Stream a problem set; `key` is its place in params.yaml (`seed_set`), for messages.

    The textbook draws by the run's seed and `key`, and leaves out the problems `exclude`.
    Raises SwsError when the source cannot be found or read, has no rows or lacks a column.
    """
    if problems.source == TEXTBOOK:
        columns = Columns()
        rows = _textbook(problems, seed_for(run_seed, "source", key), exclude)
    else:
        columns = problems.columns
        rows = _checked(_open(problems, key), problems, key)
    number = 0
    for number, row in enumerate(islice(rows, problems.limit), start=1):
        category = row.get(columns.category) if columns.category else None
        yield SourceRow(
            row=number,
            text=_text(row.get(columns.problem)),
            answer=_writable(read_answer(row.get(columns.answer))),
            category=_writable(str(category)).strip() or None if category is not None else None,
        )
    if not number:
        raise SwsError(
            f"{key}: {problems.source} has no rows",
            expected="at least one problem with its answer",
            fix=f"check the file or the split, or change {key}.source in params.yaml",
        )


def _textbook(problems: ProblemSet, seed: int, exclude: Collection[Key]) -> Rows:
    from sws.categories import CATEGORIES
    from sws.textbook import pages

    for category in CATEGORIES:
        levels = problems.category_levels.get(category, problems.levels)
        units = problems.units_per_category
        for page in pages(seed, problems.per_category, levels, (category,), exclude, units):
            yield {"problem": page.text, "answer": page.answer, "category": page.category}


def _text(value: object) -> str:
    """The problem's text as written, but for line ends and space around it."""
    return _writable(value).replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _writable(text: str) -> str:
    """The text with U+FFFD for half a character, which JSON can hold and no file of ours."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _checked(rows: Rows, problems: ProblemSet, key: str) -> Rows:
    """Rows whose first one has the configured columns."""
    first = next(rows, None)
    if first is None:
        return
    columns, there = problems.columns, [str(name) for name in first]
    wanted = {"problem": columns.problem, "answer": columns.answer}
    if columns.category is not None and columns.category != Columns().category:
        wanted["category"] = columns.category  # only the default may be absent
    for role, name in wanted.items():
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1, cutoff=0.4)
            guess = f" (perhaps to {near[0]})" if near else ""
            raise SwsError(
                f"{key}: {problems.source} has no column {name!r}",
                expected=f"the column that holds the {role}; there are: {', '.join(there)}",
                fix=f"set {key}.columns.{role} in params.yaml{guess}",
            )
    yield first
    yield from rows


def _open(problems: ProblemSet, key: str) -> Rows:
    path = Path(problems.source)
    readers = {
        ".parquet": _parquet,
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".json": _json,
        ".csv": _csv,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        if path.is_file():
            raise SwsError(
                f"{key}: {path} is not a kind of file that can be read",
                expected=f"a name that ends in {', '.join(readers)}",
                fix=f"convert the file, or change {key}.source in params.yaml",
            )
        return _hub(problems, key)
    if not path.is_file():
        raise SwsError(
            f"{key}: {path}: there is no such file",
            expected="a path from the folder the command runs in, or an absolute one",
            fix=f"change {key}.source in params.yaml",
        )
    try:
        with path.open("rb"):
            return reader(path)
    except OSError as error:
        raise SwsError(f"{key}: {path} cannot be read ({error})") from None


def _parquet(path: Path) -> Rows:
    try:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=1024):
            yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise SwsError(
            f"{path}: the Parquet file is broken ({error})",
            fix="download or write it again; its size may tell whether it was cut off",
        ) from None


def _json_lines(path: Path) -> Rows:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _json_row(path, f"line {number}", line)


def _json_row(path: Path, place: str, text: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _bad_row(path, place, f"not JSON ({error})") from None
    return _object(path, place, row)


def _json(path: Path) -> Rows:
    """One array of objects, or JSON lines under another name."""
    with path.open("rb") as stream:
        start = stream.read(4096).decode("utf-8-sig", "replace").lstrip()
    if not start.startswith("["):
        yield from _json_lines(path)
        return
    try:
        rows = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _bad_row(path, "the array", f"not JSON ({error})") from None
    for number, row in enumerate(rows, start=1):
        yield _object(path, f"item {number}", row)


def _object(path: Path, place: str, row: object) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise _bad_row(path, place, f"not an object but {json.dumps(row)[:40]}")
    return row


def _bad_row(path: Path, place: str, what: str) -> SwsError:
    return SwsError(
        f"{path}, {place}: {what}",
        expected='an object such as {"problem": "What is 2 + 2?", "answer": "4"}',
        fix="mend or delete it",
    )


def _csv(path: Path) -> Rows:
    csv.field_size_limit(1 << 27)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    raise csv.Error(f"not {len(reader.fieldnames or ())} fields")
                yield row
        except (csv.Error, UnicodeDecodeError) as error:
            raise SwsError(
                f"{path}, line {reader.reader.line_num}: {error}",
                expected="comma-separated fields in UTF-8, as many in each row as in the header",
                fix='put fields with commas or line breaks in double quotes, and write " as ""',
            ) from None


def _hub(problems: ProblemSet, key: str) -> Rows:
    """A dataset by its id, or a local folder of data files, streamed."""
    from datasets import load_dataset

    try:
        rows: Iterable[Mapping[str, Any]] = load_dataset(
            problems.source,
            name=problems.subset,
            split=problems.split,
            revision=problems.revision,
            streaming=True,
        )
        yield from rows
    except Exception as error:  # the library raises its own, HTTP, Arrow and plain OS errors
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise SwsError(
            f"{key}: the dataset {problems.source} cannot be read: {lines[0]}",
            expected="a file, or the id of a dataset on the Hub with this split and subset "
            f"(split {problems.split}, subset {problems.subset or 'none given'})",
            fix=f"check {key}.source, .subset, .split and .revision in params.yaml; a private or "
            "gated dataset needs HF_TOKEN in the environment",
        ) from error
