"""The metrics on trajectories made by hand, and the files that they are read from."""

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

from sws.config import load
from sws.config.self_verify import Phrases, SelfVerify
from sws.errors import SwsError
from sws.schemas import BenchmarkRow, EvaluationRow, schema_of
from sws.self_verify import summary
from sws.self_verify.files import measure_file
from sws.self_verify.metrics import METRICS, Tallies, ratio
from sws.self_verify.show import print_metrics
from sws.self_verify.trials import Trial
from sws.store import write_table

PHRASES = Phrases()
JUDGEMENTS = {"+": PHRASES.correct, "-": PHRASES.incorrect, "?": "Hard to say."}


def completion(plan: str) -> str:
    """`4-5+`: the answer 4, judged incorrect, then 5, judged correct."""
    parts = []
    for place, sign in enumerate(plan):
        if sign in JUDGEMENTS:
            parts += [PHRASES.verify, JUDGEMENTS[sign]]
        else:
            parts += [*([PHRASES.retry] if place else []), f"so it is \\boxed{{{sign}}}"]
    return "\n\n".join(parts)


def trial(plan: str) -> Trial:
    """The same as a trial of a problem whose answer is 5."""
    right = [sign == "5" for sign in plan if sign.isdigit()]
    solved, judged = -1, []
    words = {"+": "correct", "-": "incorrect", "?": "unstated"}
    for sign in plan:
        solved += sign.isdigit()
        if sign in words:
            judged.append((words[sign], right[solved]))
    outcomes = tuple("correct" if ok else "wrong" for ok in right)
    return Trial("valid", outcomes, tuple(judged))  # type: ignore[arg-type]


def measured(*plans: str) -> dict[str, float | None]:
    tallies = Tallies()
    for number, plan in enumerate(plans):
        tallies.add(str(number), trial(plan))
    found = tallies.as_json()["metrics"]
    return {name: one and one["value"] for name, one in found.items()}


def test_metrics_of_trajectories_made_by_hand() -> None:
    found = measured("5+", "4-5+", "4+", "5-4+", "4-3-5-5+", "4?")
    assert found == {
        # right: 5+ | 4- 5+ | | | 4- 3- 5+; of 2 + 1 + 1 + 2 + 4 + 1 judgements
        "verification_accuracy": pytest.approx(6 / 11),
        # wrong solutions: 4 of 4-5+, 4 of 4+, 4 of 5-4+, 4 and 3 of 4-3-5-5+, 4 of 4?
        "error_recall": pytest.approx(3 / 6),
        # called correct: 5+, 5+, 4+, 4+, 5+
        "correct_precision": pytest.approx(3 / 5),
        "incorrect_to_correct": pytest.approx(2 / 4),
        "correct_to_incorrect": pytest.approx(1 / 2),
        "initial_accuracy": pytest.approx(2 / 6),
        "final_accuracy": pytest.approx(3 / 6),
        "rounds": pytest.approx((1 + 2 + 1 + 2 + 4 + 1) / 6),
    }


def test_a_metric_of_nothing_is_null() -> None:
    found = measured("5+")
    assert found["error_recall"] is found["incorrect_to_correct"] is None
    assert found["correct_to_incorrect"] == 0.0


def test_a_judgement_that_is_not_stated_is_never_right() -> None:
    found = measured("5?", "4?")
    assert found["verification_accuracy"] == found["error_recall"] == 0.0
    assert found["correct_precision"] is None


def test_intervals_are_wilsons_where_every_problem_has_one_completion() -> None:
    sums = np.array([[1.0, 1.0]] * 6 + [[0.0, 1.0]] * 4)
    found = ratio(sums)
    assert found is not None and found.value == 0.6
    # Wilson for 6 of 9 + ...: variance between clusters has n - 1, so nine independent trials.
    centre, n, z = 0.6, 9, 1.959964
    reach = z * math.sqrt(centre * 0.4 / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    middle = (centre + z**2 / (2 * n)) / (1 + z**2 / n)
    assert (found.low, found.high) == (pytest.approx(middle - reach), pytest.approx(middle + reach))


def test_completions_that_resemble_each_other_count_as_few() -> None:
    alike = np.array([[8.0, 8.0]] * 5 + [[0.0, 8.0]] * 5)
    mixed = np.array([[4.0, 8.0]] * 9 + [[3.0, 8.0]])
    wide, narrow = ratio(alike), ratio(mixed)
    assert wide and narrow
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low) / 2
    assert ratio(np.array([[8.0, 8.0]])).low < 0.5  # type: ignore[union-attr]
    assert ratio(np.zeros((3, 2))) is None


