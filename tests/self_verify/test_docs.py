"""docs/self-verify.md: its averages follow from their columns, and its names exist."""

import re
from pathlib import Path

import pytest

from sws.self_verify.transitions import OUTCOMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "self-verify.md").read_text(encoding="utf-8")


def test_averages_of_the_published_table_follow_from_its_columns() -> None:
    table = PAGE.split("## Published results")[1].split("\n\n")[2].splitlines()[2:]
    rows = [[float(cell) for cell in line.split("|")[2:-1]] for line in table]
    assert len(rows) == 5
    for *columns, average in rows:
        assert round(sum(columns) / len(columns), 1) == average


def test_every_outcome_is_on_the_page() -> None:
    assert all(f"`{outcome}`" in PAGE for outcome in OUTCOMES)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`sws\.self_verify\.(\w+\.\w+)`", PAGE))))
def test_what_the_page_names_exists(name: str) -> None:
    """By source, since importing the trainers takes seconds."""
    module, _, attribute = name.partition(".")
    source = (ROOT / "sws" / "self_verify" / f"{module}.py").read_text(encoding="utf-8")
    assert re.search(rf"^(def|class) {attribute}\b", source, re.MULTILINE)
