"""Screening over shards: one decision for every candidate."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sws.config import Config, load
from sws.errors import SwsError
from sws.filtering import screening
from sws.identity import problem_id
from sws.schemas import BenchmarkRow, CandidateRow, SeedRow, schema_of
from sws.store import kept, parquet_of, read_rows, rejected, write_table

CONFIG = load("nano")
BENCHMARK = (
    "A ladder of length 13 leans against a wall with its foot 5 away. How high does it reach?"
)
SEED = "The sum of three consecutive odd numbers is 57. What is the largest of the three numbers?"
REJECTED_SEED = "What is the sum of the first 20 positive integers that are divisible by seven?"
NEW = "How many diagonals does a convex polygon with 12 sides have if no diagonal is counted twice?"


def candidate(number: int, completion: str, finish_reason: str = "stop") -> dict[str, Any]:
    return {
        "candidate_id": f"candidate {number}",
        "blueprint_id": f"blueprint {number}",
        "category": "Geometry",
        "concepts": ["polygons"],
        "level": "3",
        "completion": completion,
        "finish_reason": finish_reason,
        "tokens": 10,
    }


def block(problem: str) -> str:
    return f"Rationale: fine.\n```text\n{problem}\n```"


def screen(
    folder: Path,
    shards: list[list[dict[str, Any]]],
    earlier: Sequence[Path] = (),
    config: Config = CONFIG,
    waves: Sequence[Path] = (),
) -> list[list[dict[str, Any]]]:
    row = {"answer": "1", "category": "Geometry"}
    held_out = {
        **row,
        "problem_id": problem_id(BENCHMARK),
        "benchmark": "walls",
        "problem": BENCHMARK,
    }
    write_table(folder / "benchmarks.json", schema_of(BenchmarkRow), [held_out])
    seeds = [
        {**row, "problem_id": problem_id(text), "problem": text, "source": "test", **decision}
        for text, decision in [(SEED, kept()), (REJECTED_SEED, rejected("answer does not check"))]
    ]
    write_table(folder / "seed.json", schema_of(SeedRow), seeds)
    inputs = [folder / f"candidates/{number}.json" for number in range(len(shards))]
    outs = [folder / f"screened/{number}.json" for number in range(len(shards))]
    for path, rows in zip(inputs, shards, strict=True):
        write_table(path, schema_of(CandidateRow), rows)
    held_out_and_seed = folder / "benchmarks.json", folder / "seed.json"
    screening.run(config, inputs, *held_out_and_seed, earlier, outs, waves)
    return [list(read_rows(path)) for path in outs]


def test_every_candidate_has_a_decision_and_the_first_of_several_stays(tmp_path: Path) -> None:
    completions = [
        (block(NEW), "stop", ""),
        ("I cannot.", "stop", "no problem found"),
        (block(NEW)[:-4], "length", "truncated"),
        (block("Prove that 2 + 2 = 4."), "stop", "proof"),
        (block("Which of the following is even: 3, 4?"), "stop", "multiple choice"),
        (block("(a) Find 2 + 3. (b) Find 3 + 4."), "stop", "several parts"),
        (block("True or false: 91 is prime."), "stop", "true or false"),
        (block("2 + 2"), "stop", "too short"),
        (block("x " * 2001), "stop", "too long"),
        (block(BENCHMARK), "stop", "overlaps benchmark walls"),
        (block(SEED), "stop", "exact duplicate"),
        (block(REJECTED_SEED), "stop", ""),
    ]
    later = [
        (block(NEW + " "), "stop", "exact duplicate"),
        (block(NEW.replace("How many", "Say how many")), "stop", "near duplicate"),
        (block(NEW.replace("12", "14")), "stop", ""),
        ("", "prompt too long", "no problem found"),
    ]
    shards = [
        [candidate(100 * shard + i, text, why) for i, (text, why, _) in enumerate(rows)]
        for shard, rows in enumerate([completions, later])
    ]
    first, second = screen(tmp_path, shards)
    assert [row["reason"] for row in first] == [reason for _, _, reason in completions]
    assert [row["reason"] for row in second] == [reason for _, _, reason in later]
    assert [row["candidate_id"] for row in first + second] == [
        row["candidate_id"] for shard in shards for row in shard
    ]
    assert first[0]["problem_id"] == problem_id(NEW) and first[0]["problem"] == NEW
    assert first[1]["problem_id"] == "candidate 1" and first[1]["problem"] == ""
    assert second[0]["evidence"] == {"of": problem_id(NEW)}
    assert first[10]["evidence"] == {"of": problem_id(SEED)}
    assert second[3]["evidence"]["finish_reason"] == "prompt too long"
    assert first[0]["concepts"] == ["polygons"] and first[0]["level"] == "3"


def test_shards_do_not_change_what_is_kept_and_runs_are_equal(tmp_path: Path) -> None:
    rows = [
        candidate(i, block(f"How much is {i % 7} + {i % 11} and then twice that sum, exactly?"))
        for i in range(100)
    ]
    one = screen(tmp_path / "one", [rows])
    many = screen(tmp_path / "many", [rows[:13], [], rows[13:60], rows[60:]])
    assert one[0] == [row for shard in many for row in shard]
    assert sum(row["kept"] for row in one[0]) == 77
    screen(tmp_path / "again", [rows])
    tables = [parquet_of(tmp_path / run / "screened/0.json") for run in ("one", "again")]
    assert tables[0].read_bytes() == tables[1].read_bytes()


def test_what_an_earlier_round_trained_on_is_not_new(tmp_path: Path) -> None:
    earlier = tmp_path / "round1/augmented.json"
    write_table(
        earlier,
        pa.schema({"problem_id": pa.string(), "problem": pa.string()}),
        [{"problem_id": problem_id(NEW), "problem": NEW}],
    )
    shard = [candidate(0, block(NEW)), candidate(1, block(NEW.replace("12", "14")))]
    (rows,) = screen(tmp_path, [shard], [earlier])
    assert [row["reason"] for row in rows] == ["exact duplicate", ""]


def test_what_an_earlier_wave_kept_is_not_new(tmp_path: Path) -> None:
    """In waves or at once, the same candidates are kept."""
    rows = [
        candidate(i, block(f"How much is {i % 7} + {i % 11} and then twice that sum, exactly?"))
        for i in range(100)
    ]
    (whole,) = screen(tmp_path / "whole", [rows])
    (first,) = screen(tmp_path / "first", [rows[:60]])
    (second,) = screen(tmp_path / "second", [rows[60:]], waves=[tmp_path / "first/screened/0.json"])
    assert [row["kept"] for row in (*first, *second)] == [row["kept"] for row in whole]
    assert any(not row["kept"] for row in second)


def test_no_candidates_at_all(tmp_path: Path) -> None:
    assert screen(tmp_path, [[], []]) == [[], []]


def test_inputs_and_outputs_must_match() -> None:
    with pytest.raises(SwsError, match="2 shards"):
        screening.run(CONFIG, [Path("a"), Path("b")], Path("c"), Path("d"), [], [Path("e")])


def test_other_words_for_the_same_problem_by_option(tmp_path: Path) -> None:
    """Against the seed set, the benchmarks and earlier candidates; other numbers are another."""
    again = {
        "semantic duplicate": [
            "Three odd numbers that follow each other add up to 57. Find the biggest of the three.",
            "A convex polygon has 12 sides. Counting none twice, how many diagonals has it?",
        ],
        "overlaps benchmark walls": [
            "Its foot 5 away, a ladder of length 13 leans on a wall. How high does the top reach?",
        ],
        "": [
            "Three odd numbers that follow each other add up to 75. Find the biggest of the three."
        ],
    }
    texts = [NEW, *(text for group in again.values() for text in group)]
    rows = [candidate(number, block(text)) for number, text in enumerate(texts)]
    [plain] = screen(tmp_path / "plain", [rows])
    assert {row["reason"] for row in plain} == {""}
    config = load("nano", {"screening": {"semantic": 0.75}})
    [compared] = screen(tmp_path / "compared", [rows], config=config)
    assert [row["reason"] for row in compared[1:]] == [
        reason for reason, group in again.items() for _ in group
    ]
    assert compared[1]["evidence"]["of"] == problem_id(SEED)
