"""The summary: what the tables say, recounted by hand."""

import copy
import io
import itertools
import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from sws.errors import SwsError
from sws.evaluation import picture, self_verification, summary
from sws.evaluation.quality import judging, labelling, screening
from sws.evaluation.show import (
    NOTHING_SURVIVED,
    print_summary,
    read_summary,
    reasons_in_words,
)
from sws.report import results
from sws.self_verify.metrics import METRICS, Tallies
from sws.self_verify.trials import Trial
from sws.store import read_rows, write_table
from tests.hostile import renamed, words_of_data


@pytest.fixture(scope="module")
def found(small_run: SimpleNamespace) -> dict:
    return json.loads(small_run.summary.read_text(encoding="utf-8"))


def accuracy(rows: list[dict]) -> float:
    return float(np.mean([row["outcome"] == "correct" for row in rows]))


def test_every_arm_overall_and_in_parts(small_run: SimpleNamespace, found: dict) -> None:
    for arm, table in small_run.evaluations.items():
        rows = [row for row in read_rows(table) if row["set"] != "failed"]
        parts = found["arms"][arm]
        assert parts["overall"]["avg@4"]["value"] == pytest.approx(accuracy(rows))
        assert parts["overall"]["problems"] == len(rows) // 4
        assert parts["benchmarks"]["textbook"] == parts["overall"]
        for category, part in parts["categories"].items():
            own = [row for row in rows if row["category"] == category]
            assert part["avg@4"]["value"] == pytest.approx(accuracy(own))
        weak = [row for row in rows if row["category"] in ("Geometry", "Precalculus")]
        assert parts["weak"]["avg@4"]["value"] == pytest.approx(accuracy(weak))


def test_a_gain_is_the_difference_of_the_arms_with_a_paired_interval(found: dict) -> None:
    for part in ("overall", "weak"):
        for metric in ("avg@4", "pass@2", "maj@4"):
            ours, theirs = (found["arms"][arm][part][metric] for arm in ("sws", "extended"))
            gain = found["gains"]["sws - extended"][part][metric]
            assert gain["value"] == pytest.approx(ours["value"] - theirs["value"])
            assert gain["low"] <= gain["value"] <= gain["high"]
            assert gain["high"] - gain["low"] < 2 * max(
                ours["high"] - ours["low"], theirs["high"] - theirs["low"]
            )


def test_weak_categories_fail_more_often_than_the_mean() -> None:
    weights = {
        "Geometry": {"failure_ratio": 0.5},
        "Algebra": {"failure_ratio": 0.2},
        "Precalculus": {"failure_ratio": 0.2},
    }
    assert summary.weak_categories(weights)["names"] == ["Geometry"]
    equal = {name: {"failure_ratio": 0.1} for name in weights}
    assert summary.weak_categories(equal)["names"] == []
    assert summary.weak_categories({})["names"] == []
    own = {"Optics": {"failure_ratio": 0.5}, "Mechanics": {"failure_ratio": 0.1}}
    assert summary.weak_categories(own)["names"] == ["Optics"]


def test_once_failed_problems_count_as_solved_by_more_than_half(
    small_run: SimpleNamespace, found: dict
) -> None:
    for arm, table in small_run.evaluations.items():
        right: Counter = Counter()
        for row in read_rows(table):
            if row["set"] == "failed":
                right[row["problem_id"]] += row["outcome"] == "correct"
        one = found["once_failed"][arm]
        assert one["problems"] == len(right)
        assert one["solved"] == sum(count > 2 for count in right.values())
        assert one["share"]["value"] == pytest.approx(one["solved"] / one["problems"])


def test_the_funnel_adds_up(small_run: SimpleNamespace, found: dict) -> None:
    stages = found["funnel"]
    assert [stage["stage"] for stage in stages] == [
        "generate",
        "screen",
        "judge",
        "label",
        "difficulty",
        "augment",
    ]
    for stage, after in itertools.pairwise(stages):
        assert after["rows"] == stage["kept"]
    for stage in stages:
        assert stage["rows"] == stage["kept"] + sum(stage["reasons"].values())
    for stage, name in ((1, "screened"), (2, "verdicts"), (3, "labels"), (4, "difficulty")):
        rows = list(read_rows(getattr(small_run, name)))
        assert stages[stage]["reasons"] == Counter(r["reason"] for r in rows if not r["kept"])
    assert stages[-1]["kept"] == sum(found["augmented"]["synthetic"].values()) == 60


