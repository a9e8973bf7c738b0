"""Reading problems: every source gives the same rows, and bad ones say what to do."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sws.categories import PRIMER
from sws.config import load
from sws.config.problems import ProblemSet
from sws.errors import SwsError
from sws.seed.rows import SourceRow
from sws.seed.sources import Source
from sws.textbook import keys

ROWS: list[dict[str, Any]] = [
    {"problem": "What is 2 + 2?", "answer": "4", "category": "Prealgebra"},
    {"problem": 'A line, "quoted"\nand broken', "answer": "x", "category": None},
    {"problem": None, "answer": "5", "category": "Algebra"},
    {"problem": "What is 3 + 3?", "answer": None, "category": "Algebra"},
]
READ = [
    SourceRow(1, "What is 2 + 2?", "4", "Prealgebra"),
    SourceRow(2, 'A line, "quoted"\nand broken', "x", None),
    SourceRow(3, "", "5", "Algebra", "empty problem"),
    SourceRow(4, "What is 3 + 3?", "", "Algebra", "no answer"),
]


def read(source: Path | str, **settings: Any) -> list[SourceRow]:
    return list(Source(ProblemSet(source=str(source), **settings), "seed_set", 1))


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(rows, indent=1))
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    else:
        import csv

        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize("suffix", ["parquet", "jsonl", "json", "csv"])
def test_every_format_gives_the_same_rows(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"problems.{suffix}", ROWS)
    assert read(path) == READ
    assert read(path, limit=2) == READ[:2]


def test_a_folder_of_data_files_is_a_dataset(tmp_path: Path) -> None:
    write(tmp_path / "train.parquet", ROWS)
    assert read(tmp_path) == READ


def test_columns_are_mapped_and_the_category_may_be_absent(tmp_path: Path) -> None:
    path = write(tmp_path / "problems.jsonl", [{"question": "Q: 1 + 1?", "gold": 2}])
    columns = {"problem": "question", "answer": "gold"}
    assert read(path, columns=columns) == [SourceRow(1, "Q: 1 + 1?", "2", None)]
    with pytest.raises(SwsError, match=r"columns\.category"):
        read(path, columns={**columns, "category": "subject"})


def test_the_textbook_gives_other_problems_for_another_key_and_excludes() -> None:
    source = ProblemSet(source="textbook", per_category=3, levels=(1, 2))
    first = list(Source(source, "seed_set", 1))
    assert len(first) == 21
    assert first == list(Source(source, "seed_set", 1))
    assert first != list(Source(source, "seed_set", 2))
    excluded = keys(row.text for row in first)
    other = list(Source(source, "seed_set", 1, excluded))
    assert not keys(row.text for row in other) & excluded


def test_a_missing_column_names_those_there_are_and_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path / "problems.parquet", [{"problems": "1 + 1?", "answer": "2"}])
    with pytest.raises(SwsError) as error:
        read(path)
    text = str(error.value)
    assert "'problem'" in text and "problems, answer" in text
    assert "seed_set.columns.problem" in text and "perhaps to problems" in text


@pytest.mark.parametrize(
    ("verdict", "there"),
    [
        ({"truth": "2", "style": "rule"}, "reward_model has: truth, style"),
        (json.dumps({"truth": "2"}), "reward_model has: truth"),
        (["2", "3"], "reward_model has: 0, 1"),
        ("2", "reward_model has no parts"),
        (2, "reward_model has no parts"),
    ],
)
def test_a_wrong_path_names_what_is_inside_the_column(
    tmp_path: Path, verdict: Any, there: str
) -> None:
    path = write(tmp_path / "a.jsonl", [{"problem": "1 + 1?", "reward_model": verdict}])
    with pytest.raises(SwsError, match=r"no column 'reward_model\.gold'") as error:
        read(path, columns={"answer": "reward_model.gold"})
    assert there in error.value.expected


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_rows_keep_the_number_of_their_source_under_conditions_and_limits(
    tmp_path: Path, suffix: str
) -> None:
    rows = [{"problem": f"{n} + 1?", "answer": str(n + 1), "even": n % 2 == 0} for n in range(3000)]
    path = write(tmp_path / f"a.{suffix}", rows)
    found = read(path, where=["even = true"], limit=1200)
    assert [row.row for row in found] == list(range(1, 2400, 2))
    assert found[-1].text == "2398 + 1?"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"problem": "p", "answer": "1"}\n{"problem": ', "a.jsonl, line 2: not JSON"),
        ("a.jsonl", '{"problem": "p", "answer": "1"}\n[1]', "a.jsonl, line 2: not an object"),
        ("a.json", '[{"problem": "p", "answer": "1"}, 7]', "a.json, item 2: not an object but 7"),
        ("a.json", '[{"problem": "p"', "a.json, item 1: not JSON"),
        ("a.csv", "problem,answer\np,1,2\n", "a.csv, line 2: 3 fields, not 2 fields"),
        ("a.csv", 'problem,answer\n"p,1\n', "a.csv, line 2"),
        ("a.parquet", "PAR1 but no more", "a.parquet: the Parquet file is broken"),
        ("a.jsonl", "", "has no rows"),
        ("a.json", "[]", "has no rows"),
        ("a.csv", "problem,answer\n", "has no rows"),
        ("a.txt", "What is 1 + 1?", "not a kind of file"),
    ],
)
def test_a_broken_file_is_named_with_the_place(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(SwsError, match=message):
        read(tmp_path / name)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.json", "a.csv"):
        (tmp_path / name).write_bytes(b"problem,answer\n\xff\xfe,1\n")
        with pytest.raises(SwsError, match=name):
            read(tmp_path / name)


def test_an_empty_parquet_file(tmp_path: Path) -> None:
    schema = pa.schema({"problem": pa.string(), "answer": pa.string()})
    pq.write_table(schema.empty_table(), tmp_path / "a.parquet")
    with pytest.raises(SwsError, match="has no rows"):
        read(tmp_path / "a.parquet")


def test_a_missing_file_and_a_missing_split(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="no such file"):
        read(tmp_path / "none.parquet")
    write(tmp_path / "train.parquet", ROWS)
    with pytest.raises(SwsError, match="split testing"):
        read(tmp_path, split="testing")


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    row = {"problem": "\ud835 + \U0001d465?", "answer": "\ud835", "category": "\udc65"}
    path.write_text(json.dumps(row))
    assert read(path) == [SourceRow(1, "\ufffd + \U0001d465?", "\ufffd", "\ufffd")]


def test_the_primer_is_a_source_with_its_own_categories() -> None:
    rows = read("primer", per_category=4, levels=(1, 2))
    assert [row.category for row in rows[::4]] == [*PRIMER] and len(rows) == 16
    assert rows == read("primer", per_category=4, levels=(1, 2))
    with pytest.raises(SwsError, match="set `categories` to them"):
        load("nano", {"seed_set": {"source": "primer"}})
