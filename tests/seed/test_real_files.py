"""Real data sets, where at hand: the proposed section runs, and what is no answer is no gold."""

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from sws.config import load
from sws.seed import benchmarks, seed
from sws.seed.look import look, section
from sws.store import read_rows
from sws.verify.golds import read_gold

DATA = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data sets in {DATA}")

#: Files of problems with answers, and the least share of rows that must be good by themselves.
PROBLEMS = {
    "gsm8k_train": 1.0, "eval_gsm8k_test": 1.0, "eval_aime24": 1.0, "eval_aime25": 1.0,
    "eval_amc23": 1.0, "eval_gaokao2023en": 0.98, "eval_minerva": 0.99,
    "eval_olympiadbench": 0.99,
}  # fmt: skip
#: Files of something else: samples, pairs, counts, tests of programs.
OTHERS = (
    "code_humaneval", "code_mbpp_sanitized", "samples_boinf", "samples_gsm8k_openai_4models",
    "sws_failure_cases", "sws_qwen25_7b_examples_700", "verifier_pairs",
)  # fmt: skip


def rows(name: str) -> list[dict]:
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_proposed_section_runs_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = look(str(DATA / f"{name}.jsonl"), limit=400)
    assert seen.block and seen.reasons[""] >= PROBLEMS[name] * seen.rows
    values = yaml.safe_load(section(seen.block))
    values["seed_set"]["limit"] = 25
    config = load("nano", values)
    benchmarks.run(config, Path("benchmarks.json"))
    seed.run(config, Path("benchmarks.json"), None, Path("seed.json"))
    table = list(read_rows(Path("seed.json")))
    assert len(table) == 25 and sum(row["kept"] for row in table) >= 23


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_set_of_problems_is_not_taken_for_one(name: str) -> None:
    seen = look(str(DATA / f"{name}.jsonl"))
    assert seen.block is None
    assert any("run-tests" in note for note in seen.notes) == name.startswith("code_")


def test_no_paragraph_of_gsm8k_is_a_gold() -> None:
    given = rows("gsm8k_train")
    assert [row["solution"] for row in given if read_gold(row["solution"]).text] == []
    whole = [f"{row['solution']}\n#### {row['answer']}" for row in given]
    assert [read_gold(text).text for text in whole] == [row["answer"] for row in given]


def test_no_assert_of_mbpp_is_a_gold() -> None:
    for row in rows("code_mbpp_sanitized"):
        assert read_gold(row["test_list"]).reason == "answer is unit tests"
        assert all(not read_gold(test).text for test in row["test_list"])


def test_golds_of_minerva_in_e_notation_are_read() -> None:
    golds = [
        row["answer"] for row in rows("eval_minerva") if re.search(r"\de[-+]?\d", row["answer"])
    ]
    assert golds and all(read_gold(gold).text == gold for gold in golds)


def test_olympiads_categories_are_mapped_or_counted() -> None:
    categories = load("nano").known_categories
    seen = look(str(DATA / "eval_olympiadbench.jsonl"), limit=None, known=categories)
    unknown = sum(
        not categories.find(row.get("subject")) for row in rows("eval_olympiadbench")
        if row.get("subject")
    )  # fmt: skip
    assert sum(seen.unknown.values()) == unknown
