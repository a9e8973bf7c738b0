"""Gold answers of alternatives, any of which is right; no model can write one."""

from collections.abc import Iterator

import pytest

from sws.verifiers import open_verifier
from sws.verify import Verifier
from sws.verify.alternatives import alternatives, any_of, differing, has_alternatives, share_one
from sws.verify.vote import vote

ROOTS = any_of(["2", "-2"])


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier() as checking:
        yield checking


def test_one_alternative_is_an_answer() -> None:
    assert any_of(["4", "4"]) == "4" and alternatives("4") == ("4",)
    assert alternatives(ROOTS) == ("2", "-2") and has_alternatives(ROOTS)


@pytest.mark.parametrize(
    "text",
    [
        "{1, 2}",
        '{"any_of": []}',
        '{"any_of": [1, 2]}',
        '{"any_of": ["1"',
        '{"any_of": ["1", "2"], "or": 3}',
        '["1", "2"]',
    ],
)
def test_anything_else_is_itself(text: str) -> None:
    assert alternatives(text) == (text,) and not has_alternatives(text)


@pytest.mark.parametrize(
    ("completion", "outcome"),
    [
        ("so \\boxed{2}", "correct"),
        ("so \\boxed{-\\frac{4}{2}}", "correct"),
        ("so \\boxed{3}", "wrong"),
        ("so \\boxed{2, -2}", "wrong"),
        (f"so \\boxed{{{ROOTS}}}", "wrong"),
        ("no idea", "unparsed"),
    ],
)
def test_any_alternative_is_right(verifier: Verifier, completion: str, outcome: str) -> None:
    assert verifier.verify(ROOTS, completion).outcome == outcome
    pairs = [("7", "\\boxed{7}"), (ROOTS, completion)]
    assert [one.outcome for one in verifier.verify_many(pairs)] == ["correct", outcome]


def test_alternatives_are_compared_by_algebra(verifier: Verifier) -> None:
    gold = any_of(["7", "\\sum_{k=1}^{\\infty} 2^{-k}"])
    assert verifier.equal(gold, "1") and verifier.equal(gold, "7") and not verifier.equal(gold, "2")


def test_every_alternative_has_to_check(verifier: Verifier) -> None:
    assert verifier.gold_checks_itself(ROOTS)
    assert not verifier.gold_checks_itself(any_of(["2", "\\frac{1}{"]))


def test_spellings_of_one_answer_count_once(verifier: Verifier) -> None:
    assert differing(any_of(["1/2", "0.5", "50\\%"]), verifier.equal) == "1/2"
    assert differing(any_of(["1/2", "3", "0.5"]), verifier.equal) == any_of(["1/2", "3"])
    assert share_one(any_of(["1", "2"]), any_of(["3", "2.0"]), verifier.equal)
    assert not share_one(ROOTS, any_of(["3", "4"]), verifier.equal)


def test_a_model_that_answers_with_alternatives_neither_votes_nor_is_right(
    verifier: Verifier,
) -> None:
    found = vote([ROOTS] * 5 + ["2"], verifier.equal, verifier.parses)
    assert (found.label, found.n_votes, found.n_samples) == ("2", 1, 6)
    assert not verifier.equal("2", ROOTS) and not verifier.equal(ROOTS, ROOTS)
    assert verifier.verify("2", f"\\boxed{{{ROOTS}}}").outcome == "wrong"


@pytest.mark.parametrize(
    ("name", "answers", "right", "wrong"),
    [
        ("exact", ["Ann", "Bo"], "Bo", "Cy"),
        ("choice", ["A", "C"], "(c)", "B"),
        ("math_checks:same", ["4", "5"], "5", "6"),
    ],
)
def test_every_verifier_takes_alternatives(
    name: str,
    answers: list[str],
    right: str,
    wrong: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("own")
    text = "def same(gold, completion):\n    return completion.endswith(gold + '}')\n"
    (folder / "math_checks.py").write_text(text)
    monkeypatch.chdir(folder)
    gold = any_of(answers)
    with open_verifier(name) as verifier:
        assert verifier.gold_checks_itself(gold)
        outcomes = [verifier.verify(gold, f"\\boxed{{{one}}}").outcome for one in (right, wrong)]
    assert outcomes == ["correct", "wrong"]
