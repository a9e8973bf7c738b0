"""Comparison without algebra."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sws.verify.fast import canonical, decide
from sws.verify.notation import tidy

FORMS = {
    "1/2": [
        r"\frac{1}{2}",
        r"\dfrac12",
        "0.5",
        ".50",
        r"$\frac 12$",
        r"\frac{2}{4}",
        "3/6",
        "+1/2",
    ],
    "-1/2": [r"-\frac{1}{2}", r"\frac{-1}{2}", "-0.5", "−1/2", "-.5."],
    "1000": ["1,000", "1000.0", "1{,}000", r"1\,000", "1,\\!000", "1000 ", r"\(1000\)"],
    "9/5": [r"1\frac{4}{5}", "1 4/5", "1.8", "x = 9/5", r"a=\frac{18}{10}=1.8"],
    "1/3": [r"0.\overline{3}", r"\tfrac13"],
    "28%": [r"28\%", "28 percent", r"28\text{ percent}", r"\frac{56}{2}\%"],
    "5 cm": [r"5\text{ cm}", "5cm", r"5 \mathrm{centimeters}"],
    "5 cm2": [r"5\text{ cm}^2", r"5 \text{ square centimeters}", "5cm^{2}"],
    "90 deg": [r"90^\circ", r"90^{\circ}", "90°", "90 degrees"],
    "7 $": [r"\$7", "7 dollars", r"7\text{ dollars}"],
    "3000000": [r"3\text{ million}", "3,000,000", "3 million"],
    "(1/2, ∞)": [r"(0.5,\infty)", r"\left(\frac12, \infty\right)", r"x \in (1/2, +\infty)"],
    "{1, 2}": ["1, 2", "2,1", r"\{2, 1\}", r"1 \text{ and } 2", "1 or 2"],
    "4210_5": ["4210_5", "4210_{5}", "(4210)_5", "555_{10}=4210_5"],
    "east": ["East", r"\text{east}", r"\textbf{East}"],
    "A": ["A", "(A)", r"\text{A}", r"\textbf{(A)}"],
}


@pytest.mark.parametrize("form", FORMS)
def test_canonical_forms(form: str) -> None:
    assert {canonical(answer) for answer in FORMS[form]} == {form}


@pytest.mark.parametrize(
    "answer", ["", r"\sqrt{2}", "x+1", "1/0", r"3\text{ cows or }4", "5i", r"2\text{i}", "9" * 1000]
)
def test_left_to_algebra(answer: str) -> None:
    assert canonical(answer) is None


@pytest.mark.parametrize(
    ("gold", "answer", "verdict"),
    [
        ("28%", "28", True),
        ("28%", "0.28", True),
        ("0.5", r"0.5\%", False),
        ("1/3", "0.333333", True),
        ("2/3", "0.666666", True),
        ("1/3", "0.333", False),
        ("1/3", "0.3333334", False),
        ("1/8", "0.125001", False),
        ("10", r"10\text{ meters}", True),
        (r"10\text{ cm}", r"10\text{ m}", False),
        (r"9\text{ am}", r"9\text{ pm}", False),
        ("12_5", "12", True),
        ("12", "12_5", False),
        ("7", "12_5", True),
        ("127", "m+n=127", True),
        ("x=5", "5", True),
        ("x=5", "y=5", None),
        ("x", "X", False),
        ("ab", "ba", None),
        ("north", "south", False),
        ("no", "on", False),
        (r"\angle ABC", r"\angle CBA", True),
        (r"\angle ABC", r"\angle ACB", False),
        ("(1,2)", "(2,1)", False),
        ("25", r"25\text{ or more}", False),
        ("3", r"\text{three}", False),
        ("5", "(1,-16,5)", False),
        ("1234", "(1,234)", None),
        (r"288\pi", "Solid ball of radius 6", False),
        ("(2, 3)", r"\text{no solution}", False),
        ("49", "49 years old", None),
        (r"x^{2}\cup (a)", r"x^2 \cup(a)", True),
        (r"\sqrt{2}", r"\sqrt{2}", True),
        (r"\sqrt{2}", r"\sqrt{3}", False),
        (r"5\text{ ms}", r"5\text{ m}", False),  # milliseconds are no metres
        (r"5\text{ ms}", "5 milliseconds", True),
    ],
)
def test_decisions(gold: str, answer: str, verdict: bool | None) -> None:
    assert decide(gold, answer) is verdict


def _written(number: Fraction) -> st.SearchStrategy[str]:
    """Ways to write one number."""
    sign, top, bottom = "-" * (number < 0), abs(number.numerator), number.denominator
    forms = [
        f"{sign}{top}/{bottom}",
        f"{sign}\\frac{{{top}}}{{{bottom}}}",
        f"${sign}{top} / {bottom}$",
    ]
    if bottom == 1:
        forms += [f"{sign}{top}", f"{sign}{top:,}", f"{sign}{top}.00", f"{sign}{top}\\text{{ km}}"]
    return st.sampled_from(forms)


fractions = st.fractions(max_denominator=1000).filter(lambda number: abs(number) < 10**9)


@given(st.data(), fractions, fractions)
def test_different_numbers_never_share_a_form(
    data: st.DataObject, one: Fraction, other: Fraction
) -> None:
    assume(one != other)
    first, second = data.draw(_written(one)), data.draw(_written(other))
    assert canonical(first) != canonical(second)
    assert decide(first, second) is False


@given(st.data(), fractions)
def test_one_number_is_equal_however_written(data: st.DataObject, number: Fraction) -> None:
    assert decide(data.draw(_written(number)), data.draw(_written(number))) is True


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(-(10**9), 10**9))
def test_decimals_are_exact(decimal: object, integer: int) -> None:
    assert decide(f"{decimal:f}", str(integer)) is (Fraction(str(decimal)) == integer)


mathematics = st.text(st.sampled_from("\\{}$[]()^_=,.;%/+- 0123456789abixtexfrcdo\n"))


@given(mathematics | st.text())
def test_total_and_stable(text: str) -> None:
    form = canonical(text)
    assert form is None or isinstance(form, str)
    assert decide(text, text) is bool(tidy(text))
