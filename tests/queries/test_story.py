"""One problem's whole story, and its text."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.concepts import database as concepts
from sws.errors import SwsError
from sws.queries.print_story import lines, print_story
from sws.queries.story import story
from sws.store import read_rows
from tests.hostile import spoil


def rows_of(small_project: SimpleNamespace, pattern: str, **only: object) -> list[dict]:
    rows = read_rows(sorted(small_project.round.glob(pattern)))
    return [row for row in rows if all(row[name] == value for name, value in only.items())]


def test_a_failed_problem_with_all_that_came_of_it(small_project: SimpleNamespace) -> None:
    extracted = rows_of(small_project, "extracted.json", kept=True)[0]
    found = story(small_project.round, extracted["problem_id"])["seed"]
    assert found["history"][0]["failed"] and len(found["accuracy"]) == 2
    assert found["concepts"] and found["blueprints"] and found["written"]
    blueprints = {row["blueprint_id"] for row in found["blueprints"]}
    assert {row["blueprint_id"] for row in found["written"]} <= blueprints
    text = "\n".join(lines(story(small_project.round, extracted["problem_id"])))
    assert "Initial training: failed" in text and "Problems that came of it" in text


def test_a_published_problem_with_all_that_is_behind_it(small_project: SimpleNamespace) -> None:
    row = rows_of(small_project, "augmented.json", source="synthetic")[0]
    (found,) = story(small_project.round, row["problem_id"][:10])["synthetic"]
    assert found["stage"] == "augmented" and found["answer"] == row["answer"]
    assert found["blueprint"]["concepts"] == row["concepts"]
    assert len(found["ratings"]) == 2 and found["votes"] and found["accuracy"] is not None
    text = "\n".join(lines(story(small_project.round, row["problem_id"])))
    assert "in the augmented set" in text and "strict: " in text and "samples agree" in text
    low, high = (f"{found[end]:.0%}" for end in ("accuracy_low", "accuracy_high"))
    assert f"of {found['tries']} samples (95 % interval {low} to {high})" in text


def test_a_rejected_candidate_is_found_by_its_own_id(small_project: SimpleNamespace) -> None:
    row = rows_of(small_project, "screened/*.json", kept=False)[0]
    (found,) = story(small_project.round, row["candidate_id"])["synthetic"]
    assert (found["stage"], found["reason"]) == ("screen", row["reason"])
    assert f"screen: {row['reason']}" in "\n".join(
        lines(story(small_project.round, row["candidate_id"]))
    )


def test_a_held_out_problem_with_what_every_arm_scored(small_project: SimpleNamespace) -> None:
    row = rows_of(small_project, "../benchmarks.json")[0]
    found = story(small_project.round, row["problem_id"])
    assert [one["arm"] for one in found["evaluations"]] == ["base", "extended", "initial", "sws"]


def test_an_id_that_is_unknown_short_or_ambiguous(small_project: SimpleNamespace) -> None:
    with pytest.raises(SwsError, match=r"no problem of .*round1 has this id"):
        story(small_project.round, "zzzzzz")
    with pytest.raises(SwsError, match="too short"):
        story(small_project.round, "abc")


def test_an_ambiguous_id_lists_what_it_may_be(
    small_project: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sws.queries.story._SHORTEST", 1)
    firsts: dict[str, set[str]] = {}
    for row in rows_of(small_project, "screened/*.json"):
        firsts.setdefault(row["problem_id"][0], set()).add(row["problem_id"])
    prefix = max(firsts, key=lambda first: len(firsts[first]))
    with pytest.raises(SwsError, match=f"{prefix}: several ids begin so: {prefix}"):
        story(small_project.round, prefix)


#: What a terminal would obey; lower-case, as ids are.
HOSTILE = "\x1b[2j\x9b\u202e\x07\r\u2028"


def test_hostile_text_in_every_column_is_escaped(
    small_project: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(small_project.folder, folder)
    seed, synthetic = (
        rows_of(small_project, "extracted.json", kept=True)[0]["problem_id"],
        rows_of(small_project, "augmented.json", source="synthetic")[0]["problem_id"],
    )
    spoil(folder, HOSTILE)
    at = folder / "data/round1"
    (at / "concepts.json").unlink()
    concepts.run(small_project.run.config, at / "extracted.json", at / "concepts.json")
    for identity in (seed, synthetic):
        print_story(story(at, HOSTILE + identity))
        shown = capsys.readouterr().out
        assert shown.replace("\n", "").isprintable() and "\\x1b[2j" in shown
        assert len(shown.splitlines()) > 12
