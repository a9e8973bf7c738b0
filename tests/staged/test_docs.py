"""docs/staged.md: what it names exists, and its figures are the defaults and the published ones."""

import re
from pathlib import Path

import pytest

from sws.config.level_rules import parse
from sws.config.staged import LEVELS
from sws.config.stages import STAGES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "staged.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`sws\.([a-z_.]+)\.([A-Za-z_]+)`", PAGE)))


@pytest.mark.parametrize(("module", "name"), NAMED)
def test_what_the_page_names_exists(module: str, name: str) -> None:
    """By source, since importing the trainers takes seconds."""
    source = (ROOT / "sws" / Path(*module.split("."))).with_suffix(".py").read_text("utf-8")
    assert re.search(rf"^(def|class) {name}\b", source, re.MULTILINE)


def test_the_page_states_the_default_rules_and_stages() -> None:
    table = PAGE.split("| level | rule | share |")[1].split("\n\n")[0]
    stated = re.findall(r"`([^`]+)`", table)
    clauses = [
        one for parts in LEVELS.values() for part in parts for one in part.rule.split(" or ")
    ]
    assert [text for text in stated if " " in text] == ["pR == 0", *clauses]
    assert all(callable(parse(clause)) for clause in clauses)
    for stage in STAGES:
        assert f"{stage.steps}" in PAGE and f"{stage.max_tokens:,}" in PAGE


def test_published_gains_follow_from_the_table() -> None:
    """Of two stages on AIME 24 and MATH-500, and of mathematics and code on all three."""
    table = PAGE.split("## Published results")[1].split("\n\n")[2].splitlines()[2:]
    base, two, both = ([float(cell) for cell in line.split("|")[2:-1]] for line in table)
    gains = [[round(a - b, 1) for a, b in zip(one, base, strict=True)] for one in (two, both)]
    assert gains[0][0] == 13.4 and gains[0][1] == 5.6
    assert gains[1] == [7.8, 5.2, 3.5]