def test_a_file_of_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"problem_id": "a", "gold": "5", "pred": completion("4-5+")},
        {"problem_id": "a", "gold": "5", "pred": completion("5+")},
        {"problem": "2+2=?", "gold": "4", "pred": None},
        {"gold": "4", "pred": completion("4"), "finish_reason": "length"},
    ]
    file = tmp_path / "completions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    found = measure_file(SelfVerify(), file, stream=(stream := io.StringIO()))
    assert (found["completions"], found["problems"]) == (4, 3)
    assert found["structures"] == {"valid": 2, "empty": 1, "cut off": 1}
    assert found["metrics"]["verification_accuracy"]["value"] == 1.0
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0]["solutions"] == ["wrong", "correct"]
    assert lines[0]["judgements"] == ["incorrect", "correct"]
    print_metrics(found)
    shown = capsys.readouterr().out
    assert all(name.replace("_", " ") in shown for name in METRICS)


def test_an_interval_that_cannot_be_had_is_null_in_json(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps({"gold": "5", "pred": completion("5+")}))
    found = json.loads(json.dumps(measure_file(SelfVerify(), file), allow_nan=False))
    assert found["metrics"]["rounds"] == {"value": 1.0, "low": None, "high": None, "of": 1}
    print_metrics(found)


def test_a_table_of_a_run_with_its_problems(tmp_path: Path) -> None:
    problem = {"problem_id": "a", "problem": "?", "answer": "5", "category": "Algebra"}
    held_out = tmp_path / "benchmarks.json"
    write_table(held_out, schema_of(BenchmarkRow), [{**problem, "benchmark": "own"}])
    row = {"set": "own", "problem_id": "a", "category": "Algebra", "sample": 0, "answer": "5"}
    rows = [{**row, "completion": completion("4-5+"), "outcome": "correct", "tokens": 9}]
    write_table(tmp_path / "sws.json", schema_of(EvaluationRow), rows)
    found = measure_file(SelfVerify(), tmp_path / "sws.json", [held_out])
    assert found["metrics"]["incorrect_to_correct"]["value"] == 1.0
    other = tmp_path / "other.json"
    write_table(other, schema_of(BenchmarkRow), [{**problem, "problem_id": "b", "benchmark": "x"}])
    with pytest.raises(SwsError, match="the problem a has no answer"):
        measure_file(SelfVerify(), tmp_path / "sws.json", [other])


def test_evaluations_of_several_seeds_are_pooled_by_student(tmp_path: Path) -> None:
    problem = {"problem_id": "a", "problem": "?", "answer": "5", "category": "Algebra"}
    write_table(
        tmp_path / "benchmarks.json", schema_of(BenchmarkRow), [{**problem, "benchmark": "own"}]
    )
    row = {"set": "own", "problem_id": "a", "category": "Algebra", "sample": 0, "answer": "5"}
    for seed, plan in ((1, "5+"), (2, "4-")):
        rows = [{**row, "completion": completion(plan), "outcome": "correct", "tokens": 9}]
        (tmp_path / f"run{seed}").mkdir()
        write_table(tmp_path / f"run{seed}" / "sft.json", schema_of(EvaluationRow), rows)
    config = load("nano", {"self_verify": {"phrases": PHRASES.model_dump()}})
    tables = [tmp_path / f"run{seed}" / "sft.json" for seed in (1, 2)]
    summary.run(config, tables, tmp_path / "benchmarks.json", tmp_path / "out.json")
    found = json.loads((tmp_path / "out.json").read_text())["students"]
    assert list(found) == ["sft"]
    assert (found["sft"]["completions"], found["sft"]["problems"]) == (2, 1)
    assert found["sft"]["metrics"]["initial_accuracy"]["value"] == 0.5


@pytest.mark.parametrize("line", ['{"gold": "5"}', "", "nonsense"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line)
    with pytest.raises(SwsError, match=r"bad\.jsonl"):
        measure_file(SelfVerify(), file)


@pytest.mark.parametrize(
    "text",
    ["x" * 2_000_000, completion("4-" * 500 + "5+"), f"$${PHRASES.verify}$$", "\\[" * 100_000],
)
def test_hostile_completions_have_a_named_outcome(tmp_path: Path, text: str) -> None:
    file = tmp_path / "hostile.jsonl"
    file.write_text(json.dumps({"gold": "5", "pred": text}))
    found = measure_file(SelfVerify(), file)
    assert sum(found["structures"].values()) == 1
