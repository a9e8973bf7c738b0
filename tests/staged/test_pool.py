"""The pool of all problems that scorers grade."""

from pathlib import Path
from types import SimpleNamespace

from sws.staged import code_set, pool
from sws.store import read_rows
from tests.conftest import small


def test_an_augmented_set_and_a_code_set_are_one_pool(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    config = small(staged={"problems": "augmented", "code": {"per_category": 6}})
    code_set.run(config, small_run.benchmarks, tmp_path / "code.json")
    outs = [tmp_path / f"pool/{shard:02d}.json" for shard in range(2)]
    pool.run(config, small_run.augmented, tmp_path / "code.json", outs)
    rows = [row for out in outs for row in read_rows(out)]
    augmented = {row["problem_id"] for row in read_rows(small_run.augmented)}
    code = {row["problem_id"] for row in rows if row["domain"] == "code"}
    assert len(rows) == len(augmented) + 6
    assert {row["problem_id"] for row in rows} - code == augmented
    assert len(code) == 6 and {row["source"] for row in rows} > {"seed"}
    assert all(row["answer"].startswith("code: ") == (row["problem_id"] in code) for row in rows)