def test_contamination_is_counted_per_benchmark(small_run: SimpleNamespace, found: dict) -> None:
    for name, paths in (("seed", [small_run.seed]), ("candidates", small_run.screened)):
        reasons = Counter(row["reason"] for row in read_rows(paths))
        assert found["contamination"]["textbook"][name] == reasons["overlaps benchmark textbook"]


def test_arms_on_different_problems_are_not_compared(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    from sws.schemas import EvaluationRow, schema_of

    rows = list(read_rows(small_run.evaluations["extended"]))[:-4]
    write_table(tmp_path / "extended.json", schema_of(EvaluationRow), rows)
    changed = {**small_run.evaluations, "extended": tmp_path / "extended.json"}
    at = SimpleNamespace(**{**vars(small_run), "evaluations": changed})
    at.summary = tmp_path / "summary.json"
    with pytest.raises(SwsError, match="different problems"):
        small_run.summarise(at)


class TestFilterQuality:
    def test_of_the_textbook_run(self, found: dict) -> None:
        for name in ("screen", "judge", "label"):
            one = found["filters"][name]
            assert one["precision"] > 0.9 and one["recall"] > 0.6
        kept = found["filters"]["judge"]
        assert kept["kept_good"] + kept["kept_bad"] == found["funnel"][2]["kept"]

    def test_by_hand(self, small_run: SimpleNamespace) -> None:
        row = next(read_rows(small_run.labels, only="kept"))
        text, label = row["problem"], row["answer"]
        wrong = {"problem": text, "answer": "123456", "kept": True}
        none = {"problem": text, "answer": None, "kept": False}
        foreign = {"problem": "Is this of the textbook?", "answer": "1", "kept": True}
        right = {"problem": text, "answer": label, "kept": True}
        one = labelling([right, right, wrong, none, foreign]).as_json()
        assert (one["kept_good"], one["kept_bad"], one["rejected_bad"]) == (2, 1, 1)
        assert (one["precision"], one["recall"]) == (pytest.approx(2 / 3), 1.0)

        lost = {"problem": "", "kept": False, "reason": "no problem found"}
        twice = {"problem": text, "kept": False, "reason": "near duplicate"}
        known = {"problem": "", "kept": False, "reason": "overlaps benchmark b"}
        form = {"problem": text, "kept": False, "reason": "proof"}
        kept = {"problem": text, "kept": True, "reason": ""}
        found = screening([lost, twice, known, form, kept, kept, kept])
        assert (found.kept_good, found.rejected_good, found.rejected_bad) == (3, 1, 1)

        assert judging([]).as_json()["precision"] is None


class TestTable:
    def printed(self, found: dict, width: int = 100) -> str:
        console = Console(file=io.StringIO(), width=width)
        print_summary(found, console)
        return console.file.getvalue()

    def test_shows_the_arms_the_categories_and_the_funnel(self, found: dict) -> None:
        text = self.printed(found)
        assert max(map(len, text.splitlines())) <= 100
        assert text.index("base") < text.index("initial") < text.index("extended")
        for expected in ("Geometry *", "Counting & Probability", "280", "the 95 % interval"):
            assert expected in text
        assert NOTHING_SURVIVED[:40] not in text

    def test_says_of_how_many_problems_no_concepts_could_be_read(self, found: dict) -> None:
        silent = copy.deepcopy(found)
        silent["extraction"] = {"rows": 64, "kept": 0, "reasons": {"no closed ```json block": 64}}
        text = self.printed(silent)
        assert "Concepts could be read for 0 of 64 failed problems" in text

    def test_says_so_when_nothing_survived(self, found: dict) -> None:
        empty = copy.deepcopy(found)
        empty["augmented"]["synthetic"] = {}
        empty["filters"] = None
        assert "No candidate survived the filters" in self.printed(empty)

    def test_two_arms_alone_and_no_weak_category_are_enough(self, found: dict) -> None:
        few = copy.deepcopy(found)
        few["arms"] = {"base": few["arms"]["base"]}
        few["gains"], few["weak_categories"]["names"] = {}, []
        assert "base" in self.printed(few)

    def test_the_commonest_reasons_are_named_and_the_rest_counted(self) -> None:
        reasons = {"a": 1, "b": 2000, "c": 3, "d": 4, "e": 5}
        assert reasons_in_words(reasons) == "2,000 b, 5 e, 4 d, 4 other"
        assert reasons_in_words({}) == ""


def test_names_from_data_are_text_to_the_terminal(found: dict) -> None:
    hostile = "\x1b[2J\u202e[bold]\x9b"
    spoilt = renamed(found, words_of_data(found), hostile)
    print_summary(spoilt, Console(file=(out := io.StringIO()), width=400))
    assert out.getvalue().replace("\n", "").isprintable()
    assert "\\x1b[2J\\u202e[bold]\\x9bGeometry" in out.getvalue()


class TestPicture:
    def test_holds_every_arm_in_every_category(self, found: dict) -> None:
        bars = picture.picture(found).to_dict()["vconcat"][0]
        names = {(row["series"], row["part"].split("|")[0]) for row in bars["data"]["values"]}
        assert len(names) == 4 * 8

    def test_is_saved_as_svg_and_png(self, found: dict, tmp_path: Path) -> None:
        picture.save(found, tmp_path / "summary.svg")
        picture.save(found, tmp_path / "summary.png")
        text = (tmp_path / "summary.svg").read_text(encoding="utf-8")
        assert ElementTree.fromstring(text).tag.endswith("svg")
        last = found["funnel"][-1]
        survived = f"{last['kept']} of {last['rows']}"
        for expected in ("Accuracy on held-out problems", "Precalculus", survived, "extended"):
            assert expected in text
        assert (tmp_path / "summary.png").read_bytes().startswith(b"\x89PNG")

    def test_of_all_arms_that_there_are(self, found: dict, tmp_path: Path) -> None:
        many = copy.deepcopy(found)
        many["arms"] |= dict.fromkeys(("random", "selection"), found["arms"]["sws"])
        picture.save(many, tmp_path / "summary.svg")
        text = (tmp_path / "summary.svg").read_text(encoding="utf-8")
        assert "random" in text and "selection" in text

    def test_of_a_run_in_which_nothing_survived(self, found: dict, tmp_path: Path) -> None:
        empty = copy.deepcopy(found)
        for stage in empty["funnel"]:
            stage.update(rows=0, kept=0, reasons={})
        picture.save(empty, tmp_path / "summary.svg")
        assert "0 of 0" in (tmp_path / "summary.svg").read_text(encoding="utf-8")


@pytest.fixture
def taught(found: dict) -> dict:
    """A summary with students of S²R, of which the first never verified."""
    tallies = Tallies()
    tallies.add(
        "p", Trial("valid", ("wrong", "correct"), (("incorrect", False), ("correct", True)))
    )
    measured = tallies.as_json()
    silent = copy.deepcopy(measured)
    silent["metrics"]["verification_accuracy"] = None
    return {**found, "self_verification": {"process": measured, "base": silent}}


class TestSelfVerification:
    def test_is_in_the_summary_where_students_were_compared(
        self, found: dict, taught: dict, tmp_path: Path
    ) -> None:
        written = tmp_path / "compared.json"
        written.write_text(json.dumps({"students": taught["self_verification"]}))
        assert found | summary.self_verification(written) == taught
        assert summary.self_verification(None) == {} and "self_verification" not in found

    def test_is_a_chart_of_the_picture(self, taught: dict) -> None:
        charts = picture.picture(taught).to_dict()["vconcat"]
        bars = charts[1]["data"]["values"]
        assert len(charts) == 3
        assert [one["series"] for one in bars] == ["base"] * 5 + ["process"] * 6
        assert {one["part"] for one in bars} >= {"verification|accuracy", "error|recall"}
        assert "rounds" not in {one["part"] for one in bars}
        assert set(self_verification.METRICS) == set(METRICS)

    def test_is_a_table_of_the_report(self, taught: dict) -> None:
        shown = str(results.self_verification(taught))
        assert shown.index("base") < shown.index("process")
        assert "verification accuracy" in shown and "2.00" in shown and "–" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not a summary"),
        ("[1]", "not a summary"),
        ('{"seed": 1, "arms": {}}', "it has no funnel, gains, samples"),
    ],
)
def test_a_file_that_is_no_summary_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(SwsError, match=words):
        read_summary(tmp_path / "metrics.json")
