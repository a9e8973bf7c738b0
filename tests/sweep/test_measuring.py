"""What is measured of a run: here, what may predict its gain."""

import json
from pathlib import Path

import pytest

from sws.sweep.measuring import predictors

SUMMARY = {
    "failure_set": {"kept": 6, "rows": 20},
    "funnel": [{"stage": "difficulty", "kept": 30, "rows": 40}],
    "seed_set": {"kept": 20},
}


def test_the_controls_last_quarter_says_whether_it_is_saturated(tmp_path: Path) -> None:
    """Of eight steps the last two: 6 of 16 prompts out of the bounds, 4 skipped."""
    steps = [{"position": 8 * n, "drawn": 8, "in_bounds": 8} for n in range(1, 7)]
    steps += [{"position": 56, "drawn": 8, "in_bounds": 5}]
    steps += [{"position": 68, "drawn": 8, "in_bounds": 5, "skipped": 4}]
    journal = tmp_path / "training/extended/metrics.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_text("".join(json.dumps(step) + "\n" for step in steps), encoding="utf-8")
    found = predictors(SUMMARY, tmp_path)
    assert found["saturation"] == pytest.approx(10 / 20)
    assert (found["failed"], found["survival"], found["epochs"]) == (0.3, 0.75, 3.4)
    assert found["entropy"] is None


def test_without_a_control_nothing_is_known_of_it(tmp_path: Path) -> None:
    found = predictors(SUMMARY, tmp_path)
    assert found["saturation"] is None and found["epochs"] is None
