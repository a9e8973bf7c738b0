"""Voting by self-consistency."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from sws.errors import SwsError
from sws.verify.compare import decide
from sws.verify.vote import vote, vote_file, wilson


def test_equivalent_answers_vote_together() -> None:
    result = vote(["1/2", "0.5", r"\frac{1}{2}", r"\frac{1}{2}", "2", "2", None, "None"], decide)
    assert (result.label, result.votes, result.share) == (r"\frac{1}{2}", 4, 0.5)
    assert (result.n_votes, result.n_samples) == (6, 8)
    assert result.groups == ((r"\frac{1}{2}", 4), ("2", 2))
    assert not result.tied


def test_unparsed_answers_never_win() -> None:
    result = vote([None, "None", "", " ", None, "7"], decide)
    assert (result.label, result.n_votes, result.n_samples) == ("7", 1, 6)
    assert vote([None, "None"], decide).label is None
    assert vote([], decide).share == 0


def test_ties_are_reported_and_broken_by_order_of_forms() -> None:
    for answers in (["3", "2"], ["2", "3"]):
        result = vote(answers, decide)
        assert result.tied and result.label == "2"


def test_representatives_are_compared_by_algebra() -> None:
    def same_root(one: str, other: str) -> bool:
        return {one, other} == {r"\sqrt{8}", r"2\sqrt{2}"}

    result = vote([r"\sqrt{8}", r"2\sqrt{2}", "3", r"\sqrt{8}"], same_root)
    assert (result.label, result.votes) == (r"\sqrt{8}", 3)


def test_an_answer_that_cannot_be_read_does_not_vote() -> None:
    result = vote([r"\frac{1", r"\frac{1", "7"], decide, parses=lambda answer: "{" not in answer)
    assert (result.label, result.n_votes, result.n_samples) == ("7", 1, 3)


def test_an_answer_that_runs_out_of_time_is_not_compared_for_ever() -> None:
    asked = []

    def hangs(one: str, other: str) -> bool | None:
        asked.append((one, other))
        return None

    result = vote([f"x^{i}+1" for i in range(20)], hangs)
    assert len(result.groups) == 20
    assert len(asked) <= 40


answers = st.lists(
    st.sampled_from(["1/2", "0.5", "2", "2.0", "4/2", "x", "50%", "50", None, "", "None", "no"])
)


@given(answers, st.randoms())
def test_the_order_of_samples_plays_no_part(sample: list[str | None], random: object) -> None:
    shuffled = list(sample)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert vote(sample, decide) == vote(shuffled, decide)


@given(answers)
def test_votes_add_up(sample: list[str | None]) -> None:
    result = vote(sample, decide)
    voters = [answer for answer in sample if answer not in (None, "", "None")]
    assert sum(votes for _, votes in result.groups) == result.n_votes == len(voters)
    assert result.label in voters or (result.label is None and not voters)
    assert result.share == (result.votes / len(sample) if sample else 0)


def test_wilson_is_scipys() -> None:
    for n in (1, 8, 64, 1000):
        for votes in {0, 1, n // 2, n}:
            theirs = binomtest(votes, n).proportion_ci(0.95, method="wilson")
            assert wilson(votes, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_against_published_values() -> None:
    # Newcombe (1998), table I: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_proportion(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n + 1e-12 and successes / n - 1e-12 <= high <= 1


@pytest.mark.parametrize("workers", [1, 2])
def test_files(tmp_path: Path, workers: int) -> None:
    """Bare answers and completions vote; the share is over all samples, also unreadable ones."""
    path = tmp_path / "answers.jsonl"
    first = [
        "1/2",
        r"so it is \boxed{0.5}",
        r"\sqrt{8}",
        r"2\sqrt2",
        r"\sqrt8",
        None,
        "None",
        "\frac{",
    ]
    rows = [{"id": "a", "answers": first}, {"id": 2, "answers": []}, {"answers": ["3", "4"]}]
    path.write_text("\n".join(map(json.dumps, rows)))
    vote_file(path, stream := io.StringIO(), workers)
    decided, nothing, tie = map(json.loads, stream.getvalue().splitlines())
    assert (decided["id"], decided["label"], decided["vote_share"]) == ("a", r"\sqrt8", 3 / 8)
    assert (decided["n_votes"], decided["n_samples"]) == (5, 8)
    assert [group["votes"] for group in decided["groups"]] == [3, 2]
    assert decided["interval"][0] < 3 / 8 < decided["interval"][1]
    assert (nothing["id"], nothing["label"], nothing["vote_share"]) == (2, None, 0)
    assert tie["tied"] and tie["id"] is None and not decided["tied"]


@pytest.mark.parametrize("answers", [["1", 2], "1", None])
def test_bad_answers_are_named(tmp_path: Path, answers: object) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"answers": []}\n\n' + json.dumps({"id": 1, "answers": answers}))
    with pytest.raises(SwsError, match=r"answers\.jsonl, line 3: 'answers' cannot be"):
        vote_file(path, io.StringIO())
