"""Verifiers by name: what each compares, and functions of the user's own in a killable process."""

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sws.code_rewards import Sandbox
from sws.errors import SwsError
from sws.verifiers import open_verifier
from sws.verifiers.code import read_tests
from sws.verifiers.text import choices

OWN = '''
import time

def longer(gold, completion):
    """Whether the completion has more words than the gold answer."""
    if not completion:
        return None
    if completion == "sleep":
        time.sleep(3600)
    if completion == "raise":
        raise ValueError("a word too many")
    if completion == "score":
        return 0.7
    print("nothing that is printed harms the protocol")
    return len(completion.split()) > len(gold.split())
'''


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "words.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    yield "words:longer"


def outcomes(name: str, *pairs: tuple[str, str]) -> list[str]:
    with open_verifier(name, workers=2) as verifier:
        return [found.outcome for found in verifier.verify_many(pairs)]


def test_math_goes_by_value() -> None:
    assert outcomes("math", ("1/2", r"so \boxed{0.5}"), ("1/2", "The answer is 2.")) == [
        "correct",
        "wrong",
    ]


def test_exact_goes_by_text() -> None:
    assert outcomes(
        "exact",
        ("Paris", r"so \boxed{Paris}"),
        ("ls -la  /tmp", "<answer>ls -la /tmp</answer>"),
        ("caf\u00e9", "<answer>cafe\u0301</answer>"),
        ("1/2", r"\boxed{0.5}"),
        ("Paris", "<answer>paris</answer>"),
        ("Paris", "<think>Paris"),
    ) == ["correct", "correct", "correct", "wrong", "wrong", "unparsed"]


@pytest.mark.parametrize(
    ("gold", "completion", "outcome"),
    [
        ("C", "The answer is (C) 17.", "correct"),
        ("C", r"\boxed{\textbf{(C)}\ 17}", "correct"),
        ("(c)", "c", "correct"),
        ("C", "Option C", "correct"),
        ("C", "故选：C。", "correct"),
        ("BD", "Answer: D, B", "correct"),
        ("C", "The answer is D.", "wrong"),
        ("C", "Answer: A or C", "wrong"),
        ("C", "Answer: A, C", "wrong"),
        ("C", "17", "wrong"),
        ("C", "", "unparsed"),
    ],
)
def test_choice_goes_by_letters(gold: str, completion: str, outcome: str) -> None:
    assert outcomes("choice", (gold, completion)) == [outcome]


@pytest.mark.parametrize("text", ["17", "Paris", "", "x = 3", "A or B", "A/B", "the answer"])
def test_no_choice(text: str) -> None:
    assert choices(text) is None


def test_the_same_code_for_the_same_tests_is_run_once(sandbox: Sandbox) -> None:
    tossed = "import os\nx = os.urandom(1)[0] % 2"
    with open_verifier("code") as verifier:
        same = [verifier.verify("assert x", tossed).outcome for _ in range(20)]
        others = [verifier.verify(f"assert x, {n}", tossed).outcome for n in range(20)]
    assert len(set(same)) == 1 and len(set(others)) == 2


def test_code_passes_all_tests(sandbox: Sandbox) -> None:
    tests = json.dumps(["assert add(1, 2) == 3", "assert add(2, 2) == 4"])
    program = json.dumps({"inputs": ["2"], "outputs": ["4"]})
    assert outcomes(
        "code",
        (tests, "```python\ndef add(a, b): return a + b\n```"),
        (tests, "```python\ndef add(a, b): return 3\n```"),
        ("assert add(1, 2) == 3", "def add(a, b): return 3"),
        (program, "```python\nprint(int(input()) * 2)\n```"),
        (program, "<think>print(4)"),
    ) == ["correct", "wrong", "correct", "correct", "unparsed"]


@pytest.mark.parametrize(
    ("gold", "number"),
    [
        ('["assert x", {"input": "1", "output": "2"}]', 2),
        ('{"inputs": ["1", "2"], "outputs": ["3", "4"]}', 2),
        ("assert x == 1", 1),
        ("[1]", None),
        ("[]", None),
        ("", None),
    ],
)
def test_golds_of_code(gold: str, number: int | None) -> None:
    found = read_tests(gold)
    assert (None if found is None else len(found)) == number


def test_a_function_of_ones_own(own: str, caplog: pytest.LogCaptureFixture) -> None:
    started = time.monotonic()
    with caplog.at_level(logging.WARNING), open_verifier(own, timeout_seconds=2) as verifier:
        asked = ["a b c", "a", "", "sleep", "raise", "raise", "score", "a b c"]
        found = [verifier.verify("a b", text).outcome for text in asked]
    assert found == [
        *("correct", "wrong", "unparsed", "timeout"),
        *("unparsed", "unparsed", "unparsed", "correct"),
    ]
    assert time.monotonic() - started < 120
    assert "2 times ValueError: a word too many" in caplog.text
    assert "returned 0.7, not True, False or None" in caplog.text


@pytest.mark.parametrize("name", ["words:shorter", "no_such_module:check"])
def test_a_function_that_is_not_there_is_named_at_once(own: str, name: str) -> None:
    with pytest.raises(SwsError, match=f"the verifier {name} cannot be used"):
        open_verifier(name)


def test_a_name_that_is_none_says_which_there_are() -> None:
    with pytest.raises(
        SwsError, match="expected: math, exact, choice, code, mixed, or module:function"
    ):
        open_verifier("maths")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [("math", "1/2", ""), ("exact", "Paris", " "), ("choice", "C", "17"), ("code", "x = 1", "[1]")],
)
def test_golds_check_themselves(sandbox: Sandbox, name: str, good: str, bad: str) -> None:
    with open_verifier(name) as verifier:
        assert verifier.gold_checks_itself(good) and not verifier.gold_checks_itself(bad)
