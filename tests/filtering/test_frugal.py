"""With `+frugal`, filters ask less and keep the same problems with the same labels."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.config import Config, load
from sws.config.filtering import Band, Labels, Verdicts
from sws.config.frugal import Frugal
from sws.errors import SwsError
from sws.filtering import difficulty, labels, ratings, verdicts
from sws.filtering.verdicts import KEEP_RULES, NOT_ASKED, decide
from sws.planning.prices import cheapest_first
from sws.schemas import RatingRow, schema_of
from sws.store import read_rows, write_table


def with_options(at: SimpleNamespace, **options: object) -> Config:
    return at.config.model_copy(update={"frugal": Frugal(**options)})


def kept(path: Path) -> list[tuple]:
    return [(row["problem_id"], row.get("answer")) for row in read_rows(path, only="kept")]


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, and a cache that knows no answer yet."""
    monkeypatch.setattr("sws.engines.open.CACHE", tmp_path / "answers")
    return tmp_path


def test_votes_that_stop_keep_the_same_labels(small_run: SimpleNamespace, fresh: Path) -> None:
    wrong = small_run.config.textbook.model_copy(update={"labeler_wrong": 0.4})
    config = small_run.config.model_copy(update={"labels": Labels(samples=8), "textbook": wrong})
    at = SimpleNamespace(config=config)
    some, every = fresh / "some.json", fresh / "every.json"
    labels.run(with_options(at, votes=(5, 1, 2)), small_run.verdicts[0], None, some)
    labels.run(config, small_run.verdicts[0], None, every)
    assert kept(some) == kept(every) and kept(some)
    rows = list(read_rows(some))
    assert len(rows) == len(list(read_rows(every)))
    assert {row["n_samples"] for row in rows} == {5, 6, 8}
    for row in rows:
        assert row["n_votes"] <= row["n_samples"] and row["low"] <= row["vote_share"] <= row["high"]
        most = max((group["votes"] for group in row["groups"]), default=0)
        assert row["vote_share"] == most / row["n_samples"]


@pytest.mark.usefixtures("pupils")
def test_difficulty_that_stops_keeps_the_same_problems(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    student = tmp_path / "students" / "initial" / "student.json"
    config = small_run.config.model_copy(update={"difficulty": Band(samples=8)})
    some, every = tmp_path / "some.json", tmp_path / "every.json"
    at = SimpleNamespace(config=config)
    difficulty.run(with_options(at, difficulty=(4, 1, 1, 2)), small_run.labels[0], student, some)
    difficulty.run(config, small_run.labels[0], student, every)
    decisions = [list(read_rows(path, ("problem_id", "reason"))) for path in (some, every)]
    assert decisions[0] == decisions[1]
    assert {row["n_samples"] for row in read_rows(some)} >= {4, 8}


def asked_in_turn(at: SimpleNamespace, config: Config, folder: Path) -> Iterator[Path]:
    earlier: list[Path] = []
    for judge in cheapest_first(config):
        out = folder / judge / "00.json"
        ratings.run(config, judge, at.screened[0], None, out, None, earlier)
        earlier.append(out)
        yield out


def test_judges_in_turn_keep_the_same_problems(small_run: SimpleNamespace, fresh: Path) -> None:
    config = with_options(small_run, judges=True)
    rated = list(asked_in_turn(small_run, config, fresh))
    out = fresh / "verdicts.json"
    verdicts.run(config, small_run.screened[0], rated, out)
    same = ("problem_id", "kept", "reason")
    assert list(read_rows(out, same)) == list(read_rows(small_run.verdicts[0], same))
    first, second = (list(read_rows(path)) for path in rated)
    bad = {row["problem_id"] for row in first if row["verdict"] == "bad"}
    assert bad == {row["problem_id"] for row in second if row["verdict"] == NOT_ASKED}
    every = {row["problem_id"]: row for row in read_rows(small_run.folder / "ratings/kind/00.json")}
    assert all(row == every[row["problem_id"]] for row in second if row["verdict"] != NOT_ASKED)


@pytest.mark.parametrize("keep", KEEP_RULES)
@pytest.mark.parametrize("judges", [1, 2, 3])
def test_a_judge_is_left_out_only_where_no_verdict_of_his_matters(keep: str, judges: int) -> None:
    """All verdicts, in any order of asking, under every rule."""
    rules = Verdicts(keep=keep)
    for given in itertools.product(("perfect", "acceptable", "bad", "unparsed"), repeat=judges):
        whole = KEEP_RULES[keep](given, rules)
        assert decide(given, rules) == whole
        for order in itertools.permutations(range(judges)):
            seen = [NOT_ASKED] * judges
            for judge in order:
                if decide(seen, rules) is not None:
                    break
                seen[judge] = given[judge]
            decided = decide(seen, rules)
            assert decided is not None and bool(decided) == bool(whole), (given, order)


def test_a_missing_decisive_judge_is_an_error(small_run: SimpleNamespace, fresh: Path) -> None:
    config = with_options(small_run, judges=True)
    first, second = asked_in_turn(small_run, config, fresh)
    rows = [{**row, "verdict": NOT_ASKED} for row in read_rows(second)]
    write_table(second, schema_of(RatingRow), rows)
    with pytest.raises(SwsError, match="a judge who decides was not asked"):
        verdicts.run(config, small_run.screened[0], [first, second], fresh / "verdicts.json")


def test_the_cheapest_judge_is_asked_first(small_run: SimpleNamespace) -> None:
    vllm = {"engine": "vllm", "model": "some/Model-8B"}
    judges = {"large": {**vllm, "model": "some/Model-72B"}, "small": vllm, "same": vllm}
    config = load("nano", {"roles": {"judges": {"strict": None, "kind": None, **judges}}})
    assert cheapest_first(config)[-3:] == ["small", "same", "large"]
    assert cheapest_first(small_run.config) == ["strict", "kind"]
