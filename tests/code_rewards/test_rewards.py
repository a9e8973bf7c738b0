"""Code in completions, files of solutions, and published problems with their own solutions."""

import io
import json
import os
from pathlib import Path

import pytest

from sws.code_rewards import Sandbox, score
from sws.code_rewards.rewards import score_file
from sws.errors import SwsError

SHARED = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
EVERY = 25  # benchmarks/code_rewards.py runs all of them


def test_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "solution": "print(input())", "tests": [{"input": "x", "output": "x"}]},
        {"id": "b", "solution": "y = 2", "tests": ["assert y == 2", "assert y == 3"]},
    ]
    path = tmp_path / "solutions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    score_file(path, stream := io.StringIO(), sandbox, workers=2)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first | {"results": []} == {
        "id": "a",
        "passed": 1,
        "total": 1,
        "reward": 1.0,
        "results": [],
    }
    assert (second["passed"], second["total"], second["reward"]) == (1, 2, 0.5)
    assert [one["outcome"] for one in second["results"]] == ["passed", "failed"]


@pytest.mark.parametrize(
    "tests", ["assert True", [1], [{"input": "1"}], [{"input": 1, "output": ""}]]
)
def test_bad_lines_are_named(sandbox: Sandbox, tmp_path: Path, tests: object) -> None:
    path = tmp_path / "solutions.jsonl"
    path.write_text(json.dumps({"solution": "", "tests": tests}))
    with pytest.raises(SwsError, match=r"solutions\.jsonl, line 1: 'tests' cannot be"):
        score_file(path, io.StringIO(), sandbox)


def rows_of(name: str) -> list[dict]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {path} (set SWS_SHARED_DATA)")
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file][::EVERY]


def test_humaneval_solutions_pass(sandbox: Sandbox) -> None:
    for row in rows_of("code_humaneval.jsonl"):
        solution = row["prompt"] + row["canonical_solution"]
        assert score(sandbox, solution, [f"{row['test']}\ncheck({row['entry_point']})"]).reward == 1


def test_mbpp_solutions_pass(sandbox: Sandbox) -> None:
    for row in rows_of("code_mbpp_sanitized.jsonl"):
        tests = ["\n".join([*row["test_imports"], test]) for test in row["test_list"]]
        assert score(sandbox, row["code"], tests).reward == 1
