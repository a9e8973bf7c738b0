from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sws.rl.recorder import Journal, Recorder
from sws.schemas import RolloutRow, schema_of
from sws.store import parquet_of, read_rows


def rollouts(*keys: tuple[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "epoch": 0,
            "problem_id": problem,
            "sample": sample,
            "completion": "\\boxed{4}",
            "answer": "4",
            "outcome": "correct",
            "tokens": 3,
        }
        for problem, sample in keys
    ]


def compacted(recorder: Recorder) -> list[dict[str, Any]]:
    manifest = recorder.folder.parent / "all.json"
    recorder.compact(manifest)
    return list(read_rows(manifest))


def keys(recorder: Recorder) -> list[tuple[int, str, int]]:
    return [(row["step"], row["problem_id"], row["sample"]) for row in compacted(recorder)]


def test_rows_of_all_ranks_come_sorted_by_step_problem_and_sample(tmp_path: Path) -> None:
    first, second = Recorder(tmp_path / "rollouts", "r", 0), Recorder(tmp_path / "rollouts", "r", 1)
    second.write(1, rollouts(("b", 0), ("b", 1)))
    second.write(0, rollouts(("a", 1), ("a", 0)))
    first.write(0, rollouts(("c", 0)))
    assert keys(first) == [(0, "a", 0), (0, "a", 1), (0, "c", 0), (1, "b", 0), (1, "b", 1)]
    assert {row["rank"] for row in compacted(first)} == {0, 1}


def test_a_step_done_again_counts_once(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "rollouts", "r")
    recorder.write(0, rollouts(("a", 0)))
    recorder.write(0, rollouts(("a", 0)))
    assert keys(recorder) == [(0, "a", 0)]


def test_rewinding_forgets_later_steps_and_half_written_files(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "rollouts", "r")
    for step in range(3):
        recorder.write(step, rollouts(("a", 0)))
    (tmp_path / "rollouts" / "000003-0000.99.tmp").write_bytes(b"PAR1 cut off")
    recorder.rewind(2)
    assert keys(recorder) == [(0, "a", 0), (1, "a", 0)]
    assert len(list((tmp_path / "rollouts").iterdir())) == 2


def test_the_compacted_table_has_every_row_and_the_schema(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "rollouts", "r")
    recorder.write(0, rollouts(("a", 0), ("a", 1)))
    manifest = tmp_path / "all.json"
    assert recorder.compact(manifest) == 2
    table = pq.read_table(parquet_of(manifest))
    assert table.num_rows == 2 and table.schema.equals(schema_of(RolloutRow))


def test_the_journal_gives_the_position_before_a_step_and_ignores_a_cut_line(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "metrics.jsonl")
    for step in range(3):
        journal.add(step=step, position=10 * (step + 1))
    with journal.path.open("a") as file:
        file.write('{"step": 3, "posi')
    assert [line["step"] for line in journal.lines()] == [0, 1, 2]
    assert journal.rewind(2) == 20
    assert [line["step"] for line in journal.lines()] == [0, 1]
    assert journal.rewind(0) == 0
