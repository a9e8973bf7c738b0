"""The seed set and the benchmarks, from source to decision."""

import json
import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sws.config import Config, load
from sws.config.problems import ProblemSet
from sws.errors import SwsError
from sws.identity import problem_id
from sws.seed import benchmarks, seed
from sws.seed.sources import Source
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
    assert "answer is unit tests: 1, such as row 1" in error.value.what
    assert "To do: set `verifier: code`" in error.value.what


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
    for verifier, kept in (("exact", [True, True]), ("code", [True, False])):
        found = build(tmp_path, config(source, held_out, verifier=verifier))
        assert [row["kept"] for row in found] == kept
    assert found[0]["answer"] == '["assert largest(57) == 21"]'
    known = "math, exact, choice, code, mixed, or module:function"
    with pytest.raises(SwsError, match=rf"seed_set\.verifier: 'maths': .*{known}"):
        config(source, held_out, verifier="maths")


def test_any_of_several_answers_is_right_and_spellings_of_one_count_once(tmp_path: Path) -> None:
    rows = [
        {"problem": "Which part of a pie are two of its four slices?", "answer": ["1/2", "0.5"]},
        {"problem": "Name a root of the polynomial x^2 - 4.", "answer": ["2", "-2"]},
        {"problem": "How much is half of seven?", "answer": '["3.5", "7/2"]'},
        {"problem": "Which two pairs of numbers are these?", "answer": [[1, 2], [3, 4]]},
        {"problem": "Name a root of the polynomial x^2 - 4.", "answer": '{"any_of": ["-2", "9"]}'},
    ]
    source = write(tmp_path / "seed.jsonl", rows)
    chosen = load("nano", {
        "seed_set": {"source": str(source), "answers": "any", "columns": {"category": None}},
        "benchmarks": [{"name": "walls", "source": str(source), "answers": "any", "limit": 1,
                        "columns": {"category": None}}],
    })  # fmt: skip
    table = build(tmp_path, chosen)
    assert [(row["answer"], row["reason"]) for row in table[1:]] == [
        ('{"any_of": ["2", "-2"]}', ""),
        ("3.5", ""),
        ("", "several answers"),
        ('{"any_of": ["-2", "9"]}', "exact duplicate"),  # an answer is right for both
    ]
    assert [row["answer"] for row in read_rows(tmp_path / "benchmarks.json")] == ["1/2"]


def test_rows_that_conditions_leave_out_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        {"problem": ODD, "answer": "21", "valid": "Yes", "type": "question"},
        {"problem": "Show that 2 is prime.", "answer": "proof", "valid": "Yes", "type": "proof"},
        {"problem": "Show that 3 is prime.", "answer": "proof", "valid": "No", "type": "proof"},
        {"problem": "How much is 6 - 7?", "answer": "-1", "valid": "No", "type": "question"},
    ]
    source = write(tmp_path / "seed.jsonl", rows)
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    where = ["type != proof", "valid = Yes"]
    columns = {"category": None}
    with caplog.at_level(logging.INFO):
        build(tmp_path, config(source, held_out, where=where, columns=columns))
    assert "1 of 4 rows kept" in caplog.text
    assert "2 where type != proof is not met, 1 where valid = Yes is not met" in caplog.text
    with pytest.raises(SwsError, match=r"no row of .* meets seed_set\.where") as error:
        build(tmp_path, config(source, held_out, where=["valid = maybe"], columns=columns))
    assert "valid = maybe (4 rows fail it)" in error.value.expected


def test_only_rows_up_to_the_limit_are_counted(tmp_path: Path) -> None:
    rows = [{"problem": f"How much is {n} + 1?", "answer": str(n + 1)} for n in range(8)]
    source = write(tmp_path / "seed.jsonl", rows)
    reading = Source(
        ProblemSet(source=str(source), where=("answer in [2, 4]",), limit=1), "seed_set"
    )
    assert [row.row for row in reading] == [2]
    assert reading.left_out == {"answer in ['2', '4']": 1}


def test_a_mapping_that_no_row_needs_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        {"problem": ODD, "answer": "21", "category": "Maths -> NT"},
        {"problem": "How much is 6 - 7?", "answer": "-1", "category": "Sums"},
    ]
    source = write(tmp_path / "seed.jsonl", rows)
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    mapping = {"NT": "Number Theory", "Combinatrics": "Counting & Probability"}
    build(tmp_path, config(source, held_out, map_categories=mapping))
    assert "seed_set.map_categories: no row has the category 'Combinatrics'" in caplog.text
    assert "not in `categories`: 1, namely Sums (1)" in caplog.text


def test_a_refused_set_shows_rows(tmp_path: Path) -> None:
    rows = [
        {"problem": ODD, "answer": "n/a"},
        {"problem": LADDER, "answer": "12"},
        {"problem": "Which number is the largest?", "answer": "\\frac{1}{"},
        {"problem": "What does this text hold?", "answer": "a\0b"},
    ]
    source = write(tmp_path / "seed.jsonl", rows)
    held_out = write(tmp_path / "held_out.jsonl", [{"problem": LADDER, "answer": "12"}])
    with pytest.raises(SwsError) as error:
        build(tmp_path, config(source, held_out))
    assert "no answer: n/a: 1, such as row 1 ('n/a')" in error.value.what
    assert "answer does not check: 1, such as row 3 (" in error.value.what
    assert "NUL character in the text: 1, such as row 4 (" in error.value.what
    assert "overlaps benchmark walls: 1, such as 'A ladder of length 13" in error.value.what
    assert "check `benchmarks` too" in error.value.fix
    with pytest.raises(SwsError, match=r"can be measured on:\n.*n/a: 1, such as row 1"):
        benchmarks.run(config(source, write(held_out, rows[:1])), tmp_path / "benchmarks.json")


def test_an_instruction_that_explains_most_overlaps_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words = "please answer with a single number and do not explain any of your steps at all"
    rows = [{"problem": f"{words}: {n} + {n * n}?", "answer": str(n + n * n)} for n in range(2, 9)]
    rows.append({"problem": ODD, "answer": "21"})
    source = write(tmp_path / "seed.jsonl", rows)
    held_out = write(tmp_path / "held.jsonl", [{"problem": f"{words}. {LADDER}", "answer": "12"}])
    columns = {"category": None}
    left = config(source, held_out, strip={"auto": False}, columns=columns)
    build(tmp_path, left)
    assert "7 of 7 overlaps are the words" in caplog.text and "seed_set.strip" in caplog.text
    table = build(tmp_path, config(source, held_out, columns=columns, near_duplicate=1))
    assert all(row["kept"] for row in table)
