"""Offline RL: which trajectories are learned from, and what their rewards are compared with."""

from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sws.config.self_verify import OfflineRL, Phrases
from sws.self_verify import offline
from sws.self_verify.baselines import Baselines
from sws.self_verify.offline import why_not
from sws.self_verify.offline_rollouts import advantages_of, keys_of, rewards_of
from sws.self_verify.rewards import reward_actions
from sws.self_verify.segments import SegmentParser
from sws.store import count_where, read_rows
from tests.conftest import pupil

RULE = OfflineRL()
PARSER = SegmentParser(
    Phrases(verify="Check:", retry="Again:", correct="Right.", incorrect="Wrong.", unsure="Eh.")
)
PARTS = {"s": "Again:\n1", "v": "Check:\nRight.", "x": "Check:\nWrong."}


def decided(
    actions: str, right: str, accuracy: float = 0.5, finished: bool = True, **rule: Any
) -> str:
    """Why it is left out: s solves, v calls it correct, x incorrect; + for a right solution."""
    settings = OfflineRL(**rule)
    parts = PARSER.parse("\n\n".join(PARTS[one] for one in actions))
    rewarded = reward_actions(parts, [sign == "+" for sign in right], settings.process, finished)
    return why_not(accuracy, parts, rewarded, finished, settings)


@pytest.mark.parametrize(
    ("accuracy", "kept"),
    [(0.0, False), (0.1, True), (0.125, True), (0.7, True), (0.75, False), (1.0, False)],
)
def test_problems_are_filtered_by_their_accuracy(accuracy: float, kept: bool) -> None:
    assert decided("sv", "+", accuracy) == ("" if kept else "the problem is too hard or too easy")


ALTERNATE = "solutions and verifications do not alternate"
GOES_ON = "goes on after a right solution that was called correct"


@pytest.mark.parametrize(
    ("actions", "right", "reason"),
    [
        ("sv", "+", ""),
        ("sx", "-", ""),
        ("s", "-", ""),
        ("sxsv", "-+", ""),
        ("svsv", "-+", ""),  # goes on after a wrong solution that was called correct
        ("sxsv", "++", ""),  # a right solution was called incorrect
        ("", "", ALTERNATE),
        ("v", "", ALTERNATE),
        ("ssv", "-+", ALTERNATE),
        ("svv", "+", ALTERNATE),
        ("sxsvv", "-+", ALTERNATE),
        ("svsv", "++", GOES_ON),
        ("sxsvs", "-++", GOES_ON),
        ("sx" * 10, "-" * 10, ""),
        ("sx" * 10 + "s", "-" * 11, "too many actions"),
    ],
)
def test_trajectories_are_rejected_by_rules(actions: str, right: str, reason: str) -> None:
    assert decided(actions, right) == reason


def test_a_trajectory_that_was_cut_off_is_not_learned_from() -> None:
    assert decided("sx", "-", finished=False) == "cut off"


def test_the_published_code_stops_at_ten_actions() -> None:
    assert decided("sx" * 5, "-" * 5, max_actions=10) == ""
    assert decided("sx" * 5 + "s", "-" * 6, max_actions=10) == "too many actions"


def row(accuracy: float, *signs: str) -> dict[str, Any]:
    """A trajectory with rewards +1 or -1 of its actions in turn."""
    letters = [f"{'RV'[place % 2]}{sign}" for place, sign in enumerate(signs)]
    return {
        "accuracy": accuracy,
        "rewards": [1.0 if sign == "+" else -1.0 for sign in signs],
        "contexts": ["".join(letters[:place]) for place in range(len(signs))],
        "outcome": "correct" if signs[::2][-1] == "+" else "wrong",
    }


#: Two problems of like accuracy, and an easier one.
ROWS = [row(0.25, "-", "+", "+", "+"), row(0.25, "+", "-"), row(0.625, "+", "+")]


def advantages(**rule: Any) -> list[list[float]]:
    settings = OfflineRL(**rule)
    baselines = Baselines(settings.baseline_least)
    for one in ROWS:
        baselines.add(keys_of(one, settings), rewards_of(one, settings))
    return [advantages_of(one, settings, baselines) for one in ROWS]


def test_the_baseline_of_a_position_is_over_problems_of_like_accuracy() -> None:
    # At 0.25: first solutions -1 and 1, first verifications 1 and -1, one action after them each.
    assert advantages(baseline="position") == [[-1, 1, 0, 0], [1, -1], [0, 0]]


def test_the_baseline_of_a_context_is_over_all_problems() -> None:
    # First solutions: mean (-1 + 1 + 1) / 3; verifications after R+: mean (-1 + 1) / 2.
    found = advantages(baseline="context")
    assert found[0] == pytest.approx([-4 / 3, 0, 0, 0])
    assert found[1] == pytest.approx([2 / 3, -1])
    assert found[2] == pytest.approx([2 / 3, 1])


def test_the_baseline_of_a_bin_and_a_context() -> None:
    assert advantages(baseline="bin-context") == [[-1, 0, 0, 0], [1, 0], [0, 0]]


def test_one_bin_holds_all_problems() -> None:
    assert advantages(baseline="bin-context", bins=1) == advantages(baseline="context")


def test_a_baseline_of_few_actions_is_zero() -> None:
    found = advantages(baseline="position", baseline_least=2)
    assert found == [[-1, 1, 1, 1], [1, -1], [1, 1]]


@pytest.mark.parametrize("baseline", ["position", "bin-context"])
def test_an_outcome_is_compared_with_those_of_like_accuracy(baseline: str) -> None:
    assert advantages(level="outcome", baseline=baseline) == [[0], [0], [0]]
    assert advantages(level="outcome", baseline=baseline, baseline_least=3) == [[1], [1], [1]]


def test_contexts_are_the_signs_of_the_rewards_before() -> None:
    assert ROWS[0]["contexts"] == ["", "R-", "R-V+", "R-V+R+"]
    parts = PARSER.parse("1\n\nCheck: Wrong.\n\nAgain: 2\n\nCheck: Right.")
    found = reward_actions(parts, [False, True], RULE.process)
    assert [one.before for one in found.contexts] == ROWS[0]["contexts"]
    assert found.rewards == ROWS[0]["rewards"]


def test_resampling_is_refused() -> None:
    with pytest.raises(ValueError, match="samples once"):
        OfflineRL(resample_rounds=2)


def test_the_stage_decides_on_every_sample(
    tables: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A pupil that never verifies: each of its samples is a trajectory of one action."""
    monkeypatch.setattr(offline, "open_student", pupil)
    student = tables.folder / "students" / "initial" / "student.json"
    settings = tables.config.self_verify.model_copy(update={"offline": RULE})
    config = tables.config.model_copy(update={"self_verify": settings})
    for name in ("offline", "again"):
        offline.run(config, student, tables.seed, tmp_path / f"{name}.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "offline.json").read_bytes()
    rows = list(read_rows(tmp_path / "offline.json"))
    assert len(rows) == 8 * count_where(tables.seed)
    for row in rows:
        assert bool(row["reason"]) != row["kept"]
        assert row["structure"] == "ends without a verification" and row["contexts"] == [""]
        assert row["rewards"] == [1.0 if row["outcome"] == "correct" else -1.0]
    for _, samples in groupby(rows, lambda row: row["problem_id"]):
        of_one = list(samples)
        solved = sum(row["outcome"] == "correct" for row in of_one) / 8
        assert {row["accuracy"] for row in of_one} == {solved}
        assert {row["kept"] for row in of_one} == {0.1 <= solved <= 0.7}
