"""Duplicates and contamination of files: rows with decisions, and a report with its evidence."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.errors import SwsError
from sws.text.files import decontaminate, dedup
from sws.text.table import open_table

LADDER = "A ladder of length 13 leans against a wall with its foot 5 away. How high does it reach?"
POLYGON = "How many diagonals does a convex polygon with 12 sides have, none of them drawn twice?"
OTHER = "Find the sum of the first 40 odd positive integers."
TEXTS = [LADDER, POLYGON, LADDER, POLYGON.replace("drawn", "counted"), OTHER]


def lines(path: Path, texts: list[str], column: str = "text", **more: str) -> Path:
    rows = [{"id": f"r{n}", column: text, **more} for n, text in enumerate(texts)]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_duplicates_within_a_file(tmp_path: Path) -> None:
    table = open_table(lines(tmp_path / "texts.jsonl", TEXTS))
    report = dedup(table, out := io.StringIO(), near_duplicate=0.6)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["text"] for row in rows] == TEXTS
    assert [row["reason"] for row in rows] == ["", "", "exact duplicate", "near duplicate", ""]
    assert [row["kept"] for row in rows] == [True, True, False, False, True]
    assert rows[2]["evidence"] == {"of_row": "0"}
    assert rows[3]["evidence"]["of_row"] == "1"
    assert (report["rows"], report["kept"]) == (5, 3)
    assert report["reasons"] == {"exact duplicate": 1, "near duplicate": 1}
    exact, near = report["pairs"]
    assert (exact["id"], exact["of_row"], exact["of_text"]) == ("r2", 0, LADDER)
    assert (near["id"], near["of_row"], near["of_text"]) == ("r3", 1, POLYGON)


def same_first_letter(texts: list[str]) -> np.ndarray:
    return np.array([[float(text[0] == letter) for letter in "AHF"] for text in texts], np.float32)


def test_semantic_duplicates_have_the_same_numbers(tmp_path: Path) -> None:
    texts = ["About 3 cats", "All of us had 3 dogs", "And so on to 4", "Half of 3", "A 3rd, no"]
    table = open_table(lines(tmp_path / "texts.jsonl", texts))
    report = dedup(
        table, out := io.StringIO(), near_duplicate=0.8, semantic=0.9, embed=same_first_letter
    )
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["kept"] for row in rows] == [True, False, True, True, False]
    assert rows[1]["evidence"] == {"of_row": "0", "cosine": "1.0"}
    assert {pair["of_text"] for pair in report["pairs"]} == {texts[0]}


def test_contamination_is_counted_for_each_benchmark(tmp_path: Path) -> None:
    first = open_table(lines(tmp_path / "first.jsonl", [LADDER, OTHER], "problem"))
    second = open_table(lines(tmp_path / "second.jsonl", [POLYGON], "question", benchmark="Named"))
    texts = ["Tom says: a ladder of length 13 leans against a wall with a cat.", *TEXTS[1:3]]
    table = open_table(lines(tmp_path / "texts.jsonl", [*texts, OTHER.replace("40", "50"), "New"]))
    report = decontaminate(
        table, [first, second], out := io.StringIO(), near_duplicate=0.8, ngram=10
    )
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["reason"].removeprefix("overlaps benchmark ") for row in rows] == [
        "first",
        "Named",
        "first",
        "",
        "",
    ]
    assert report["benchmarks"] == {
        "first": {"problems": 2, "overlapping_rows": 2},
        "Named": {"problems": 1, "overlapping_rows": 1},
    }
    shown = report["pairs"][-2]["evidence"]
    assert shown["problem"] == "r0" and shown["ngram"].startswith("a ladder of length 13")
    assert {pair["of_text"] for pair in report["pairs"]} == {LADDER, POLYGON}


def test_contamination_by_meaning(tmp_path: Path) -> None:
    held_out = open_table(lines(tmp_path / "held_out.jsonl", ["About 3 cats"]))
    table = open_table(lines(tmp_path / "texts.jsonl", ["All 3 dogs", "All 4 dogs", "Half of 3"]))
    report = decontaminate(
        table, [held_out], None, near_duplicate=0.8, ngram=10, semantic=0.9, embed=same_first_letter
    )
    assert report["benchmarks"]["held_out"]["overlapping_rows"] == 1


def test_parquet_and_the_sample_of_pairs(tmp_path: Path) -> None:
    path = tmp_path / "texts.parquet"
    pq.write_table(pa.table({"problem": [LADDER] * 30}), path)
    report = dedup(open_table(path), None, near_duplicate=0.8, pairs=3, seed=1)
    assert report["reasons"] == {"exact duplicate": 29} and len(report["pairs"]) == 3
    assert report == dedup(open_table(path), None, near_duplicate=0.8, pairs=3, seed=1)


def test_what_is_no_table_of_texts_is_named(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="no such file"):
        open_table(tmp_path / "absent.jsonl")
    path = lines(tmp_path / "texts.jsonl", ["x"], "body")
    with pytest.raises(SwsError, match=r"no column text or problem.*\n.*id, body"):
        open_table(path)
    path.write_text('{"body": "x"}\n{"body": 3}')
    with pytest.raises(SwsError, match=r"texts\.jsonl, line 2"):
        dedup(open_table(path, ["body"]), None, near_duplicate=0.8)
    (tmp_path / "x.parquet").write_text("no")
    with pytest.raises(SwsError, match=r"x\.parquet: the Parquet file is broken"):
        open_table(tmp_path / "x.parquet")


def test_the_verbs(tmp_path: Path) -> None:
    path = str(lines(tmp_path / "texts.jsonl", TEXTS))
    held_out = str(lines(tmp_path / "held_out.jsonl", [LADDER]))
    run = CliRunner().invoke
    rows = run(app, ["dedup", path, "--near", "0.6"])
    assert [json.loads(line)["kept"] for line in rows.stdout.splitlines()].count(False) == 2
    assert "near duplicate" in rows.stderr
    out = tmp_path / "out.jsonl"
    found = run(app, ["decontaminate", path, "--against", held_out, "--json", "--out", str(out)])
    report = json.loads(found.stdout)
    assert report["benchmarks"]["held_out"] == {"problems": 1, "overlapping_rows": 2}
    assert len(out.read_text().splitlines()) == len(TEXTS)
    wrong = run(app, ["dedup", path, "--column", "body"])
    assert wrong.exit_code == 1 and "no column body" in wrong.stderr


def test_a_parquet_file_without_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "none.parquet")
    table = open_table(tmp_path / "none.parquet")
    report = dedup(table, out := io.StringIO(), near_duplicate=0.6)
    assert (report["rows"], report["kept"], out.getvalue()) == (0, 0, "")


def test_a_benchmark_without_rows_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "none.parquet")
    texts, none = lines(tmp_path / "texts.jsonl", TEXTS), open_table(tmp_path / "none.parquet")
    with pytest.raises(SwsError, match=r"none.parquet: a benchmark without rows"):
        decontaminate(open_table(texts), [none], None, near_duplicate=0.6, ngram=10)
    (tmp_path / "none.jsonl").write_text("")
    with pytest.raises(SwsError, match="check the path: the file is empty"):
        open_table(tmp_path / "none.jsonl")


def test_values_that_json_lacks_are_written_as_text_and_bytes_are_refused(tmp_path: Path) -> None:
    values = {"text": [LADDER], "day": [date(2024, 5, 6)], "cost": [Decimal("1.50")]}
    pq.write_table(pa.table(values), tmp_path / "texts.parquet")
    dedup(open_table(tmp_path / "texts.parquet"), out := io.StringIO(), near_duplicate=0.6)
    row = json.loads(out.getvalue())
    assert (row["day"], row["cost"]) == ("2024-05-06", "1.50")
    pq.write_table(pa.table(values | {"image": [{"png": b"x"}]}), tmp_path / "images.parquet")
    images = open_table(tmp_path / "images.parquet")
    with pytest.raises(SwsError, match=r"images.parquet: a row holds bytes, which JSON cannot"):
        dedup(images, io.StringIO(), near_duplicate=0.6)
    assert dedup(images, None, near_duplicate=0.6)["kept"] == 1  # a report writes no rows


def test_a_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "texts.parquet"
    pq.write_table(pa.table({"text": [f"{n} {LADDER}" for n in range(5000)]}), path)
    content = bytearray(path.read_bytes())
    content[100:20000] = bytes(19900)
    path.write_bytes(content)
    with pytest.raises(SwsError, match=r"texts.parquet: the Parquet file is broken"):
        dedup(open_table(path), io.StringIO(), near_duplicate=0.6)
