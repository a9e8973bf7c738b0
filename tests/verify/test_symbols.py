"""Mathematics typed in Unicode."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.verify.symbols import latex


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2√3", r"2\sqrt{3}"),
        ("√(x+1)", r"\sqrt{x+1}"),
        ("∛8", r"\sqrt[3]{8}"),
        ("x²+y⁻¹⁰", "x^{2}+y^{-10}"),
        ("a₁₂", "a_{12}"),
        ("2½", r"2\frac{1}{2}"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("3–5", "3–5"),  # a range
        ("１２％", "12%"),
        ("1\u202f000", "1 000"),
        ("café", "café"),
        ("x+1", "x+1"),
    ],
)
def test_forms(typed: str, written: str) -> None:
    assert latex(typed) == written


@given(st.text("²₂√∛()½–−0x ") | st.text())
def test_total_and_settled(text: str) -> None:
    once = latex(text)
    assert latex(once) == once or "–" in text


@given(st.text("ab12+-{}\\"))
def test_plain_text_stays(text: str) -> None:
    assert latex(text) == text


@pytest.mark.parametrize("unit", ["√(", "√ ", "²", "½", "–"])
def test_linear_on_floods(unit: str) -> None:
    started = time.process_time()
    latex(unit * 20_000)
    assert time.process_time() - started < 2
