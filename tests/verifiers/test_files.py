"""Verification of files."""

import io
import json
import os
from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.verifiers.files import verify_file
from sws.verify.alternatives import any_of

SHARED = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
PAIRS = SHARED / "verifier_pairs.jsonl"


def _write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def _read(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_verify_keeps_lines_and_order(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "pairs.jsonl",
        {"id": 1, "gold": "1/2", "pred": r"so \boxed{0.5}", "note": "kept"},
        {"id": 2, "gold": "$x$", "pred": "x"},
        {"id": 3, "gold": "4", "pred": None},
        {"id": 4, "gold": "4", "pred": r"cut \boxed{4"},
        {"id": 5, "gold": "4", "pred": "5"},
    )
    verify_file(path, stream := io.StringIO())
    rows = _read(stream)
    assert [row["outcome"] for row in rows] == [
        "correct",
        "correct",
        "unparsed",
        "unparsed",
        "wrong",
    ]
    assert rows[0] == json.loads(path.read_text().splitlines()[0]) | {
        "outcome": "correct",
        "answer": "0.5",
    }


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[1]",
        {"id": 1, "gold": "1"},
        {"id": 1, "gold": 1, "pred": "1"},
        {"gold": [], "pred": "1"},
        {"gold": ["1", 2], "pred": "1"},
        "[" * 100_000,
    ],
)
def test_bad_lines_are_named(tmp_path: Path, bad: object) -> None:
    path = _write(tmp_path / "pairs.jsonl", {"gold": "1", "pred": "1"}, bad)
    with pytest.raises(SwsError, match=r"pairs\.jsonl, line 2"):
        verify_file(path, io.StringIO())


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="no such file"):
        verify_file(tmp_path / "absent.jsonl", io.StringIO())


@pytest.mark.skipif(not PAIRS.exists(), reason=f"needs {PAIRS} (set SWS_SHARED_DATA)")
def test_labelled_pairs(tmp_path: Path) -> None:
    """On real answers: at most 0.3 % false positives and 1 % false negatives.

    What times out depends on how busy the machine is, so it is counted apart.
    """
    labelled = [row for row in map(json.loads, PAIRS.open()) if row["is_equal"] is not None]
    verify_file(_write(tmp_path / "pairs.jsonl", *labelled), stream := io.StringIO())
    graded = _read(stream)
    false_positives = [r for r in graded if r["outcome"] == "correct" and not r["is_equal"]]
    false_negatives = [r for r in graded if r["outcome"] in ("wrong", "unparsed") and r["is_equal"]]
    assert len(graded) == len(labelled)
    assert len(false_positives) <= 0.003 * sum(not row["is_equal"] for row in labelled)
    assert sum(row["outcome"] == "timeout" for row in graded) <= 0.02 * len(labelled)
    assert len(false_negatives) <= 0.01 * sum(row["is_equal"] for row in labelled)


def test_a_line_may_name_its_verifier(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "pairs.jsonl",
        {"gold": "1/2", "pred": "0.5"},
        {"gold": "1/2", "pred": "0.5", "verifier": "exact"},
        {"gold": "C", "pred": "C. 17", "verifier": "choice"},
        {"gold": "C", "pred": None, "verifier": "choice"},
        {"gold": "1/2", "pred": "0.5", "verifier": None},
        {"gold": ["x", "y"], "pred": "y", "verifier": "exact"},
    )
    verify_file(path, stream := io.StringIO(), workers=2)
    found = [row["outcome"] for row in _read(stream)]
    assert found == ["correct", "wrong", "correct", "unparsed", "correct", "correct"]


def test_any_of_a_list_of_golds_is_right(tmp_path: Path) -> None:
    golds: list[object] = [["2", r"so \boxed{-2}"], any_of(["2", "-2"])]
    rows = [{"gold": gold, "pred": pred} for gold in golds for pred in ("2", r"\boxed{-2}", "3")]
    verify_file(_write(tmp_path / "pairs.jsonl", *rows), stream := io.StringIO())
    assert [row["outcome"] for row in _read(stream)] == ["correct", "correct", "wrong"] * 2


@pytest.mark.parametrize("verifier", ["maths", 7, "no_such_module:check"])
def test_a_verifier_that_is_none_is_named(tmp_path: Path, verifier: object) -> None:
    path = _write(tmp_path / "pairs.jsonl", {"gold": "1", "pred": "1", "verifier": verifier})
    with pytest.raises(SwsError, match=str(verifier)):
        verify_file(path, io.StringIO())


def test_a_truncated_thought_is_unparsed_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = _write(tmp_path / "pairs.jsonl", {"gold": "17", "pred": r"<think>So \boxed{17}. Let me"})
    for read, outcome in ((False, "unparsed"), (True, "correct")):
        verify_file(path, stream := io.StringIO(), read_thoughts=read)
        assert _read(stream)[0]["outcome"] == outcome
