"""The diversity of a run's problems, recounted by hand."""

import io
from collections import Counter
from math import log
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from sws.errors import SwsError
from sws.report import diversity
from sws.report.diversity import as_json, compare, print_diversity
from sws.store import read_rows


def test_it_counts_what_the_tables_hold(small_project: SimpleNamespace) -> None:
    found = compare([small_project.folder])[str(small_project.folder)]["augmented"]
    rows = [row for row in read_rows(small_project.round / "augmented.json") if row["concepts"]]
    assert found.problems == len(rows) > 0
    assert found.blueprints == len({row["blueprint_id"] for row in rows})
    combinations = {(row["category"], *sorted(row["concepts"]), row["level"]) for row in rows}
    assert found.combinations == len(combinations)
    named = Counter((row["category"], name) for row in rows for name in row["concepts"])
    assert found.concepts == len(named) and found.all_concepts > 0
    shares = [n / named.total() for n in named.values()]
    assert log(found.even_concepts) == pytest.approx(-sum(p * log(p) for p in shares))


def test_all_that_survived_are_no_fewer(small_project: SimpleNamespace) -> None:
    found = compare([small_project.round])[str(small_project.round)]
    kept = sum(1 for path in small_project.run.difficulty for _ in read_rows(path, only="kept"))
    assert found["survivors"].problems == kept >= found["augmented"].problems


def test_problems_in_much_the_same_words_are_alike() -> None:
    text = "A farmer has 12 sheep and sells 5 of them to a friend. How many are left on the farm?"
    reworded = text.replace("on the farm", "for her")
    others = [text.replace("12", "13"), "What is the area of a square of side 4?"]
    assert diversity._alike([text, reworded, *others], 0.5) == 1
    assert diversity._alike([text, reworded, *others], 0.99) == 0
    assert diversity._alike([], 0.5) == 0


def test_runs_are_printed_beside_each_other(small_project: SimpleNamespace) -> None:
    found = compare([small_project.folder, small_project.round])
    console = Console(file=(out := io.StringIO()), width=300)
    print_diversity(found, console)
    (row,) = (line for line in out.getvalue().splitlines() if "augmented: problems" in line)
    count = as_json(found)[str(small_project.round)]["augmented"]["problems"]
    assert row.split()[-2:] == [str(count)] * 2


def test_a_run_without_an_augmented_set_is_named(tmp_path: Path) -> None:
    (tmp_path / "data/round1").mkdir(parents=True)
    with pytest.raises(SwsError, match=r"round1: no augmented set yet"):
        compare([tmp_path])
