"""Rules over pass rates: what they say, where a rate is missing, and what is no rule."""

import pytest

from sws.config import load
from sws.config.level_rules import names_in, parse
from sws.errors import SwsError


@pytest.mark.parametrize(
    ("rule", "rates", "holds"),
    [
        ("0 < p1 < 1", {"p1": 0.5}, True),
        ("0 < p1 < 1", {"p1": 1.0}, False),
        ("p1 == 0 or p7 >= 0.25", {"p1": 0.1, "p7": 0.25}, True),
        ("not p1 == 0", {"p1": 0.0}, False),
        ("not (p1 < 1 and p7 < 1)", {"p1": 1.0, "p7": 0.0}, True),
        # A missing rate decides nothing, unless the others decide without it.
        ("p1 == 0 and p7 > 0", {"p1": 0.0, "p7": None}, None),
        ("p1 == 0 and p7 > 0", {"p1": 0.5, "p7": None}, False),
        ("p1 == 0 or p7 > 0", {"p1": 0.0, "p7": None}, True),
        ("not p7 > 0", {"p7": None}, None),
    ],
)
def test_what_a_rule_says(rule: str, rates: dict[str, float | None], holds: bool | None) -> None:
    assert parse(rule)(rates) is holds


@pytest.mark.parametrize(
    "text",
    ["", "p1", "p1 = 0", "p1 + 1 > 0", "__import__('os').system('true') == 0", "p1 is 0",
     "p1 == '0'", "p1 < True", "p1 in (0, 1)", "(" * 5000, "p1 < 1 and " * 400, "lambda: 0"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(ValueError, match="is no rule"):
        parse(text)


def test_names_of_a_rule() -> None:
    assert names_in("p1 == 0 and not 0 < pR < 1") == {"p1", "pR"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"levels": {"easy": None}}, "stage1 trains on easy"),
        ({"drop": ["p9 == 0"]}, "p9, not in scorers"),
        ({"drop": ["p1 = 0"]}, "is no rule"),
        ({"stages": [{"name": "base"}]}, "names must differ, and not be `base`"),
        ({"stages": [{"level": "level9"}]}, "level9, which is not in levels"),
        ({"problems": "augmented", "scorers": {"p1": {"by": "column"}}}, "name a source"),
        ({"scorers": {"p1": {"role": {"engine": "vllm", "servers": 2}}}}, "without `servers`"),
    ],
)
def test_what_does_not_fit_is_named(changes: dict, words: str) -> None:
    with pytest.raises(SwsError, match=words):
        load("nano", {"staged": changes})


def test_null_removes_a_scorer_and_a_level_of_the_preset() -> None:
    names = dict.fromkeys(("p1", "p7"))
    changes = {"scorers": names, "levels": {"hard": None}, "stages": [{"level": "easy"}]}
    found = load("nano", {"staged": changes}).staged
    assert list(found.scorers) == ["p32", "pR"] and list(found.levels) == ["easy"]
