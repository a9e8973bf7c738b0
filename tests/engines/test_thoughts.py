"""Thoughts are kept apart from texts, whatever tags a model has for them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.engines.refusals import CUT_OFF_THOUGHT, EMPTY
from sws.engines.request import Response
from sws.engines.thoughts import begins, begun, read, separate, solutions, split


def response(*texts: str, reasons: tuple[str, ...] = (), **more: object) -> Response:
    reasons = reasons or ("stop",) * len(texts)
    return Response("r", texts, reasons, 1, (1,) * len(texts)).but(**more)


@pytest.mark.parametrize(
    ("text", "thought", "answer", "whole"),
    [
        ("no thought at all", "", "no thought at all", True),
        ("<think>Hm.</think>\n\n4", "Hm.", "4", True),
        ("<think>\n\n</think>\n\n4", "", "4", True),
        ("Hm, 2 and 2.\n</think>\n4", "Hm, 2 and 2.", "4", True),
        ("<think>Hm.", "Hm.", "", False),
        ("<think>I write <think> often.</think>4", "I write <think> often.", "4", True),
        ("<think>a</think>One. <think>b</think>Two.", "a\nb", "One. Two.", True),
        ("<think>a</think>One. <think>b", "a\nb", "One. ", False),
        ("[THINK]Hm.[/THINK]4", "Hm.", "4", True),
        ("<seed:think>Hm.</seed:think>4", "Hm.", "4", True),
        ("◁think▷Hm.◁/think▷4", "Hm.", "4", True),
        ("<|begin_of_thought|>Hm.<|end_of_thought|>4", "Hm.", "4", True),
        ("<think>Hm.[/THINK]</think>4", "Hm.[/THINK]", "4", True),
    ],
)
def test_a_text_is_split(text: str, thought: str, answer: str, whole: bool) -> None:
    assert split(text) == (thought, answer, whole)


PIECES = st.sampled_from(
    ["<think>", "</think>", "[THINK]", "[/THINK]", "a", "\n", "\\boxed{4}", ""]
)


@given(st.lists(PIECES).map("".join))
def test_no_tag_that_opens_a_thought_is_left_in_an_answer(text: str) -> None:
    _, answer, _ = split(text)
    assert "<think>" not in answer and "[THINK]" not in answer


def test_splitting_takes_linear_time() -> None:
    began = time.process_time()
    split("<think>" * 200_000 + "</think>" * 200_000)
    assert time.process_time() - began < 5


def test_what_a_judge_drafts_is_not_what_it_says() -> None:
    seen = read(response("<think>Verdict: acceptable? No.</think>Verdict: perfect"))
    assert seen.texts == ("Verdict: perfect",)
    assert seen.reasoning == ("Verdict: acceptable? No.",) and seen.lasts


def test_a_cut_off_thought_among_several_is_named_and_holds_no_answer() -> None:
    seen = read(
        response("<think>a</think>4", "<think>is it \\boxed{5}", reasons=("stop", "length"))
    )
    assert seen.texts == ("4", "") and seen.finish_reasons == ("stop", CUT_OFF_THOUGHT)
    assert seen.refused is None


def test_where_one_thought_began_in_the_template_all_did() -> None:
    """DeepSeek-R1's template ends with <think>: a text cut off in it has no tag at all."""
    seen = separate(response("a</think>4", "is it \\boxed{5}", reasons=("stop", "length")))
    assert seen.texts == ("4", "") and seen.finish_reasons == ("stop", CUT_OFF_THOUGHT)


def test_and_where_the_prompt_says_so_even_the_only_text() -> None:
    assert begins("<|Assistant|><think>\n") and not begins("<think></think>\n\n")
    cut_off = response("is it \\boxed{5}", reasons=("length",))
    assert read(begun(cut_off)).refused == CUT_OFF_THOUGHT
    assert read(begun(response("a</think>4"))).texts == ("4",)


def test_only_cut_off_thoughts_are_a_refusal() -> None:
    seen = read(response("<think>a", "<think>b", reasons=("length", "length")))
    assert (seen.texts, seen.refused, seen.reasoning) == ((), CUT_OFF_THOUGHT, ("a", "b"))


def test_a_student_s_empty_text_is_what_it_answered() -> None:
    empty = response("", "")
    assert read(empty, "student").refused is None
    assert read(empty, "labeler").refused == EMPTY


def test_a_refusal_of_before_refusals_had_a_name_is_one() -> None:
    old = Response("r", (), ("prompt too long",), 0, ())
    assert read(old, "labeler").refused == "prompt too long"
    assert not read(old, "labeler").lasts


def test_a_thought_that_was_cut_off_stands_in_for_its_text() -> None:
    response = Response(
        "r", ("17", "", ""), ("stop", "length", "stop"), 1, (1, 2, 3), ("a", "b", "")
    )
    assert solutions(response) == ("17", "<think>b", "")
