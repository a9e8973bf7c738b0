"""Sets of programming by their shape: rows become a problem and tests that the reward can run."""

import base64
import json
import os
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest

from sws.code_rewards import Sandbox
from sws.config.staged import CodeSet
from sws.seed.code_shapes import SHAPES, shape_of
from sws.seed.sources import Source
from sws.verifiers.code import CodeVerifier, read_tests

SHARED = Path(os.environ.get("SWS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
EVERY = 40  # benchmarks/code_rewards.py runs all of them


def read(path: Path, rows: list[dict[str, Any]]) -> list[Any]:
    path.write_text("\n".join(map(json.dumps, rows)))
    return list(Source(CodeSet(source=str(path)), "staged.code"))


def packed(cases: list[dict[str, str]]) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(json.dumps(cases)))).decode()


LIVE = {"question_content": "Add.", "starter_code": "", "metadata": "{}"}
CASES = [{"input": "1 2\n", "output": "3\n", "testtype": "stdin"}]
METHOD = [{"input": "[1, 2]\n3", "output": "[4, 5]", "testtype": "functional"}]


@pytest.mark.parametrize(
    ("row", "solution"),
    [
        ({"prompt": "def add(a, b):\n", "entry_point": "add",
          "test": "def check(candidate):\n    assert candidate(1, 2) == 3"},
         "def add(a, b):\n    return a + b"),
        ({"text": "Add two.", "test_list": ["assert add(1, 2) == 3"], "test_setup_code": ""},
         "add = lambda a, b: a + b"),
        ({"prompt": "Root.", "test_list": ["assert isclose(root(4), 2)"],
          "test_imports": ["from math import isclose"]}, "root = lambda x: x ** 0.5"),
        (LIVE | {"public_test_cases": json.dumps(CASES), "private_test_cases": packed(CASES)},
         "print(sum(map(int, input().split())))"),
        (LIVE | {"public_test_cases": json.dumps(METHOD), "metadata": '{"func_name": "add"}',
                 "starter_code": "class Solution:\n    def add(self, xs, y):"},
         "class Solution:\n    def add(self, xs, y): return [x + y for x in xs]"),
        ({"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "Add."}],
          "reward_model": {"ground_truth": json.dumps({"inputs": ["1\n2"], "outputs": ["3"]})}},
         "print(int(input()) + int(input()))"),
        ({"prompt": "Add.", "reward_model": {"ground_truth": json.dumps(
            {"fn_name": "add", "inputs": [[1, 2]], "outputs": [[3]]})}},
         "def add(a, b): return a + b"),
        ({"problem": "Write f.", "answer": '["assert f() == 1"]'}, "def f(): return 1"),
    ],
)  # fmt: skip
def test_a_right_solution_of_each_shape_passes(
    row: dict, solution: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    (found,) = read(tmp_path / "rows.jsonl", [row])
    assert not found.fault and found.text
    verifier = CodeVerifier(60)
    assert verifier.verify(found.answer, solution).reward == 1.0
    assert verifier.verify(found.answer, "pass").reward == 0.0


def test_every_private_test_counts(tmp_path: Path) -> None:
    row = LIVE | {"public_test_cases": json.dumps(CASES), "private_test_cases": packed(CASES * 3)}
    (found,) = read(tmp_path / "rows.jsonl", [row])
    assert len(read_tests(found.answer) or ()) == 4


class Attack:
    """What a pickle can hold: a call."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("attacked"),)


@pytest.mark.parametrize(
    "private",
    [
        base64.b64encode(zlib.compress(pickle.dumps(Attack()))).decode(),
        base64.b64encode(zlib.compress(b"\0" * (1 << 30), 9)).decode(),
        "not packed",
        base64.b64encode(b"\x80\x04").decode(),
    ],
    ids=["a call", "a bomb", "a text", "broken"],
)
def test_private_tests_that_cannot_be_read_leave_the_row_out(
    private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    row = LIVE | {"public_test_cases": json.dumps(CASES), "private_test_cases": private}
    (found,) = read(tmp_path / "rows.jsonl", [row])
    assert found.fault and not found.answer
    assert not Path("attacked").exists()


def test_shapes_are_known_by_columns_and_named_columns_go_first(tmp_path: Path) -> None:
    assert [shape_of([*needed, "more"]) for needed, _ in SHAPES.values()] == list(SHAPES)
    assert shape_of(["problem", "answer"]) == ""
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"test_list": ["assert 1"], "task": "Do.", "gold": '["assert f"]'}))
    columns = {"problem": "task", "answer": "gold"}
    (found,) = Source(CodeSet(source=str(path), columns=columns), "staged.code")  # type: ignore[arg-type]
    assert (found.text, found.answer) == ("Do.", '["assert f"]')


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("code_humaneval.jsonl", lambda row: row["prompt"] + row["canonical_solution"]),
        ("code_mbpp_sanitized.jsonl", lambda row: row["code"]),
    ],
)
def test_published_solutions_score_one(name: str, program: Any, sandbox: Sandbox) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs {path} (set SWS_SHARED_DATA)")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = list(Source(CodeSet(source=str(path)), "staged.code"))
    assert len(found) == len(rows) and not any(one.fault for one in found)
    verifier = CodeVerifier(60, workers=2)
    pairs = [(one.answer, program(row)) for one, row in zip(found, rows, strict=True)][::EVERY]
    assert {one.reward for one in verifier.verify_many(pairs)} == {1.0}
