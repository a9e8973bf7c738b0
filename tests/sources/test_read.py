"""Every format, place and split of a source gives the same rows; a bad file says where and what."""

import bz2
import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset, DatasetDict

from sws.errors import SwsError
from sws.sources import read_batches
from sws.sources.count import count_rows

ROWS: list[dict[str, Any]] = [
    {"problem": f"What is {n} + {n}, exactly?", "answer": str(2 * n)} for n in range(1, 6)
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


def read(source: str | Path | list[str], **options: Any) -> list[dict[str, Any]]:
    name = source if isinstance(source, list) else str(source)
    return [dict(row) for batch in read_batches(name, **options) for row in batch.rows()]


def delimited(delimiter: str) -> str:
    lines = [delimiter.join(ROWS[0])]
    lines += [delimiter.join(f'"{value}"' for value in row.values()) for row in ROWS]
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES.encode()),
        ("a.ndjson", b"\xef\xbb\xbf" + LINES.encode()),
        ("a.json", json.dumps(ROWS, indent=1).encode()),
        ("b.json", json.dumps(ROWS).encode()),
        ("c.json", LINES.encode()),
        ("d.json", json.dumps({"version": 1, "data": ROWS}).encode()),
        ("e.json", json.dumps({key: [row[key] for row in ROWS] for key in ROWS[0]}).encode()),
        ("f.json", json.dumps({"rows": [{"row_idx": 0, "row": row} for row in ROWS]}).encode()),
        ("a.csv", delimited(",").encode()),
        ("b.csv", delimited(";").encode("utf-8-sig")),
        ("c.csv", delimited("\t").encode("utf-16")),
        ("a.tsv", delimited("\t").encode()),
        ("a.jsonl.gz", gzip.compress(LINES.encode())),
        ("a.csv.bz2", bz2.compress(delimited(",").encode())),
        ("a.jsonl.zst", pa.compress(LINES.encode(), "zstd", asbytes=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_text_format_gives_the_same_rows(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name) == ROWS


def test_an_array_is_read_item_by_item_across_blocks(tmp_path: Path) -> None:
    rows = [{"problem": "x" * 50_000, "answer": n} for n in range(9)]
    (tmp_path / "long.json").write_text(json.dumps(rows))
    assert read(tmp_path / "long.json") == rows


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    folder = tmp_path / "shards"
    (folder / "data").mkdir(parents=True)
    for number, part in enumerate((ROWS[:2], ROWS[2:])):
        name = f"train-0000{number}-of-00002.parquet"
        pq.write_table(pa.Table.from_pylist(part), folder / "data" / name)
    pq.write_table(pa.Table.from_pylist(ROWS[:1]), folder / "data" / "test-00000-of-00001.parquet")
    (folder / "README.md").write_text("rows")
    return folder


def test_folders_globs_lists_and_splits(shards: Path) -> None:
    assert read(shards) == ROWS
    assert read(shards, split="test") == ROWS[:1]
    assert read(shards, split="train+test") == [*ROWS, ROWS[0]]
    assert read(shards, split="train[1:3]") == ROWS[1:3]
    assert read(shards, split="train[:4]+test[1:]") == ROWS[:4]
    assert read(shards, split="train[:50%]") == ROWS[: round(len(ROWS) / 2)]
    assert read(shards, split="train[50%:]") == ROWS[round(len(ROWS) / 2) :]
    assert count_rows(str(shards), split="train[:50%]+test") == round(len(ROWS) / 2) + 1
    assert read(shards / "data" / "train-*.parquet") == ROWS
    assert read([f"{shards}/data/test-00000-of-00001.parquet", str(shards)], limit=3) == [
        ROWS[0], *ROWS[:2],
    ]  # fmt: skip
    assert read(f"file://{shards}") == ROWS


def test_a_file_whose_name_has_the_word_test_in_it_is_no_split(tmp_path: Path) -> None:
    for name in ("algebra", "math_test_prep"):
        pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / f"{name}.parquet")
    assert read(tmp_path) == ROWS + ROWS
    with pytest.raises(SwsError, match="has no split test"):
        read(tmp_path, split="test")


def test_a_named_file_is_train_unless_its_name_says_another_split(tmp_path: Path) -> None:
    for name in ("rows", "test"):
        pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / f"{name}.parquet")
    assert read(tmp_path / "rows.parquet", split="train[:2]") == ROWS[:2]
    assert read(tmp_path / "test.parquet") == read(tmp_path / "test.parquet", split="test") == ROWS
    assert read(tmp_path / "*.parquet") == ROWS + ROWS
    assert read(tmp_path / "*.parquet", split="test") == ROWS
    Dataset.from_list(ROWS).save_to_disk(tmp_path / "saved")
    for source in ("rows.parquet", "r*.parquet", "saved"):
        with pytest.raises(SwsError, match="has no split dev") as error:
            read(tmp_path / source, split="dev")
        assert "train" in error.value.expected


def test_what_spark_and_save_to_disk_write(tmp_path: Path) -> None:
    spark = tmp_path / "problems.parquet"
    spark.mkdir()
    (spark / "_SUCCESS").touch()
    pq.write_table(pa.Table.from_pylist(ROWS), spark / "part-00000-ab.snappy.parquet")
    assert read(spark) == ROWS
    rows = Dataset.from_list(ROWS)
    DatasetDict(train=rows, test=rows.select([0])).save_to_disk(tmp_path / "dict")
    rows.save_to_disk(tmp_path / "one")
    assert read(tmp_path / "one") == read(tmp_path / "dict") == ROWS
    assert read(tmp_path / "dict", split="test") == ROWS[:1]


