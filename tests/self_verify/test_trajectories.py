"""Attempts, verifications and trajectories: every decision with its reason, the same every time."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sws.config.textbook import Fallibility, VerifierFallibility
from sws.engines import open_role
from sws.errors import SwsError
from sws.schemas import RolloutRow, schema_of
from sws.self_verify import attempts, trajectories, verifications
from sws.self_verify.rounds import rounds_for
from sws.self_verify.segments import SegmentParser, last_solution
from sws.self_verify.transitions import VALID, outcome_of
from sws.store import count, count_where, read_rows, write_table
from sws.textbook.teacher import Textbook
from sws.verify import Verifier


def rows(path: Path, **options: object) -> list[dict]:
    return list(read_rows(path, **options))  # type: ignore[arg-type]


def test_every_attempt_has_a_decision(tables: SimpleNamespace) -> None:
    found = rows(tables.verifications)
    assert len(found) == count([tables.attempts]) == 5 * count_where(tables.seed)
    assert all(bool(row["reason"]) != row["kept"] for row in found)
    reasons = Counter(row["reason"] for row in found)
    # The embedded verifier errs, and where it does, its verification is dropped.
    assert reasons["judged correct, and it is wrong"] > 0
    assert reasons["judged incorrect, and it is correct"] > 0
    assert reasons["repeats an earlier attempt"] > 0
    assert reasons["no answer that could be checked"] > 0


def test_what_is_kept_judges_the_truth(tables: SimpleNamespace) -> None:
    words = {"correct": "correct", "incorrect": "wrong"}
    kept = rows(tables.verifications, only="kept")
    assert {words[row["judgement"]] == row["outcome"] for row in kept} == {True}
    assert {row["outcome"] for row in kept} == {"correct", "wrong"}


def test_every_problem_has_a_trajectory_or_a_reason(tables: SimpleNamespace) -> None:
    found = rows(tables.trajectories)
    assert len(found) == count_where(tables.seed)
    assert all(bool(row["reason"]) != row["kept"] for row in found)
    assert {row["rounds"] for row in found if row["kept"]} >= {1, 2, 3}


def test_trajectories_are_valid_and_end_right(tables: SimpleNamespace) -> None:
    parser = SegmentParser(tables.config.self_verify.phrases)
    attempted = {(row["problem_id"], row["sample"]): row for row in rows(tables.attempts)}
    with Verifier() as verifier:
        for row in rows(tables.trajectories, only="kept"):
            parts = parser.parse(row["completion"])
            assert outcome_of(parts) == VALID and len(parts) == 2 * row["rounds"]
            assert verifier.verify(row["answer"], last_solution(parts)).outcome == "correct"
            used = [attempted[row["problem_id"], sample] for sample in row["samples"]]
            assert [one["outcome"] for one in used] == ["wrong"] * (row["rounds"] - 1) + ["correct"]
            assert all(one["completion"].strip() in row["completion"] for one in used)
            wanted = rounds_for(row["accuracy"], tables.config.self_verify.trajectories)
            assert row["rounds_wanted"] == wanted >= row["rounds"]


def test_the_same_inputs_give_the_same_rows(tables: SimpleNamespace, tmp_path: Path) -> None:
    again = tmp_path / "trajectories.json"
    trajectories.run(tables.config, tables.verifications, tables.seed, again)
    assert again.read_bytes() == tables.trajectories.read_bytes()


def test_problems_are_left_out_by_rounds(tables: SimpleNamespace, tmp_path: Path) -> None:
    rule = tables.config.self_verify.trajectories.model_copy(
        update={"keep_share": (0.0, 1.0, 1.0, 1.0)}
    )
    settings = tables.config.self_verify.model_copy(update={"trajectories": rule})
    config = tables.config.model_copy(update={"self_verify": settings})
    trajectories.run(config, tables.verifications, tables.seed, tmp_path / "out.json")
    found = rows(tmp_path / "out.json")
    assert 1 not in {row["rounds"] for row in found if row["kept"]}
    assert {row["rounds"] for row in found if row["reason"] == "left out by keep_share"} == {1}


def test_attempts_from_the_recorder_are_the_last_ones(tmp_path: Path) -> None:
    full = {"run": "initial", "epoch": 0, "answer": "1", "outcome": "wrong", "tokens": 3, "rank": 0}
    recorded = [
        {**full, "step": step, "problem_id": "p", "sample": n, "completion": f"{step}/{n}"}
        for step in range(3)
        for n in range(4)
    ]
    write_table(tmp_path / "rollouts.json", schema_of(RolloutRow), recorded)
    attempts.from_rollouts(tmp_path / "rollouts.json", 5, tmp_path / "attempts.json")
    found = rows(tmp_path / "attempts.json")
    assert [row["sample"] for row in found] == [0, 1, 2, 3, 4]
    assert [row["completion"] for row in found] == ["1/3", "2/0", "2/1", "2/2", "2/3"]


def test_attempts_of_no_use_wait_nowhere(tables: SimpleNamespace, tmp_path: Path) -> None:
    """Each is written before the next is read, however many there are in a row."""
    read = 0

    def attempted() -> Iterator[tuple[dict[str, Any], str]]:
        nonlocal read
        for sample in range(1000):
            read += 1
            row = {"problem_id": "p", "sample": sample, "completion": "1", "problem": "1+1=?"}
            yield {**row, "answer": "1", "outcome": "wrong"}, "repeats an earlier attempt"

    parser = SegmentParser(tables.config.self_verify.phrases)
    with open_role(tables.config, "verifier") as client:
        written = verifications._verified(tables.config, client, attempted, 1000, parser)
        assert [row["sample"] for row in islice(written, 3)] == [0, 1, 2]
        assert read == 3
        assert len(list(written)) == 997


def test_a_verifier_that_knows_nothing_is_an_error_that_says_so(
    tables: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "answers")
    rates = {"textbook": VerifierFallibility(unstated=1.0)}
    settings = tables.config.self_verify.model_copy(update=rates)
    config = tables.config.model_copy(update={"self_verify": settings})
    verifications.run(config, tables.attempts, tables.seed, None, tmp_path / "v.json")
    assert count_where(tmp_path / "v.json") == 0
    with pytest.raises(SwsError, match="no problem has a trajectory"):
        trajectories.run(config, tmp_path / "v.json", tables.seed, tmp_path / "t.json")
    assert not (tmp_path / "t.json").exists()


@pytest.mark.parametrize("form", ["confirmative", "problem-solving"])
def test_the_textbook_verifies_in_both_forms(form: str, tables: SimpleNamespace) -> None:
    sure = VerifierFallibility(missed=0, slandered=0, unstated=0)
    textbook = Textbook(Fallibility(), 1, sure)
    problem = next(iter(read_rows(tables.seed, only="kept")))
    fields = {"problem": problem["problem"], "form": form, "correct": "Yes.", "incorrect": "No."}
    good = {**fields, "solution": f"so \\boxed{{{problem['answer']}}}"}
    bad = {**fields, "solution": "so \\boxed{123456}"}
    assert textbook.reply("verifier", good, 1).endswith("Yes.")
    assert textbook.reply("verifier", bad, 1).endswith("No.")
    assert "sorry" in textbook.reply("verifier", {"problem": "?"}, 1)
