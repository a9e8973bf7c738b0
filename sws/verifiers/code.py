"""Verifier of code: a solution is correct when it passes all tests, which are the gold answer."""

from __future__ import annotations

import json
from collections import OrderedDict
from hashlib import blake2b
from typing import Any

from sws.code_rewards import InputOutput, Limits, Sandbox, extract_code, score
from sws.verifiers.base import Named
from sws.verify import Outcome, Verification

#: How many tests of a solution may take all of their time before the rest counts as late.
TESTS_AT_THEIR_LIMIT = 3
#: Outcomes that are remembered: a student often repeats a solution in a group, or in later steps.
REMEMBERED = 100_000


class CodeVerifier(Named):
    """Runs the code of completions in a sandbox. Raises SwsError if no sandbox works here."""

    def __init__(self, timeout_seconds: float = 5.0, workers: int = 1) -> None:
        super().__init__(workers)
        limits = Limits(
            seconds=timeout_seconds, total_seconds=TESTS_AT_THEIR_LIMIT * timeout_seconds
        )
        self._sandbox = Sandbox(limits)
        self._known: OrderedDict[bytes, tuple[Outcome, float]] = OrderedDict()

    def close(self) -> None:
        """End the sandbox's processes."""
        self._sandbox.close()

    def read(self, completion: str) -> str | None:
        """The code in a completion."""
        return extract_code(completion).strip() or None

    def verify(self, gold: str, completion: str) -> Verification:
        """Outcome of one completion; a time limit that a test met is no "wrong".

        The same code for the same tests is run once, unless it ran out of time.
        """
        code, tests = self.read(completion), read_tests(gold)
        if code is None or tests is None:
            return Verification("unparsed", code)
        both = f"{len(gold)} {gold}{code}".encode("utf-8", "surrogatepass")
        key = blake2b(both, digest_size=16).digest()
        if known := self._known.get(key):
            return Verification(known[0], code, known[1])
        found = score(self._sandbox, code, tests)
        if any(result.outcome == "timeout" for result in found.results):
            return Verification("timeout", code, found.reward)
        outcome: Outcome = "correct" if found.reward == 1 else "wrong"
        self._known[key] = outcome, found.reward
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return Verification(outcome, code, found.reward)

    def equal(self, gold: str, answer: str) -> bool | None:
        """Whether an answer is the same text, or code that passes the tests."""
        if gold == answer or read_tests(gold) is None:
            return gold == answer
        outcome = self.verify(gold, answer).outcome
        return None if outcome == "timeout" else outcome == "correct"

    def parses(self, gold: str) -> bool:
        """Whether the gold answer is tests."""
        return read_tests(gold) is not None


def read_tests(gold: str) -> list[str | InputOutput] | None:
    """The tests that a gold answer holds; None where it holds none.

    JSON: a list of Python tests or of {"input", "output"}, or an object {"inputs", "outputs"} of
    two lists. Any other text is one test of Python.
    """
    if not gold.strip():
        return None
    try:
        found = json.loads(gold)
    except (ValueError, RecursionError):
        return [gold]
    if isinstance(found, dict) and found.keys() >= {"inputs", "outputs"}:
        pairs = zip(found["inputs"], found["outputs"], strict=False)
        found = [{"input": given, "output": wanted} for given, wanted in pairs]
    if isinstance(found, str):
        found = [found]
    tests = [_test(one) for one in found] if isinstance(found, list) else []
    whole = [test for test in tests if test is not None]
    return whole if whole and len(whole) == len(tests) else None


def _test(value: Any) -> str | InputOutput | None:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, dict) and all(isinstance(value.get(k), str) for k in ("input", "output")):
        return InputOutput(value["input"], value["output"])
    return None
