"""The paper's levels: their truth table, the overlap, drops, and shares drawn exactly."""

from pathlib import Path

import pytest

from sws.config import Config, load
from sws.errors import SwsError
from sws.schemas import GradedRow, PassRateRow, schema_of
from sws.staged import levels, summary
from sws.staged.shares import Drawn, exact
from sws.store import read_rows, write_table

SCORERS = ("p1", "p7", "p32", "pR")
PAPER = load("staged-r1-distill-qwen-1.5b")


def matched(p1: float, p7: float, p32: float, pR: float) -> set[str]:  # noqa: N803
    row = {"problem_id": "a", "domain": "mathematics"}
    rates = zip(SCORERS, (p1, p7, p32, pR), strict=True)
    row |= {f"pass_rate_{name}": rate for name, rate in rates}  # type: ignore[misc]
    drawn = Drawn(PAPER.staged, 1)
    drawn.draw([(row, levels.rates_of(row, SCORERS))])
    return set(levels.leveled(PAPER.staged, drawn, row)["matched"])


@pytest.mark.parametrize("p32", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("p1", "p7", "first", "second"),
    [
        (0.0, 0.0, False, False),
        (0.0, 0.5, False, True),
        (0.0, 1.0, False, True),
        (0.5, 0.0, True, False),
        (0.5, 0.5, True, True),  # the overlap
        (0.5, 1.0, True, False),
        (1.0, 0.0, False, False),
        (1.0, 0.5, False, False),
        (1.0, 1.0, False, False),
    ],
)
def test_the_truth_table(p1: float, p7: float, p32: float, first: bool, second: bool) -> None:
    """Level 3 is every problem: those that 32B fails, and a share of those that it solves."""
    wanted = {name for name, there in (("level1", first), ("level2", second)) if there}
    assert matched(p1, p7, p32, 1.0) == wanted | {"level3"}
    assert matched(p1, p7, p32, 0.0) == set()  # DeepSeek-R1 never solves it: dropped


def table(folder: Path, config: Config, rates: list[tuple[float | None, ...]]) -> Path:
    """Problems with these pass rates, every third of programming, in two shards."""
    pool = [folder / "pool" / f"{shard:02d}.json" for shard in (0, 1)]
    for shard, path in enumerate(pool):
        mine = list(range(shard, len(rates), 2))
        graded = [
            {
                "problem_id": f"p{n:04d}", "problem": str(n), "answer": "1", "category": None,
                "source": "seed", "domain": "mathematics" if n % 3 else "code",
            }
            for n in mine
        ]  # fmt: skip
        write_table(path, schema_of(GradedRow), graded)
        for place, name in enumerate(SCORERS):
            rows = [
                {"problem_id": f"p{n:04d}", "scorer": name, "pass_rate": rates[n][place],
                 "n": 8, "reason": ""}
                for n in mine
            ]  # fmt: skip
            write_table(folder / "rates" / name / path.name, schema_of(PassRateRow), rows)
    out = folder / "levels.json"
    tables = {name: [folder / "rates" / name / path.name for path in pool] for name in SCORERS}
    levels.run(config, pool, tables, out)
    return out


def with_levels(overlap: str = "keep", **rules: str) -> Config:
    """The paper's scorers with other levels."""
    named = {name: [{"rule": rule}] for name, rule in rules.items()}
    stages = [{"level": next(iter(rules))}]
    changes = {"overlap": overlap, "levels": named, "stages": stages}
    return load("staged-r1-distill-qwen-1.5b", {"staged": changes})


def test_shares_are_drawn_exactly_by_domain(tmp_path: Path) -> None:
    rates = [(1.0, 1.0, 0.0 if n % 5 == 0 else 0.5, 1.0) for n in range(300)]
    rows = list(read_rows(table(tmp_path, PAPER, rates)))
    solved = {"mathematics": 160, "code": 80}  # by 32B, of 300
    failed = {"mathematics": 40, "code": 20}
    kept = {name: sum(r["kept"] for r in rows if r["domain"] == name) for name in solved}
    assert kept == {"mathematics": 40 + 80, "code": 20 + 8}
    assert all(row["kept"] for row in rows if row["pass_rate_p32"] == 0)
    assert {row["reason"] for row in rows if not row["kept"]} == {"not drawn"}
    assert sum(failed.values()) + sum(solved.values()) == len(rows) == 300
    # The same problems, however many others are graded with them.
    again = list(read_rows(table(tmp_path / "again", PAPER, rates)))
    assert [row["levels"] for row in rows] == [row["levels"] for row in again]


@pytest.mark.parametrize(
    ("share", "total", "wanted"), [(0.5, 3, 2), (0.5, 2, 1), (0.1, 4, 0), (0.1, 5, 1), (1.0, 7, 7)]
)
def test_a_share_is_rounded_to_the_nearest(share: float, total: int, wanted: int) -> None:
    assert exact(share, total) == wanted


@pytest.mark.parametrize(
    ("overlap", "wanted"),
    [("keep", ["level1", "level2"]), ("first", ["level1"]), ("last", ["level2"])],
)
def test_a_problem_in_two_levels(tmp_path: Path, overlap: str, wanted: list[str]) -> None:
    both = with_levels(level1="0 < p1 < 1", level2="0 < p1 < 1 and 0 < p7 < 1", overlap=overlap)
    out = table(tmp_path, both, [(0.5, 0.5, 1.0, 1.0)] * 2)
    for row in read_rows(out):
        assert row["matched"] == ["level1", "level2"] and row["levels"] == wanted
    found = summary.counts(both, out)
    assert found["overlaps"] == ({"level1 and level2": 2} if overlap == "keep" else {})


def test_every_other_problem_has_a_reason(tmp_path: Path) -> None:
    config = with_levels(level1="0 < p1 < 1", level2="p7 == 0")
    rates = [
        (1.0, 1.0, 1.0, 1.0),
        (0.5, 1.0, 1.0, 0.0),
        (None, 1.0, 1.0, 1.0),
        (0.0, None, 0.0, 0.5),
    ]
    rows = list(read_rows(table(tmp_path, config, rates)))
    assert [row["reason"] for row in rows] == [
        "in no level", "dropped: pR == 0", "no pass rate", "no pass rate",
    ]  # fmt: skip
    assert [row["evidence"] for row in rows[2:]] == [{"scorers": "p1"}, {"scorers": "p7"}]
    assert rows[0]["n_p1"] == 8 and rows[2]["pass_rate_p1"] is None
    assert summary.counts(config, tmp_path / "levels.json")["in_none"]["no pass rate"] == 2


def test_pass_rates_of_another_pool_are_refused(tmp_path: Path) -> None:
    table(tmp_path, PAPER, [(1.0, 1.0, 1.0, 1.0)] * 4)
    pool = [tmp_path / "pool" / "00.json"]
    both = [tmp_path / "rates" / "p1" / f"{shard:02d}.json" for shard in (0, 1)]
    with pytest.raises(SwsError, match="pass rates of p7, p32, pR: not given"):
        levels.run(PAPER, pool, {"p1": both}, tmp_path / "out.json")
    rates = dict.fromkeys(SCORERS, both)
    with pytest.raises(SwsError, match="4 rows for 2 problems"):
        levels.run(PAPER, pool, rates, tmp_path / "out.json")
