"""Completions of any kind are taken apart, and every sequence has a name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sws.config.self_verify import Phrases
from sws.self_verify import transitions
from sws.self_verify.segments import SegmentParser, last_solution
from sws.self_verify.transitions import OUTCOMES, outcome_of

PARSER = SegmentParser(Phrases())
RECHECK, RETRY = Phrases().verify, Phrases().retry
GOOD, BAD, UNSURE = Phrases().correct, Phrases().incorrect, Phrases().unsure


def kinds(text: str) -> str:
    """The segments by their first letters; a verification by its judgement: + - or ?"""
    signs = {None: "s", "correct": "+", "incorrect": "-", "unstated": "?"}
    return "".join(signs[part.judgement] for part in PARSER.parse(text))


def written(*parts: str) -> str:
    return "\n\n".join(parts)


TWO_ROUNDS = written(r"\boxed{4}", RECHECK, f"No. {BAD}", RETRY, r"\boxed{5}", RECHECK, GOOD)


def test_a_trajectory_is_taken_apart_without_losing_a_character() -> None:
    parts = PARSER.parse(TWO_ROUNDS)
    assert [part.kind for part in parts] == ["solve", "verify", "solve", "verify"]
    assert [part.judgement for part in parts] == [None, "incorrect", None, "correct"]
    assert "".join(part.text for part in parts) == TWO_ROUNDS
    assert all(TWO_ROUNDS[part.start : part.end] == part.text for part in parts)
    assert last_solution(parts).split() == ["Let", "me", "try", "again.", r"\boxed{5}"]


@pytest.mark.parametrize(
    ("text", "found", "outcome"),
    [
        (TWO_ROUNDS, "s-s+", transitions.VALID),
        ("", "", transitions.EMPTY),
        (" \n\t", "", transitions.EMPTY),
        ("the answer is 5", "s", transitions.UNVERIFIED),
        (written("5", RECHECK, "hm"), "s?", transitions.UNSTATED),
        (written("5", RECHECK, BAD), "s-", transitions.AFTER_INCORRECT),
        (written("5", RECHECK, UNSURE, RETRY, "4", RECHECK, GOOD), "s-s+", transitions.VALID),
        (written("5", RECHECK, GOOD, RETRY, "4"), "s+s", transitions.AFTER_CORRECT),
        (written("5", RECHECK, "hm", RETRY, "4"), "s?s", transitions.UNSTATED),
        (written("5", RETRY, "4", RECHECK, GOOD), "ss+", transitions.SOLVED_TWICE),
        (written("5", RECHECK, BAD, RECHECK, GOOD), "s-+", transitions.VERIFIED_TWICE),
        (written(RECHECK, GOOD), "+", transitions.UNSOLVED),
        (written("5", RECHECK, BAD, RETRY), "s-s", transitions.UNVERIFIED),
    ],
)
def test_sequences_and_their_names(text: str, found: str, outcome: str) -> None:
    assert kinds(text) == found
    assert outcome_of(PARSER.parse(text)) == outcome


def test_what_was_cut_off_is_said_unless_a_rule_was_broken_before() -> None:
    assert outcome_of(PARSER.parse(TWO_ROUNDS), finished=False) == transitions.CUT_OFF
    assert outcome_of([], finished=False) == transitions.CUT_OFF
    broken = PARSER.parse(written("5", RETRY, "4"))
    assert outcome_of(broken, finished=False) == transitions.SOLVED_TWICE


@pytest.mark.parametrize(
    ("verification", "judgement"),
    [
        (f"{BAD} No, {GOOD}", "correct"),
        (f"{GOOD} or {BAD} or {UNSURE}", "incorrect"),
        (GOOD.upper(), "correct"),
        ("the answer is correct", "unstated"),
        (f"({BAD}{GOOD}" * 3 + BAD, "incorrect"),
    ],
)
def test_of_nested_judgements_the_last_one_counts(verification: str, judgement: str) -> None:
    assert PARSER.judgement(verification) == judgement


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (rf"so \text{{{RECHECK}}} holds", "s"),
        (f"$$\n{RECHECK}\n$$", "s"),
        (f"\\[ x\n{RETRY}\n\\] and \\[\n{RECHECK}\n\\]\n{RECHECK}\n{GOOD}", "s+"),
        (f"never closed \\[ x\n{RECHECK}\n{GOOD}", "s+"),
        (f"cost $$ 5\n\n{RECHECK}\n{GOOD} $$", "s+"),  # a formula ends with its paragraph
        (f"he said: {RECHECK}", "s"),
        (f"5\n  **{RECHECK.upper()}**\n{GOOD}", "s+"),
    ],
)
def test_phrases_count_at_the_beginning_of_a_line_and_outside_formulas(
    text: str, found: str
) -> None:
    assert kinds(text) == found


def test_phrases_are_the_users_own() -> None:
    phrases = Phrases(verify="Check:", retry="Again:", correct="Right", incorrect="Wrong")
    parser = SegmentParser(phrases)
    parts = parser.parse("2+2=5\nCheck: 2+2=4, Wrong\nAgain: 2+2=4\nCheck: 4, Right")
    assert outcome_of(parts) == transitions.VALID
    with pytest.raises(ValidationError, match="`correct` is a part of `incorrect`"):
        Phrases(correct="right", incorrect="not right")


def test_a_thousand_segments() -> None:
    parts = PARSER.parse(written("0", *[RECHECK, BAD, RETRY, "1"] * 500, RECHECK, GOOD))
    assert len(parts) == 1002
    assert outcome_of(parts) == transitions.VALID


@pytest.mark.parametrize(
    "piece", ["\\[", "$$", "\\[\n\n", " ", "\n ", f"\n{RECHECK}", "Wait, ", GOOD, "\n>>", "İ"]
)
@pytest.mark.timeout(60)  # hours, were anything quadratic
def test_megabytes_have_an_outcome_too(piece: str) -> None:
    assert outcome_of(PARSER.parse(piece * (2_000_000 // len(piece)))) in OUTCOMES


@given(st.lists(st.sampled_from([RECHECK, RETRY, GOOD, BAD, "\n", "$$", "\\[", "\\]", "5 ", "é"])))
def test_any_text_is_covered_and_named(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = PARSER.parse(text)
    assert re.sub(r"\s", "", "".join(part.text for part in parts)) == re.sub(r"\s", "", text)
    assert outcome_of(parts) in OUTCOMES
