"""The stage: budgets, even shards, honest shortfalls."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sws.blueprints import blueprints
from sws.concepts import database as tables
from sws.config.schema import Config
from sws.errors import SwsError
from sws.schemas import ExtractedRow, schema_of
from sws.store import count, kept, read_rows, write_json, write_table

WEIGHTS = {"Algebra": 0.5, "Geometry": 0.3, "Precalculus": 0.2}


def configuration(**settings: Any) -> Config:
    values = {"total": 100, "concepts": 3, "levels": ("easy", "hard"), **settings}
    return Config.model_validate({"preset": "test", "roles": {}, "blueprints": values})


@pytest.fixture
def concepts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """12 concepts in Algebra, 5 in Geometry, 2 in Precalculus; three in each problem."""

    def embed(names: Sequence[str]) -> np.ndarray:
        return np.random.default_rng(0).normal(size=(len(names), 6)).astype(np.float32)

    monkeypatch.setattr(tables, "SentenceEmbedder", lambda settings: embed)
    problems = [
        (category, sorted({f"Skill {chr(65 + (i * k) % n)}" for k in range(3)}))
        for category, n in (("Algebra", 12), ("Geometry", 5), ("Precalculus", 2))
        for i in range(1, n + 1)
    ]
    rows = [
        {"problem_id": str(i), "category": c, "concepts": n, **kept()}
        for i, (c, n) in enumerate(problems)
    ]
    write_table(tmp_path / "extracted.json", schema_of(ExtractedRow), rows)
    tables.run(configuration(), tmp_path / "extracted.json", tmp_path / "concepts.json")
    return tmp_path / "concepts.json"


def draw(
    config: Config, concepts: Path, weights: dict[str, float], shards: int = 4, round: int = 1
) -> tuple[list[Path], dict[str, Any]]:
    folder = concepts.parent
    written = {category: {"weight": weight} for category, weight in weights.items()}
    write_json(folder / "weights.json", written)
    outs = [folder / "blueprints" / f"{shard:02d}.json" for shard in range(shards)]
    weights_file, budget = folder / "weights.json", folder / "budget.json"
    blueprints.run(config, round, concepts, weights_file, outs, budget)
    return outs, json.loads((folder / "budget.json").read_text())


def test_blueprints_are_distinct_and_within_their_category(concepts: Path) -> None:
    outs, report = draw(configuration(), concepts, WEIGHTS)
    rows = list(read_rows(outs))
    assert len({row["blueprint_id"] for row in rows}) == len(rows)
    drawn = Counter(row["category"] for row in rows)
    assert drawn == {"Algebra": 50, "Geometry": 20, "Precalculus": 2}
    assert {category: row["drawn"] for category, row in report.items()} == drawn
    assert report["Algebra"] == {"weight": 0.5, "asked": 50, "drawn": 50, "reason": ""}
    assert report["Geometry"]["reason"] == "only 20 distinct combinations exist"
    assert report["Precalculus"]["reason"].startswith("only 2 concepts, all in each blueprint")
    for row in rows:
        assert row["level"] in ("easy", "hard")
        assert len(set(row["concepts"])) == (2 if row["category"] == "Precalculus" else 3)


def test_a_later_round_draws_anew_and_shares_no_id(concepts: Path) -> None:
    first, second = (
        {
            row["blueprint_id"]
            for row in read_rows(draw(configuration(), concepts, WEIGHTS, round=n)[0])
        }
        for n in (1, 2)
    )
    assert len(first) == len(second)
    assert not first & second


def test_shards_are_even_and_have_every_category(concepts: Path) -> None:
    outs, _ = draw(configuration(), concepts, {"Algebra": 0.6, "Geometry": 0.15}, shards=5)
    sizes = [count([out]) for out in outs]
    assert max(sizes) - min(sizes) <= 1
    for out in outs:
        assert {row["category"] for row in read_rows(out)} == {"Algebra", "Geometry"}


def test_the_same_blueprints_whatever_the_shards(concepts: Path) -> None:
    def ids(shards: int) -> list[str]:
        outs, _ = draw(configuration(), concepts, WEIGHTS, shards)
        return sorted(row["blueprint_id"] for row in read_rows(outs))

    assert ids(1) == ids(3) == ids(100)


def test_an_empty_failure_set_draws_nothing(concepts: Path) -> None:
    outs, report = draw(configuration(on_shortage="error"), concepts, dict.fromkeys(WEIGHTS, 0.0))
    assert count(outs) == 0
    assert all(row["asked"] == row["drawn"] == 0 for row in report.values())


def test_a_category_without_concepts_says_so(concepts: Path) -> None:
    _, report = draw(configuration(), concepts, {"Algebra": 0.5, "Prealgebra": 0.5})
    assert report["Prealgebra"]["drawn"] == 0
    assert report["Prealgebra"]["reason"] == "the category has no concepts"


def test_a_shortage_can_be_an_error(concepts: Path) -> None:
    with pytest.raises(SwsError, match="Geometry: 30 blueprints requested, 20 drawn: only 20"):
        draw(configuration(on_shortage="error"), concepts, WEIGHTS)
    assert not (concepts.parent / "blueprints").exists()


def test_a_file_that_has_no_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text('{"Algebra": 1}')
    with pytest.raises(SwsError, match="not a file of category weights"):
        blueprints.read_weights(tmp_path / "weights.json")
