"""`sws failures FILE` on the failure cases that were published with SwS, and on files like them."""

import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sws.cli import app
from sws.store import read_rows

DATA = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
RELEASED = DATA / "sws_failure_cases.jsonl"
RATIOS = DATA / "sws_fail_ratio_by_category.json"
released = pytest.mark.skipif(not RELEASED.exists(), reason="the released cases are not here")


def failures(file: Path, *options: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["failures", str(file), "--json", *options])
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def lines(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "histories.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@released
def test_the_inclusive_form_keeps_every_published_case(tmp_path: Path) -> None:
    found = failures(RELEASED, "--out", str(tmp_path / "set.json"))
    assert found["kept"] == found["problems"] == 1905
    assert found["by_category"] == {
        "Prealgebra": 8,
        "Algebra": 254,
        "Intermediate Algebra": 104,
        "Geometry": 571,
        "Counting & Probability": 480,
        "Number Theory": 397,
        "Precalculus": 91,
    }
    rows = list(read_rows(tmp_path / "set.json"))
    assert len({row["problem_id"] for row in rows}) == len(rows) == 1905
    assert found["repeated_prompts"] == 36


@released
def test_slopes_are_the_published_ones() -> None:
    found = failures(RELEASED)["recorded_slopes"]
    assert found["rows"] == 1905
    assert found["largest_difference"] < 1e-9


@released
def test_the_strict_form_keeps_990_of_which_24_are_level_but_for_rounding() -> None:
    found = failures(RELEASED, "--strict")
    assert found["kept"] == 990
    assert found["not_kept"] == {"not falling": 869, "solved": 46}
    assert found["recorded_slopes"]["level_but_for_rounding"] == 24


@released
def test_without_recorded_slopes_a_level_history_does_not_fall(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in RELEASED.read_text().splitlines()]
    bare = lines(tmp_path, *({"category": r["category"], "accs": r["accs"]} for r in rows))
    assert failures(bare, "--strict")["kept"] == 990 - 24
    assert failures(bare)["kept"] == 1905


@released
def test_histories_that_mix_two_problems_are_reported() -> None:
    found = failures(RELEASED)["suspicious"]
    assert found == {"rows": 360, "epochs_over": 18, "sharing_a_history": 216}


@released
@pytest.mark.skipif(not RATIOS.exists(), reason="the released ratios are not here")
def test_weights_with_the_sizes_of_the_whole_set(tmp_path: Path) -> None:
    ratios = json.loads(RATIOS.read_text())
    cases = Counter(json.loads(line)["category"] for line in RELEASED.read_text().splitlines())
    sizes = {category: round(cases[category] / ratio) for category, ratio in ratios.items()}
    assert sum(sizes.values()) == 17_167
    totals = tmp_path / "totals.json"
    totals.write_text(json.dumps(sizes))
    found = failures(RELEASED, "--totals", str(totals))
    assert found["failure_ratios"] == pytest.approx(ratios)
    whole = sum(ratios.values())
    assert found["weights"] == pytest.approx({name: r / whole for name, r in ratios.items()})


def test_the_table_for_a_person_has_every_category_and_reason(tmp_path: Path) -> None:
    file = lines(
        tmp_path,
        {"category": "counting_and_probability", "accs": [0.5, 0.25]},
        {"category": "Chess", "accs": [0.0, 1.0]},
    )
    shown = CliRunner().invoke(app, ["failures", str(file)]).output
    assert "Counting & Probability" in shown and "Chess" in shown
    assert "1 not kept: solved" in shown


def test_histories_in_a_json_file_are_read_and_not_taken_for_a_manifest(tmp_path: Path) -> None:
    rows = [{"category": "Algebra", "accs": [0.25]}, {"category": "Algebra", "accs": [1.0]}]
    file = lines(tmp_path, *rows).rename(tmp_path / "histories.json")
    assert failures(file)["kept"] == 1
    file.write_text(json.dumps(rows[0]))  # one line alone is a whole JSON file
    assert failures(file)["problems"] == 1


@pytest.mark.parametrize("text", ["[]", '{"category": "Algebra"}\n{}\n', "", '{"rows": 1,'])
def test_a_json_file_that_is_neither_is_not_to_be_deleted(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text(text)
    result = CliRunner().invoke(app, ["failures", str(file)])
    assert result.exit_code == 1
    assert "neither" in result.output and "delete" not in result.output


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv", "a.json", "a.parquet"])
def test_histories_in_any_format(tmp_path: Path, name: str) -> None:
    rows = [{"category": "Algebra", "accs": [0.25, 0.0]}, {"category": "Chess", "accs": [1.0]}]
    file = tmp_path / name
    if name.endswith(".gz"):
        file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    elif name.endswith(".csv"):
        file.write_text('category,accs\nAlgebra,"[0.25, 0.0]"\nChess,[1.0]\n')
    elif name.endswith(".json"):
        file.write_text(json.dumps(rows, indent=1))
    else:
        pq.write_table(pa.Table.from_pylist(rows), file)
    found = failures(file)
    assert (found["problems"], found["by_category"]) == (2, {"Algebra": 1, "Chess": 0})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b"", "no rows, so neither histories nor rollouts"),
        ("a.csv", b"", "no rows, so neither histories nor rollouts"),
        ("a.jsonl", b'{"problem": "x", "answer": "1"}', "it has problem, answer"),
        ("a.jsonl", b'{"category": "Algebra", "accs": []}', "every history is empty"),
        ("a.jsonl.zst", b'{"category": "A", "accs": [0]}', "rename it to"),
        ("a.jsonl", b'{"category": "Algebra", "accs": [0]', "line 1: not JSON"),
    ],
)
def test_what_is_neither_says_what_to_do(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["failures", str(file)])
    said = " ".join(result.stderr.split())
    assert result.exit_code == 1 and words in said, said
    assert "expected:" in said and "to do:" in said and str(file) in said


