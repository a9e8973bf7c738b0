"""Runs of several seeds: the mean and Student's t interval over seeds, and what cannot combine."""

import copy
import io
import json
from types import SimpleNamespace

import pytest
from rich.console import Console

from sws.errors import SwsError
from sws.evaluation.seeds import combine, print_seeds


@pytest.fixture
def runs(small_run: SimpleNamespace) -> list[dict]:
    """Three runs whose arm `sws` had 50, 60 and 70 % overall."""
    found = json.loads(small_run.summary.read_text(encoding="utf-8"))
    copies = [copy.deepcopy(found) for _ in range(3)]
    for seed, run in enumerate(copies, start=1):
        run["seed"] = seed
        run["arms"]["sws"]["overall"]["avg@4"]["value"] = 0.4 + 0.1 * seed
    return copies


def test_the_interval_is_students_over_seeds(runs: list[dict]) -> None:
    found = combine(runs)["arms"]["sws"]["overall"]["avg@4"]
    assert found["by_seed"] == pytest.approx([0.5, 0.6, 0.7])
    assert found["value"] == pytest.approx(0.6)
    # t(0.975, 2 degrees of freedom) = 4.3027; the standard error is 0.1 / sqrt(3).
    assert found["high"] - found["value"] == pytest.approx(4.3027 * 0.1 / 3**0.5, rel=1e-4)
    assert found["value"] - found["low"] == pytest.approx(found["high"] - found["value"])


def test_every_arm_and_gain_is_printed(runs: list[dict]) -> None:
    out = io.StringIO()
    print_seeds(combine(runs), Console(file=out, width=120))
    text = out.getvalue()
    for name in ("base", "initial", "extended", "sws", "sws - extended"):
        assert f" {name} " in text
    assert "50.0 60.0 70.0" in text and "seeds 1, 2, 3" in text


def test_runs_that_cannot_be_combined_are_named(runs: list[dict]) -> None:
    with pytest.raises(SwsError, match="seeds 1"):
        combine(runs[:1])
    with pytest.raises(SwsError, match="seeds 1, 1"):
        combine([runs[0], runs[0]])
    del runs[1]["arms"]["sws"]
    with pytest.raises(SwsError, match="different arms"):
        combine(runs)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("preset", "other", "different presets"), ("samples", 8, "numbers of samples: 4 and 8")],
)
def test_runs_of_another_experiment_are_refused(
    runs: list[dict], key: str, value: object, words: str
) -> None:
    with pytest.raises(SwsError, match=words):
        combine([runs[0], {**runs[1], key: value}])