def test_only_the_columns_that_are_asked_for_are_read(tmp_path: Path) -> None:
    row = {"reward_model": {"ground_truth": "1", "style": "rule"}, "text": "x" * 99}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    columns = ["reward_model.ground_truth", "absent"]
    [batch] = read_batches(str(tmp_path / "a.parquet"), columns=columns)
    assert list(batch.rows()) == [{"reward_model": {"ground_truth": "1"}}]
    assert batch.names() == ["reward_model", "text"]


def faulty(name: str, content: bytes, message: str) -> Any:
    return pytest.param(name, content, message, id=message)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        faulty("a.jsonl", b'{"a": 1}\n{"a": ', "a.jsonl, line 2: not JSON"),
        faulty("b.jsonl", b'{"a": "\\sqrt"}', "every backslash of LaTeX twice"),
        faulty("c.jsonl", b'{"a": "\xff"}', "c.jsonl, line 1: the byte 0xff is not UTF-8"),
        faulty("d.jsonl", b'{"a": 1}\n{"a": "x', 'd.jsonl, line 2: not JSON .*at: "x'),
        faulty("a.csv", b"a,b,a\n1,2,3\n", "a.csv, line 1: the header names 'a' twice"),
        faulty("b.csv", b"a,b\n1\n", "b.csv, line 2: 1 fields, not 2 fields"),
        faulty("c.csv", b"a,b\n1,\x96\n", "c.csv, line 2: the byte 0x96 is not UTF-8"),
        faulty("d.csv", b'a,b\n"1 \\"2\\"",3\n', "d.csv, line 2: .*"),
        faulty("e.csv", b'\na,b\n"1\n2",3\n"4,5\n6,7\n', "e.csv, lines 5 to 6, .* on line 5"),
        faulty("f.csv", b'a,b\n"1,2\n"3",4\n', "f.csv, lines 2 to 3, .* on line 2"),
        faulty("g.csv", b"a,b\n1,2\n\x00,3\n", "g.csv, line 3: a NUL character"),
        faulty("e.jsonl", '{"a": 1}'.encode("utf-16-le"), "e.jsonl, line 1: a NUL .*"),
        faulty("h.json", b'[{"a": 1},\n{"a": "\x00"}]', "h.json, line 2: a NUL character"),
        faulty("a.json", b'[{"a": 1}, 7]', "a.json, item 2: not an object but 7"),
        faulty(
            "c.json", b'[{"a": 1},\n{"a": "\\sqrt"}]', "c.json, item 2: not JSON .*escape: .sqrt"
        ),
        faulty("d.json", b'{"data":\n[{"a": tru}]}', "d.json, line 2: not JSON .*value: tru}"),
        faulty("e.json", b'[{"a":\n"\xe9"}]', "e.json, line 2: the byte 0xe9 is not UTF-8"),
        faulty("f.json", b'[{"a":\n"\xc3', "f.json, line 2: the byte 0xc3 is not UTF-8"),
        faulty("g.json", "[\n7".encode("utf-16")[:-1], "g.json, after line 1: not UTF-16"),
        faulty("b.json", b'[{"a": 1}', "b.json, item 2: the array does not end"),
        faulty("a.jsonl.gz", b"\x1f\x8b\x08 no more", "a.jsonl.gz: cannot be read"),
        faulty("b.jsonl.gz", b'{"a": 1}', "b.jsonl.gz: not gzip, although its name ends so"),
        faulty("b.jsonl.zst", b'{"a": 1}', "b.jsonl.zst: not zstd, although its name ends so"),
        faulty("b.csv.bz2", b"a,b", "b.csv.bz2: not bz2, although its name ends so"),
        faulty("a.parquet", b"PAR1", "a.parquet: the Parquet file is broken"),
        faulty("a.docx", b"", "not a kind of file that can be read"),
    ],
)
def test_a_bad_file_is_named_with_the_place(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SwsError, match=message) as error:
        read(tmp_path / name)
    assert error.value.expected and error.value.fix


@pytest.mark.parametrize("split", ["train[:101%]", "train[:%]", "train[-5:]", "", "train+"])
def test_a_split_that_cannot_be_read_is_refused(tmp_path: Path, split: str) -> None:
    with pytest.raises(SwsError, match="is not a split"):
        read(tmp_path, split=split)


def test_a_bad_byte_after_many_blocks_is_named_by_its_line(tmp_path: Path) -> None:
    lines = b",\n".join([b'{"a": "\xc3\xa9"}'] * 20_000)
    (tmp_path / "a.json").write_bytes(b"[" + lines + b',\n"\xe9"]')
    with pytest.raises(SwsError, match=r"a\.json, line 20001: the byte 0xe9"):
        read(tmp_path / "a.json")


def test_a_folder_whose_files_name_no_split_has_train_only(tmp_path: Path) -> None:
    (tmp_path / "algebra.jsonl").write_text('{"a": 1}')
    with pytest.raises(SwsError, match="has no split test") as error:
        read(tmp_path, split="test")
    assert error.value.expected == "train, since no file's name starts with a split"


def test_unnamed_columns_are_left_out(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["", "problem", "answer", ""], ["0", "p", "1", ""]])
    assert read(tmp_path / "a.csv") == [{"problem": "p", "answer": "1"}]
