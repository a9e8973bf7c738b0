"""Tests that leave their calls to a runner, and solutions that leave their imports to a judge."""

import pytest

from sws.code_rewards import InputOutput, Sandbox, score
from sws.code_rewards.complete import complete

RIGHT, WRONG = "def add(a, b): return a + b", "def add(a, b): return a - b"
UNITTEST = (
    "import unittest\nclass Adds(unittest.TestCase):\n"
    "    def test_sum(self):\n        self.assertEqual(add(1, 2), 3)\n"
)


@pytest.mark.parametrize(
    "test",
    [
        "def test_sum():\n    assert add(1, 2) == 3",
        "def test_sum():\n    assert add(1, 2) == 3\nif __name__ == '__main__':\n    test_sum()",
        "async def test_sum():\n    assert add(1, 2) == 3",
        "def check(candidate):\n    assert candidate(1, 2) == 3",
        "class TestAdd:\n    def test_sum(self):\n        assert add(1, 2) == 3",
        UNITTEST,
        f"{UNITTEST}if __name__ == '__main__':\n    unittest.main()",
    ],
)
def test_what_nobody_calls_is_called(sandbox: Sandbox, test: str) -> None:
    assert score(sandbox, RIGHT, [test]).reward == 1
    assert score(sandbox, WRONG, [test]).reward == 0


@pytest.mark.parametrize(
    "test",
    [
        "assert add(1, 2) == 3",
        "def test_sum():\n    assert add(1, 2) == 3\ntest_sum()",
        "def check(candidate):\n    assert candidate(1, 2) == 3\ncheck(add)",
        "def helper(): return 3\nassert add(1, 2) == helper()",
        "def broken(:",
    ],
)
def test_what_is_called_already_stays(test: str) -> None:
    assert complete(test, RIGHT) == test


def test_a_test_that_needs_a_fixture_fails(sandbox: Sandbox) -> None:
    found = score(sandbox, RIGHT, ["def test_sum(numbers):\n    assert add(1, 2) == 3"])
    assert found.reward == 0
    assert "missing 1 required positional argument" in found.results[0].detail


def test_solutions_in_the_style_of_leetcode(sandbox: Sandbox) -> None:
    solution = """
class Solution:
    def depth(self, root: Optional[TreeNode]) -> int:
        return 0 if not root else 1 + max(self.depth(root.left), self.depth(root.right))
    def counts(self, words: List[str]) -> Dict[str, int]:
        return dict(Counter(words))
"""
    tests = [
        "assert Solution().depth(TreeNode(1, TreeNode(2))) == 2",
        "assert depth(TreeNode(1)) == 1 and counts(['a', 'a']) == {'a': 2}",
    ]
    assert score(sandbox, solution, tests).reward == 1


def test_own_names_go_before_those_taken_for_granted(sandbox: Sandbox) -> None:
    assert score(sandbox, "def gcd(a, b): return 7", ["assert gcd(1, 2) == 7"]).reward == 1


def test_a_program_imports_what_it_needs(sandbox: Sandbox) -> None:
    assert score(sandbox, "print(gcd(4, 6))", [InputOutput("", "2")]).reward == 0


def test_an_example_that_asks_for_input_harms_no_function(sandbox: Sandbox) -> None:
    assert score(sandbox, f"{RIGHT}\nprint(add(int(input()), 2))", ["assert add(1, 2) == 3"]).reward


def test_a_program_may_leave_by_os_exit(sandbox: Sandbox) -> None:
    solution = "import os\nprint(int(input()) * 2, flush=True)\nos._exit({})"
    tests = [InputOutput("2", "4"), InputOutput("2", "5")]
    assert score(sandbox, solution.format(0), tests).reward == 0.5
    assert score(sandbox, solution.format(1), tests).reward == 0


def test_numpy_is_there(sandbox: Sandbox) -> None:
    pytest.importorskip("numpy")
    assert score(
        sandbox, "import numpy as np\ntotal = int(np.sum([1, 2]))", ["assert total == 3"]
    ).reward