def test_equal_lines_have_different_ids(tmp_path: Path) -> None:
    row = {"category": "Algebra", "prompt": "What is 1 + 1?", "accs": [0.25]}
    out = tmp_path / "set.json"
    found = failures(lines(tmp_path, row, row, row), "--out", str(out))
    assert len({r["problem_id"] for r in read_rows(out)}) == 3
    assert found["repeated_prompts"] == 2


def test_a_history_far_longer_than_the_others_says_so_in_its_evidence(tmp_path: Path) -> None:
    usual = [{"category": "Algebra", "accs": [0.25] * 10} for _ in range(5)]
    out = tmp_path / "set.json"
    file = lines(tmp_path, *usual, {"category": "Algebra", "accs": [0.125] * 20})
    assert failures(file, "--out", str(out))["suspicious"]["rows"] == 1
    evidence = [row["evidence"] for row in read_rows(out) if row["evidence"]]
    assert evidence == [{"suspicious_epochs": "20"}]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"category": "Algebra"}, "line 2: `accs` is missing"),
        ({"category": "Algebra", "accs": [0.5, "1"]}, "line 2: `accs` is"),
        ({"category": "Algebra", "accs": [1.5]}, "line 2: `accs` is"),
        ({"category": "Algebra", "accs": [True]}, "line 2: `accs` is"),
        ({"accs": [0.5]}, "line 2: `category` is missing"),
        ({"category": "Algebra", "accs": [0.5], "slope": "up"}, "line 2: `slope` is"),
        ({"category": "Algebra", "accs": [0.5], "id": 7}, "the id 7 is on line 1"),
        ([1], "line 2: not an object"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: Any, words: str) -> None:
    file = lines(tmp_path, {"category": "Algebra", "accs": [0.5], "id": 7}, row)
    result = CliRunner().invoke(app, ["failures", str(file), "--out", str(tmp_path / "set.json")])
    assert result.exit_code == 1
    assert words in result.stderr.replace("\n", " "), result.stderr
    assert not (tmp_path / "set.json").exists()


def test_totals_must_cover_the_histories(tmp_path: Path) -> None:
    file = lines(tmp_path, *[{"category": "Algebra", "accs": [0.5]}] * 2)
    (tmp_path / "totals.json").write_text('{"Algebra": 1}')
    arguments = ["failures", str(file), "--totals", str(tmp_path / "totals.json")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1 and "1 problems of Algebra, but 2 histories" in result.stderr
