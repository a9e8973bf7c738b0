"""docs/self-verify.md: its averages follow from their columns, and its names exist."""

import importlib
import re
from pathlib import Path

from sws.self_verify.transitions import OUTCOMES

PAGE = (Path(__file__).parents[2] / "docs" / "self-verify.md").read_text(encoding="utf-8")


def test_averages_of_the_published_table_follow_from_its_columns() -> None:
    table = PAGE.split("## Published results")[1].split("\n\n")[2].splitlines()[2:]
    rows = [[float(cell) for cell in line.split("|")[2:-1]] for line in table]
    assert len(rows) == 5
    for *columns, average in rows:
        assert round(sum(columns) / len(columns), 1) == average


def test_every_outcome_is_on_the_page() -> None:
    assert all(f"`{outcome}`" in PAGE for outcome in OUTCOMES)


def test_every_function_on_the_page_exists() -> None:
    for name in re.findall(r"`sws\.(self_verify\.[\w.]+)`", PAGE):
        module, _, last = f"sws.{name}".rpartition(".")
        found = importlib.import_module(module)
        assert hasattr(found, last) or importlib.import_module(f"{module}.{last}")
