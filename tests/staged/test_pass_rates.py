"""Pass rates of a model, of histories, and of columns that a data set has."""

import json
from pathlib import Path
from typing import Any

import pytest

from sws.config import Config, load
from sws.errors import SwsError
from sws.schemas import FailureRow, GradedRow, schema_of
from sws.seed import benchmarks, seed
from sws.staged import code_set, pass_rates, pool
from sws.store import read_rows, write_table
from sws.verifiers.mixed import domain_of


def config(scorer: dict[str, Any] | None = None, **seed_set: Any) -> Config:
    rules = {"levels": {"easy": [{"rule": "x == 1"}], "hard": None}, "drop": []}
    names = dict.fromkeys(("p1", "p7", "p32", "pR"))
    stages = [{"level": "easy"}]
    staged = {**rules, "scorers": {**names, "x": scorer or {}}, "stages": stages}
    return load("nano", {"staged": staged, "seed_set": seed_set})


def rates(settings: Config, table: Path, histories: Path | None = None) -> dict[str, Any]:
    out = table.parent / "rates" / "x.json"
    pass_rates.run(settings, "x", table, None, histories, out)
    return {row["problem_id"]: row for row in read_rows(out)}


def problems(*answers: str, folder: Path) -> Path:
    table = folder / "pool.json"
    rows = [
        {"problem_id": f"p{n}", "problem": f"{n}?", "answer": answer, "category": None,
         "source": "s", "domain": domain_of(answer)}
        for n, answer in enumerate(answers)
    ]  # fmt: skip
    write_table(table, schema_of(GradedRow), rows)
    return table


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """nano's problems and functions to write, in two shards."""
    monkeypatch.chdir(tmp_path)
    settings, made = config(), tmp_path / "data"
    held_out, code = made / "benchmarks.json", made / "code.json"
    benchmarks.run(settings, held_out)
    seed.run(settings, held_out, None, made / "seed.json")
    code_set.run(settings, held_out, code)
    shards = [made / "pool" / f"{shard:02d}.json" for shard in (0, 1)]
    pool.run(settings, made / "seed.json", code, shards)
    return shards


def test_the_pool_has_every_problem_once_each_with_its_verifier(graded: list[Path]) -> None:
    rows = [row for shard in graded for row in read_rows(shard)]
    assert len({row["problem_id"] for row in rows}) == len(rows) > 40
    assert sum(row["domain"] == "code" for row in rows) == 12
    assert all(row["answer"].startswith("code: [") == (row["domain"] == "code") for row in rows)
    assert abs(len(list(read_rows(graded[0]))) - len(list(read_rows(graded[1])))) <= 1


def test_a_model_solves_mathematics_and_code(graded: list[Path]) -> None:
    """The textbook, which errs; the second time its answers come from the cache."""
    settings = config({"by": "model", "samples": 2})
    found = rates(settings, graded[0])
    assert list(found) == [row["problem_id"] for row in read_rows(graded[0])]
    assert {row["n"] for row in found.values()} == {2}
    assert {row["pass_rate"] for row in found.values()} <= {0, 0.5, 1}
    assert 0.5 < sum(row["pass_rate"] for row in found.values()) / len(found) < 1
    domains = {row["problem_id"]: row["domain"] for row in read_rows(graded[0])}
    assert any(found[key]["pass_rate"] for key in found if domains[key] == "code")
    assert rates(settings, graded[0]) == found


def test_accuracy_histories_are_a_scorer(tmp_path: Path) -> None:
    histories = tmp_path / "failures.json"
    rows = [
        {"problem_id": key, "category": "Algebra", "accuracies": seen, "best": None, "slope": None,
         "epochs": len(seen), "failed": False, "reason": "", "evidence": {}}
        for key, seen in (("p0", [0.0, 0.5, 1.0, 0.5]), ("p1", []))
    ]  # fmt: skip
    write_table(histories, schema_of(FailureRow), rows)
    found = rates(config({"by": "histories"}), problems("1", "2", "3", folder=tmp_path), histories)
    assert [(row["pass_rate"], row["n"], row["reason"]) for row in found.values()] == [
        (0.5, 4, ""), (None, None, "no history"), (None, None, "no history"),
    ]  # fmt: skip


def with_column(folder: Path, values: list[Any], **column: Any) -> tuple[Config, Path]:
    """A seed set with a column of rates, and its pool."""
    file = folder / "problems.jsonl"
    texts = [f"What is {n} plus {n * n}?" for n in range(len(values))]
    rows = [
        {"problem": text, "answer": str(n + n * n), "info": {"rate": value}}
        for n, (text, value) in enumerate(zip(texts, values, strict=True))
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    named = {"rate": "info.rate", **column}
    settings = config(
        {"by": "column", "column": named}, source=str(file), columns={"category": None}
    )
    held_out, made = folder / "benchmarks.json", folder / "seed.json"
    benchmarks.run(settings, held_out)
    seed.run(settings, held_out, None, made)
    pool.run(settings, made, None, [folder / "pool.json"])
    return settings, folder / "pool.json"


@pytest.mark.parametrize(
    ("values", "column", "wanted"),
    [
        ([0.25, 1, 0], {}, [0.25, 1.0, 0.0]),
        ([4, 16, None], {"scale": 16, "samples": 16}, [0.25, 1.0, None]),
        ([12, "0", 16], {"scale": 16, "counts": "failures"}, [0.25, 1.0, 0.0]),
    ],
)
def test_a_column_of_a_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list, column: dict, wanted: list
) -> None:
    monkeypatch.chdir(tmp_path)
    settings, table = with_column(tmp_path, values, **column)
    found = rates(settings, table)
    order = [row["problem_id"] for row in sorted(read_rows(table), key=lambda row: row["problem"])]
    assert [found[key]["pass_rate"] for key in order] == wanted
    samples = column.get("samples")
    assert [found[key]["n"] for key in order] == [
        samples if one is not None else None for one in wanted
    ]


def test_what_is_no_pass_rate_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings, table = with_column(tmp_path, [0.5, 7])
    with pytest.raises(SwsError, match=r"column: row 2 has '7' in info\.rate"):
        rates(settings, table)
    with pytest.raises(SwsError, match="no scorer is called 'y'"):
        pass_rates.run(settings, "y", table, None, None, tmp_path / "out.json")
    with pytest.raises(SwsError, match="the textbook has no pass rates"):
        rates(config({"by": "column"}), table)
    with pytest.raises(SwsError, match="the scorer x needs --histories"):
        rates(config({"by": "histories"}), table)
