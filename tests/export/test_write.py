"""Reading what is to be exported, and the file: whole, the same, streaming."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.errors import SwsError
from sws.export import FORMATS, Prompt, export
from sws.export.rewards import compute_score
from sws.store import count, count_where, read_rows

TRL, VERL = FORMATS["trl"], FORMATS["verl"]


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_rejected_rows_are_left_out_and_counted(small_run: SimpleNamespace, tmp_path: Path) -> None:
    table = small_run.labels[0]
    made = export(TRL, str(table), tmp_path / "out.jsonl")
    assert (made.rows, made.written) == (count([table]), count_where(table))
    assert sum(made.dropped.values()) == made.rows - made.written
    reasons = {row["reason"] for row in read_rows(table) if not row["kept"]}
    assert set(made.dropped) == {f"not kept: {reason}" for reason in reasons}
    assert made.first == lines(tmp_path / "out.jsonl")[0]


def test_the_table_or_its_manifest(small_run: SimpleNamespace, tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    export(TRL, str(small_run.augmented), one)
    export(TRL, str(small_run.augmented.with_suffix(".parquet")), other)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
def test_the_same_input_gives_the_same_bytes(
    name: str, small_run: SimpleNamespace, tmp_path: Path
) -> None:
    written = []
    for _ in range(2):
        export(TRL, str(small_run.augmented), tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_a_file_of_the_users_is_read_as_a_seed_set_is(tmp_path: Path) -> None:
    source = tmp_path / "mine.jsonl"
    rows = [
        {"question": "What is 2 + 3?", "answer": "It is 2 + 3 = 5.\n#### 5"},
        {"question": "What is 7 - 3?", "answer": ""},
        {"question": "", "answer": "#### 4"},
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = export(TRL, str(source), tmp_path / "out.jsonl")
    (row,) = lines(tmp_path / "out.jsonl")
    assert row["prompt"] == [{"role": "user", "content": "What is 2 + 3?"}]
    assert (row["solution"], row["source"]) == ("5", "mine")
    assert made.rows == 3 and sum(made.dropped.values()) == 2


def test_answers_of_which_any_is_right_go_only_where_they_can_be_compared(tmp_path: Path) -> None:
    roots = '{"any_of": ["2", "-2"]}'
    rows = [
        {"problem": "Name a root of the polynomial x^2 - 4.", "answer": roots},
        {"problem": "How much is 3 + 4?", "answer": "7"},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    made = {
        name: export(style, str(file), tmp_path / f"{name}{style.suffixes[0]}")
        for name, style in FORMATS.items()
    }
    reason = "several right answers, which open-instruct cannot compare"
    assert made["open-instruct"].dropped == {reason: 1}
    assert made["trl"].first["solution"] == made["openrlhf"].first["label"] == roots
    verl = made["verl"].first
    assert (verl["data_source"], verl["reward_model"]["ground_truth"]) == ("sws/any_of", roots)
    scores = [compute_score("sws/any_of", f"so \\boxed{{{one}}}", roots) for one in (-2, 2, 4)]
    assert scores == [1.0, 1.0, 0.0]


def test_columns_that_no_shape_knows_are_named(tmp_path: Path) -> None:
    source = tmp_path / "mine.csv"
    source.write_text("aufgabe,loesung\nWhat is 2 + 3?,5\n")
    with pytest.raises(SwsError, match="--problem"):
        export(TRL, str(source), tmp_path / "out.jsonl")
    columns = {"problem": "aufgabe", "answer": "loesung"}
    export(TRL, str(source), tmp_path / "out.jsonl", columns=columns)
    assert lines(tmp_path / "out.jsonl")[0]["solution"] == "5"


def test_nothing_to_export_leaves_no_file(tmp_path: Path) -> None:
    source = tmp_path / "mine.jsonl"
    source.write_text('{"problem_id": "a", "problem": "What?", "answer": null}\n')
    with pytest.raises(SwsError, match=r"none of its 1 rows can be exported.*1 no answer"):
        export(TRL, str(source), tmp_path / "out.jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.jsonl"]


def test_a_kind_of_file_that_the_trainer_does_not_read(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match=r"\.parquet"):
        export(VERL, "anything", tmp_path / "out.jsonl")


def test_hostile_text_stays_one_line_and_the_same_text(tmp_path: Path) -> None:
    text = 'a\u2028b\u0085c\x1b[31m </script> "quoted"\n\x00'
    source = tmp_path / "mine.jsonl"
    source.write_text(json.dumps({"problem_id": "a", "problem": text, "answer": text}) + "\n")
    export(TRL, str(source), tmp_path / "out.jsonl", Prompt(suffix="!"))
    written = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert len(written.splitlines()) == 1
    assert json.loads(written)["prompt"][0]["content"] == f"{text} !"


def test_a_reader_that_stops_early_leaves_the_old_file(
    small_run: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"problem_id": "a", "problem": "What?", "answer": "1"}\n{"problem_id": \n')
    with pytest.raises(SwsError, match="line 2"):
        export(TRL, str(broken), out)
    assert out.read_text() == "before" and not list(tmp_path.glob("*.tmp"))
