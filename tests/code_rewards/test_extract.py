"""Which of a completion's blocks is its solution."""

import time

import pytest

from sws.code_rewards import extract_code

ADD = "def add(a, b):\n    return a + b\n"


@pytest.mark.parametrize(
    ("completion", "code"),
    [
        ("x = 1", "x = 1"),
        ("First:\n```python\nx = 1\n```\nbetter:\n```py\nx = 2\n```\nDone.", "x = 2\n"),
        ("```\nx = 1\n```\n```text\noutput\n```", "x = 1\n"),
        (f"```python\n{ADD}```\nOutput:\n```\n3\n```", ADD),
        (f"```python\n{ADD}```\nUsage:\n```python\nprint(add(1, 2))\n```", ADD),
        (f"```python\n{ADD}```\nTests:\n```python\nassert add(1, 2) == 3\n```", ADD),
        (f"```python\n{ADD}```\n```python\n>>> add(1, 2)\n3\n```", ADD),
        ("```python\nprint(1)\n```\n```python\nprint(2)\n```", "print(2)\n"),
        (f"~~~python\n{ADD}~~~", ADD),
        (f"```python3\n{ADD}", ADD),
        (f"<think>\n```python\nx = 1\n```\n</think>\n```python\n{ADD}```", ADD),
        ("<think>\n```python\nx = 1\n```", ""),
        ("", ""),
    ],
)
def test_code_of_a_completion(completion: str, code: str) -> None:
    assert extract_code(completion) == code


@pytest.mark.parametrize("unit", ["```", "```\n", "```python\n", "~~~\n```\n", "`", "<think>"])
def test_linear_on_floods(unit: str) -> None:
    started = time.process_time()
    extract_code(unit * (200_000 // len(unit)))
    assert time.process_time() - started < 5
