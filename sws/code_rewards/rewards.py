"""The reward of a solution in code: the share of its tests that pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from sws.code_rewards.complete import complete
from sws.code_rewards.extract import extract_code
from sws.code_rewards.sandbox import Sandbox
from sws.jsonl import Row, list_of, read_lines, text, write_lines
from sws.parallel import in_order

_EXAMPLE = (
    '{"id": 1, "solution": "def add(a, b): ...", "tests": ["assert add(1, 2) == 3"]}, or '
    '{"input": "1 2", "output": "3"} for a test of a whole program'
)


@dataclass(frozen=True)
class InputOutput:
    """A test of a whole program: its input and the expected output."""

    input: str
    output: str


Test = str | InputOutput  # Python that must run to its end, or input and output


@dataclass(frozen=True)
class TestResult:
    """The outcome of one test; `detail` is the error, if any."""

    __test__ = False  # for pytest

    outcome: Literal["passed", "failed", "timeout"]
    detail: str = ""


@dataclass(frozen=True)
class Score:
    """The results of all tests of one solution, in their order."""

    results: tuple[TestResult, ...]

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(result.outcome == "passed" for result in self.results)

    @property
    def reward(self) -> float:
        """Passed over total; 0 without tests."""
        return self.passed / len(self.results) if self.results else 0.0


def score(sandbox: Sandbox, solution: str, tests: Sequence[Test]) -> Score:
    """Run a solution, or the code of a completion, against its tests. Total: never raises.

    A test of Python finds the names that solutions in the style of LeetCode take for granted, and
    is completed with a call of what it only defines.
    """
    code = extract_code(solution)
    asked = [
        {"code": complete(test, code)} if isinstance(test, str) else {"input": test.input}
        for test in tests
    ]
    found = sandbox.run(code, asked)
    results = [_result(test, reply) for test, reply in zip(tests, found, strict=False)]
    missing = TestResult("failed", "the solution ended the sandbox")
    return Score((*results, *[missing] * (len(tests) - len(results))))


def score_file(path: str | Path, out_stream: TextIO, sandbox: Sandbox, workers: int = 1) -> None:
    """Write the reward of each line {id, solution, tests}, in order, streaming."""

    def scored(row: Row) -> Row:
        tests = [test if isinstance(test, str) else InputOutput(**test) for test in row["tests"]]
        found = score(sandbox, row["solution"], tests)
        results = [{"outcome": one.outcome, "detail": one.detail} for one in found.results]
        counts = {"passed": found.passed, "total": len(found.results), "reward": found.reward}
        return {"id": row.get("id"), **counts, "results": results}

    rows = read_lines(path, _EXAMPLE, solution=text, tests=list_of(_is_test))
    write_lines(out_stream, in_order(scored, rows, workers), "Running tests")


def _result(test: Test, reply: dict[str, Any]) -> TestResult:
    if reply["late"]:
        return TestResult("timeout")
    if not reply["passed"]:
        return TestResult("failed", reply.get("detail", ""))
    if isinstance(test, InputOutput) and _lines(reply["output"]) != _lines(test.output):
        return TestResult("failed", f"wrote {reply['output'][:200]!r}")
    return TestResult("passed")


def _lines(output: str) -> list[str]:
    """Lines without trailing blanks, as programming contests compare them."""
    return [line.rstrip() for line in output.rstrip().splitlines()]


def _is_test(value: object) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"input", "output"} and all(map(text, value.values()))
    return isinstance(value, str)
