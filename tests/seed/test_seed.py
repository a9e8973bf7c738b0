"""The seed set and the benchmarks, from source to decision."""

import json
import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sws.config import Config, load
from sws.errors import SwsError
from sws.identity import problem_id
from sws.seed import benchmarks, seed
from sws.store import read_rows
from sws.textbook import keys, pages

LADDER = "A ladder of length 13 leans against a wall with its foot 5 away. How high does it reach?"
ODD = "The sum of three consecutive odd numbers is 57. What is the largest of the three numbers?"


def config(source: Path, held_out: Path, **settings: Any) -> Config:
    return load(
        "nano",
        {
            "seed_set": {"source": str(source), **settings},
            "benchmarks": [{"name": "walls", "source": str(held_out)}],
        },
    )


def write(path: Path, rows: list[Mapping[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def build(folder: Path, chosen: Config) -> list[dict[str, Any]]:
    benchmarks.run(chosen, folder / "benchmarks.json")
    seed.run(chosen, folder / "benchmarks.json", None, folder / "seed.json")
    return list(read_rows(folder / "seed.json"))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_row_has_a_decision(tmp_path: Path) -> None:
    known = next(pages(7, 1, categories=("Geometry",)))
    rows = [
        {"problem": ODD, "answer": "21", "category": "number_theory"},
        {"problem": "", "answer": "1"},
        {"problem": "What is the answer to this one?"},
        {"problem": "Which numbers, exactly?", "answer": "\\frac{1}{", "category": "Algebra"},
        {"problem": ODD + " ", "answer": "21", "category": "Algebra"},
        {"problem": "Now: " + ODD, "answer": 21, "category": "Algebra"},
        {"problem": LADDER, "answer": "12", "category": "Geometry"},
        {"problem": known.text, "answer": known.answer},
        {"problem": "Who was the first to write an equals sign?", "answer": "Recorde"},
        {
            "problem": "Halve the number 3 and write it exactly.",
            "answer": 1.5,
            "category": "prealgebra",
        },
    ]
    source = write(tmp_path / "seed.jsonl", rows)
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    table = build(tmp_path, config(source, held_out, near_duplicate=0.8))
    assert [row["reason"] for row in table] == [
        "",
        "empty problem",
        "no answer",
        "answer does not check",
        "exact duplicate",
        "near duplicate",
        "overlaps benchmark walls",
        "",
        "",
        "",
    ]
    assert [row["category"] for row in table if row["kept"]] == [
        "Number Theory",
        "Geometry",
        "Other",
        "Prealgebra",
    ]
    evidence = [row["evidence"] for row in table]
    assert evidence[1] == {"row": "2"}
    assert evidence[4] == {"of": problem_id(ODD)}
    assert evidence[5]["of"] == problem_id(ODD) and float(evidence[5]["similarity"]) >= 0.8
    assert evidence[6]["problem"] == problem_id(LADDER)
    assert {row["source"] for row in table} == {str(source)}
    assert table[-1]["answer"] == "1.5"


def test_the_textbook_seed_and_benchmark_share_no_problem(tmp_path: Path) -> None:
    table = build(tmp_path, load("nano"))
    held_out = list(read_rows(tmp_path / "benchmarks.json"))
    assert len(table) == 42 and len(held_out) == 21
    assert not keys(row["problem"] for row in table) & keys(row["problem"] for row in held_out)
    assert sum(row["kept"] for row in table) >= 35
    counts = Counter(row["category"] for row in table if row["kept"])
    assert len(counts) == 7


def test_the_same_run_writes_the_same_bytes(tmp_path: Path) -> None:
    tables = []
    for run in ("one", "two"):
        build(tmp_path / run, load("nano"))
        tables.append((tmp_path / run / "seed.parquet").read_bytes())
    assert tables[0] == tables[1]


def test_nothing_kept_counts_the_reasons_and_leaves_no_table(tmp_path: Path) -> None:
    source = write(tmp_path / "seed.jsonl", [{"problem": LADDER, "answer": "12"}] * 3)
    with pytest.raises(SwsError, match="overlaps benchmark walls: 3"):
        build(tmp_path, config(source, source))
    assert not (tmp_path / "seed.json").exists() and not (tmp_path / "seed.parquet").exists()


def test_nothing_kept_says_what_to_do_about_each_reason(tmp_path: Path) -> None:
    rows = [{"problem": "Write half(n).", "answer": ["assert half(8) == 4"]}]
    rows += [{"problem": "What is 2 to the 60th?", "answer": 2.0**60}]
    source = write(tmp_path / "seed.jsonl", rows)
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    with pytest.raises(SwsError, match="write the number as text") as error:
        build(tmp_path, config(source, held_out))
    assert "answer is unit tests: 1 (set `verifier: code`" in error.value.what


def test_benchmark_rows_that_cannot_be_measured_on_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows: list[Mapping[str, Any]] = [
        {"problem": LADDER, "answer": "12", "category": "geometry"},
        {"problem": LADDER, "answer": "12"},
        {"problem": None, "answer": "12"},
        {"problem": ODD, "answer": None},
        {"problem": ODD, "answer": "21", "category": "Sums"},
    ]
    held_out = write(tmp_path / "held_out.jsonl", rows)
    with caplog.at_level(logging.WARNING):
        benchmarks.run(config(held_out, held_out), tmp_path / "benchmarks.json")
    assert "3 rows left out: 1 empty problem, 1 met before, 1 no answer" in caplog.text
    table = list(read_rows(tmp_path / "benchmarks.json"))
    assert [(row["benchmark"], row["problem_id"], row["category"]) for row in table] == [
        ("walls", problem_id(LADDER), "Geometry"),
        ("walls", problem_id(ODD), "Sums"),
    ]


def test_a_benchmark_without_usable_rows(tmp_path: Path) -> None:
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": None}])
    with pytest.raises(SwsError, match=r"benchmarks\.0"):
        benchmarks.run(config(held_out, held_out), tmp_path / "benchmarks.json")


def test_a_set_names_its_verifier(tmp_path: Path) -> None:
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    rows = [
        {"problem": ODD, "answer": ["assert largest(57) == 21"], "category": "Algebra"},
        {"problem": "Write a function that adds.", "answer": [3], "category": "Algebra"},
    ]
    source = write(tmp_path / "source.jsonl", rows)
    for verifier, kept in (("code", [True, False]), ("exact", [True, True])):
        found = build(tmp_path, config(source, held_out, verifier=verifier))
        assert [row["kept"] for row in found] == kept
    assert found[0]["answer"] == '["assert largest(57) == 21"]'
    with pytest.raises(SwsError, match=r"seed_set\.verifier"):
        config(source, held_out, verifier="maths")


def test_alternatives_must_be_spellings_of_one_answer(tmp_path: Path) -> None:
    rows = [
        {"problem": "Which part of a pie are two of its four slices?", "answer": ["1/2", "0.5"]},
        {"problem": "Name a root of the polynomial x^2 - 4.", "answer": ["2", "-2"]},
        {"problem": "How much is half of seven?", "answer": '["3.5", "7/2"]'},
    ]
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    source = write(tmp_path / "seed.jsonl", rows)
    columns = {"category": None}
    table = build(tmp_path, config(source, held_out, answers="any", columns=columns))
    assert [row["answer"] for row in table if row["kept"]] == ["1/2", "3.5"]
    assert table[1]["reason"] == "alternatives are different answers"
    assert table[1]["evidence"] == {"row": "2", "answer": "2", "other": "-2"}
