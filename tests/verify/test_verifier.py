"""Verification, with algebra held to the wall clock in its own process."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from sws.verify import Verification, Verifier

TOWER = r"9^{9^{9^{9^{9}}}}"  # evaluating it does not end


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(timeout_seconds=20) as verifier:
        yield verifier


@pytest.mark.parametrize(
    ("gold", "completion", "expected"),
    [
        ("12", r"\boxed{12}", Verification("correct", "12")),
        ("12", r"\boxed{13}", Verification("wrong", "13")),
        ("12", "twelve, I think", Verification("unparsed", None)),
        ("12", r"12, so \boxed{12", Verification("unparsed", None)),
        ("12", "\\boxed{" + "1" * 5000 + "}", Verification("unparsed", None)),
    ],
)
def test_exact_answers_start_no_process(
    gold: str, completion: str, expected: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert Verifier().verify(gold, completion) == expected


EQUAL = [
    (r"\sqrt{8}", r"2\sqrt2"),
    ("x^2-1", "(x-1)(x+1)"),
    (r"\pm 2", "2, -2"),
    ("2+3i", r"2+3\,i"),
    (r"\binom{5}{2}", "10"),
    (r"x \ge 2", r"[2,\infty)"),
    (r"11\sqrt{5}+11", r"11(1+\sqrt{5})"),
    ("y=2x+1", "y=1+2x"),
]
DIFFERENT = [
    (r"2\sqrt{113}", r"2\sqrt{112.99999999}"),
    (r"e^{-20}", "0"),
    (r"\frac{1}{10^{7}}", "0"),
    ("x=5", "y=5"),
    (r"(2,\infty)", r"[2,\infty)"),
    (r"\sqrt{5}", r"\pm\sqrt{5}"),
    ("x+1", "x+y"),
    ("5", "x^2 garbage ( 5"),
    ("3", "3x"),
    ("100!", "100!+1"),
]


@pytest.mark.parametrize(("gold", "answer"), EQUAL)
def test_equal_by_algebra(verifier: Verifier, gold: str, answer: str) -> None:
    assert verifier.equal(gold, answer) is True


@pytest.mark.parametrize(("gold", "answer"), DIFFERENT)
def test_different_by_algebra(verifier: Verifier, gold: str, answer: str) -> None:
    assert verifier.equal(gold, answer) is False


@pytest.mark.parametrize(
    "answer", ["\x00", "\\", "{{{", "$" * 50, "\ud800", r"\frac{" * 200, "import os", "1e999999"]
)
def test_hostile_answers_have_an_outcome(verifier: Verifier, answer: str) -> None:
    assert verifier.check(r"\sqrt{2}", answer).outcome in ("wrong", "timeout", "unparsed")
    assert verifier.equal(r"\sqrt{8}", r"2\sqrt2") is True


def test_a_hanging_answer_is_cut_off_the_main_thread_too() -> None:
    outcomes: list[str] = []

    def work() -> None:
        started = time.monotonic()
        with Verifier(timeout_seconds=1) as verifier:
            outcomes.append(verifier.check(r"\sqrt{2}", TOWER).outcome)
            outcomes.append(verifier.check(r"\sqrt{2}", TOWER).outcome)  # remembered
            outcomes.append(verifier.check(r"\sqrt{2}", r"\frac{2}{\sqrt{2}}").outcome)
        assert time.monotonic() - started < 60

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert outcomes[:2] == ["timeout", "timeout"]
    assert outcomes[2] in ("correct", "timeout")  # a fresh worker, within a tight second


def test_many_in_order_and_streaming() -> None:
    taken = 0

    def pairs() -> Iterator[tuple[str, str]]:
        nonlocal taken
        for taken in range(10_000):
            yield str(taken), f"\\boxed{{{taken - taken % 2}}}"

    with Verifier(workers=2) as verifier:
        stream = verifier.verify_many(pairs())
        first = [next(stream).outcome for _ in range(6)]
        assert first == ["correct", "wrong"] * 3
        assert taken < 1000
        stream.close()  # type: ignore[attr-defined]


def test_memory_limit_ends_only_the_worker() -> None:
    with Verifier(timeout_seconds=30, memory_megabytes=400) as verifier:
        assert verifier.equal(r"\sqrt{8}", r"2\sqrt2") is True
        assert verifier.equal(r"\sqrt{2}", r"(10^{9})!") in (False, None)
        assert verifier.equal(r"\sqrt{18}", r"3\sqrt2") is True


@pytest.mark.parametrize("gold", ["0", "7", "007", "12345678901234567890", "9" * 60])
def test_a_plain_integer_checks_itself_as_any_other_gold(verifier: Verifier, gold: str) -> None:
    assert verifier.gold_checks_itself(gold) and verifier.parses(gold)
    assert verifier.verify(gold, f"\\boxed{{{gold}}}").outcome == "correct"


def test_golds_check_themselves(verifier: Verifier) -> None:
    assert all(
        map(verifier.gold_checks_itself, ["12", r"\text{east}", r"3\sqrt{13}", "(1,2)", "x+1"])
    )
    assert not any(map(verifier.parses, ["", r"\frac{1", "+", "x" * 5000]))


def test_the_worker_imports_no_torch() -> None:
    code = "import sys, sws.verify, sws.verify.algebra; print('torch' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"
