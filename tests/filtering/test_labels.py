"""Labels by self-consistency, also when completions are hostile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sws.config import load
from sws.engines import Response
from sws.engines.cache import AnswerCache
from sws.engines.open import RoleClient
from sws.errors import SwsError
from sws.filtering import labels
from sws.schemas import VerdictRow, schema_of
from sws.store import kept, read_rows, rejected, write_table


class Saying:
    """An engine that gives prepared completions."""

    fingerprint = "saying"

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts
        self.asked: list[Any] = []

    def answer(self, requests: Any) -> Iterator[Response]:
        for request in requests:
            self.asked.append(request)
            reasons = ("stop",) * len(self.texts) or ("prompt too long",)
            yield Response(request.id, self.texts, reasons, 1, (1,) * len(self.texts))

    def close(self) -> None:
        """Nothing is held."""


def label(config: Any, folder: Path, texts: tuple[str, ...], rows: int = 1) -> tuple[list, Saying]:
    engine = Saying(texts)

    @contextmanager
    def saying(*_: object) -> Iterator[RoleClient]:
        with AnswerCache(folder / "answers", repr(texts)) as cache:
            yield RoleClient(engine, cache)

    problems = [
        {
            "problem_id": f"p{n}",
            "problem": f"What is {n}?",
            "category": "Algebra",
            "verdicts": {},
            **(rejected("a bad verdict") if n else kept()),
        }
        for n in range(rows)
    ]
    write_table(folder / "verdicts.json", schema_of(VerdictRow), problems)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(labels, "open_role", saying)
        labels.run(config, folder / "verdicts.json", None, folder / "labels.json")
    return list(read_rows(folder / "labels.json")), engine


def box(answer: str) -> str:
    return f"So it is \\boxed{{{answer}}}."


@pytest.mark.parametrize(
    ("answers", "expected", "share", "reason"),
    [
        (["1/2", "0.5", "\\frac{1}{2}", "3"], "1/2", 0.75, ""),
        (["7", "7", "3", "4"], "7", 0.5, ""),
        (["7", "7", "3", "4", "5"], "7", 0.4, "vote share under 0.5"),
        (["7", None, None, None], "7", 0.25, "vote share under 0.5"),
        (["7", "7", None, None], "7", 0.5, ""),
        ([None, None], None, 0.0, "no answer parsed"),
        (["\\frac{", "\\frac{"], None, 0.0, "no answer parsed"),
    ],
)
def test_the_vote(
    small_run: SimpleNamespace,
    tmp_path: Path,
    answers: list[str | None],
    expected: str | None,
    share: float,
    reason: str,
) -> None:
    texts = tuple("I do not know." if answer is None else box(answer) for answer in answers)
    if answers == ["\\frac{", "\\frac{"]:  # no box can hold it
        texts = tuple(f"The answer is {answer}" for answer in answers)
    (row,), _ = label(small_run.config, tmp_path, texts)
    assert row["reason"] == reason and row["kept"] == (reason == "")
    assert row["vote_share"] == share and row["n_samples"] == len(answers)
    if expected is None:
        assert row["answer"] is None
    elif expected == "1/2":
        assert row["answer"] in ("1/2", "0.5", "\\frac{1}{2}")
    else:
        assert row["answer"] == expected
    assert row["low"] <= row["vote_share"] <= row["high"]


def test_unparsed_samples_never_win(small_run: SimpleNamespace, tmp_path: Path) -> None:
    texts = (box("None"), box("None"), box("None"), box(""), box("5"))
    (row,), _ = label(small_run.config, tmp_path, texts)
    assert row["answer"] == "5" and row["n_votes"] == 1 and not row["kept"]


def test_a_tie_is_told(small_run: SimpleNamespace, tmp_path: Path) -> None:
    (row,), _ = label(small_run.config, tmp_path, (box("5"), box("3")))
    assert row["tied"] and row["answer"] == "3"
    assert row["groups"] == [{"answer": "3", "votes": 1}, {"answer": "5", "votes": 1}]


def test_a_stage_whose_every_prompt_is_too_long_fails_and_says_so(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    with pytest.raises(SwsError, match="1 of 1 rows were refused: prompt too long 1"):
        label(small_run.config, tmp_path, ())
    assert not (tmp_path / "labels.json").exists()


def test_what_the_judges_rejected_is_not_asked(small_run: SimpleNamespace, tmp_path: Path) -> None:
    rows, engine = label(small_run.config, tmp_path, (box("5"),), rows=3)
    assert [row["problem_id"] for row in rows] == ["p0"]
    (request,) = engine.asked
    assert request.sampling.n == small_run.config.labels.samples
    assert request.fields == {"problem": "What is 0?"}


PIECES = st.sampled_from(
    ["\\boxed{", "}", "{", "\\frac", "9" * 400, "10^10^10", "1/0", "\x00", "\ufffd", "$", "#### ",
     "the answer is ", "\\\\", "__import__('os')", "\u202e", "x=", ",", " ", "nan", "-", "∞"]
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(st.lists(PIECES, min_size=2, max_size=8).map("x".join), min_size=1, max_size=4)
)
def test_hostile_completions_get_a_decision(
    small_run: SimpleNamespace, tmp_path: Path, texts: list[str]
) -> None:
    (row,), _ = label(small_run.config, tmp_path, tuple(texts))
    assert row["kept"] == (row["reason"] == "")
    assert row["n_votes"] <= row["n_samples"] == len(texts)


def test_labels_of_the_textbook_are_mostly_true(small_run: SimpleNamespace) -> None:
    rows = list(read_rows(small_run.labels))
    expected = [
        row["problem_id"] for row in read_rows(small_run.verdicts, ["problem_id"], only="kept")
    ]
    assert [row["problem_id"] for row in rows] == expected
    assert {row["n_samples"] for row in rows} == {small_run.config.labels.samples}
    assert sum(row["kept"] for row in rows) > 0.8 * len(rows)


@pytest.mark.parametrize(("exceed", "reason"), [(False, ""), (True, "vote share not over 0.5")])
def test_half_of_the_votes_is_enough_unless_more_is_asked_for(
    tmp_path: Path, exceed: bool, reason: str
) -> None:
    config = load("nano", {"labels": {"samples": 4, "exceed": exceed}})
    texts = tuple(rf"So it is \boxed{{{answer}}}." for answer in (1, 1, 2, 3))
    [row], _ = label(config, tmp_path, texts)
    assert (row["vote_share"], row["reason"]) == (0.5, reason)
