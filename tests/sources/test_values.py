"""Columns by path, chats as text, and LaTeX whose backslashes JSON has eaten."""

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.sources.batch import Batch, find_column
from sws.sources.escapes import repair
from sws.sources.messages import EARLIER, SYSTEM, text_of
from sws.sources.paths import dig, structure

CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "First?"},
    {"role": "assistant", "content": "1"},
    {"role": "user", "content": "Second?"},
]
ROW: dict[str, Any] = {
    "prompt": CHAT,
    "reward_model": {"ground_truth": "7"},
    "verification_info": '{"ground_truth": "8"}',
    "info": "{'answer': ['9']}",
    "a.b": "dots",
}


@pytest.mark.parametrize("in_arrow", [False, True])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("reward_model.ground_truth", "7"),
        ("verification_info.ground_truth", "8"),
        ("info.answer.0", "9"),
        ("prompt.0.content", "Be brief."),
        ("prompt.-1.content", "Second?"),
        ("a.b", "dots"),
        ("Prompt", CHAT),
    ],
)
def test_a_path_reaches_into_structs_lists_and_text(path: str, value: Any, in_arrow: bool) -> None:
    table = pa.RecordBatch.from_pylist([ROW]) if in_arrow else None
    batch = Batch("f", "row", [1], table, () if in_arrow else (ROW,))
    parts = find_column(batch, path)
    assert parts and batch.values(parts) == [value]


def test_a_path_that_leads_nowhere() -> None:
    batch = Batch("f", "row", [1], None, (ROW,))
    for path in ("absent", "reward_model.absent", "prompt.9.content", "prompt.x"):
        assert find_column(batch, path) is None


def test_nulls_in_structs_and_slices_of_chats() -> None:
    rows = [{"prompt": CHAT, "r": {"a": 1}}, {"prompt": None, "r": None}, {"prompt": [], "r": {}}]
    table = pa.RecordBatch.from_pylist(rows).slice(1)
    batch = Batch("f", "row", [2, 3], table)
    assert batch.values(("prompt",)) == [None, []] and batch.values(("r", "a")) == [None, None]
    again = Batch("f", "row", [1, 2], pa.RecordBatch.from_pylist([rows[0]] * 3).slice(1))
    assert again.values(("prompt",)) == [CHAT, CHAT]


def test_the_last_turn_of_the_user_is_the_problem_and_what_is_left_out_is_counted() -> None:
    notes: Counter[str] = Counter()
    assert text_of(CHAT, notes) == "Second?"
    assert notes == {SYSTEM: 1, EARLIER: 1}
    sharegpt = [{"from": "human", "value": "How many?"}, {"from": "gpt", "value": "3"}]
    assert text_of(sharegpt, notes) == "How many?"
    assert text_of('[{"role": "user", "content": "As text?"}]', notes) == "As text?"
    parts = [{"type": "image"}, {"type": "text", "text": "What is shown?"}]
    assert text_of([{"role": "user", "content": parts}], notes) == "<image>\nWhat is shown?"
    assert text_of("[1, 2] is an interval", notes) == "[1, 2] is an interval"
    assert text_of(b"bytes", notes) == "bytes"
    assert text_of([{"role": "assistant", "content": "No question"}], notes) == ""


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("$\frac{3}{8}$", "$\\frac{3}{8}$"),
        ("$6 \times 7$", "$6 \\times 7$"),
        ("$\binom{6}{2}$", "$\\binom{6}{2}$"),
        ("for $x \neq 3$", "for $x \\neq 3$"),
        ("$\theta$ and \\right\right)", "$\\theta$ and \\right\\right)"),
        ("$x \to 0$", "$x \\to 0$"),
    ],
)
def test_backslashes_come_back(broken: str, whole: str) -> None:
    assert repair(broken) == whole


@pytest.mark.parametrize(
    "text", ["a\tb", "cats\nnot dogs", "one\tan apple", "page\fFind it", "a\r\nb", "an\nequation"]
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert repair(text) == text


@given(st.text(alphabet="[]{}'\"\\,:1a()", max_size=60))
def test_reading_text_as_a_structure_is_total(text: str) -> None:
    assert structure(text) is None or isinstance(structure(text), dict | list)
    dig(text, ("0", "a"))


def test_deep_nesting_is_no_structure() -> None:
    assert structure("[" * 50_000 + "]" * 50_000) is None
