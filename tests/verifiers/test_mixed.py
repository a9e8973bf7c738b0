"""One set of mathematics, code and exact text: each gold answer names its verifier."""

import json

import pytest

from sws.code_rewards import Sandbox
from sws.verifiers import open_verifier
from sws.verifiers.mixed import domain_of, named, parted

TESTS = "code: " + json.dumps([f"assert f({x}) == {3 * x}" for x in (0, 1, 2, 5)])


def test_names_are_put_on_and_taken_off() -> None:
    assert parted(named("exact", "Paris")) == ("exact", "Paris")
    assert parted(named("code", "[]")) == ("code", "[]")
    assert named("math", "1/2") == "1/2" and named("mixed", TESTS) == TESTS
    assert [domain_of(gold) for gold in ("1/2", TESTS, "exact: a", "choice: B")] == [
        "mathematics", "code", "text", "text",
    ]  # fmt: skip


@pytest.mark.parametrize("gold", ["exact:", "codec: 1", "f: x -> 2", "The exact: 5", ""])
def test_other_answers_are_mathematics(gold: str) -> None:
    assert parted(gold) == ("math", gold)


def test_each_is_checked_in_its_own_way_in_the_order_given(sandbox: Sandbox) -> None:
    pairs = [
        ("1/2", r"so \boxed{0.5}"),
        (TESTS, "def f(x): return 3*x"),
        (TESTS, "def f(x): return x*x*3"),  # right for 0 and 1
        ("exact: The Nile", r"\boxed{The Nile}"),
        ("exact: The Nile", r"\boxed{the nile}"),
        ("1/2", r"\boxed{2}"),
    ]
    with open_verifier("mixed", timeout_seconds=60, workers=2) as verifier:
        found = list(verifier.verify_many(pairs))
        assert verifier.gold_checks_itself(TESTS) and verifier.gold_checks_itself("1/2")
        assert not verifier.gold_checks_itself("code: []")
    assert [one.reward for one in found] == [1.0, 1.0, 0.5, 1.0, 0.0, 0.0]
    assert [one.outcome for one in found[:3]] == ["correct", "correct", "wrong"]


def test_what_a_model_writes_chooses_no_verifier() -> None:
    with open_verifier("mixed") as verifier:
        assert verifier.read(r"so \boxed{0.5}") == "0.5"
        assert verifier.read(r"so \boxed{exact: yes}") is None
        assert verifier.read(r'so \boxed{code: ["assert True"]}') is None
