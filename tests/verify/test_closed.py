"""Closed forms, decided by their digits."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.verify import algebra
from sws.verify.closed import compare, value
from sws.verify.fast import decide


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        (r"2\sqrt{3}", "3.4641016151377545870548926830117447338856105076208"),
        (r"\frac{1+\sqrt{5}}{2}", "1.6180339887498948482045868343656381177203091798058"),
        (r"288\pi", "904.77868423386045267724129438449683064878478702"),
        (r"-3^2", "-9"),
        (r"(-3)^{2}", "9"),
        (r"2^{-3}", "0.125"),
        (r"2 \cdot 3 + 4 \times 5 - 6/3", "24"),
        (r"\frac12\frac13 6", None),  # a number after a fraction may belong to it
        (r"\sqrt{\sqrt{16}}", "2"),
    ],
)
def test_the_value(text: str, digits: str | None) -> None:
    found = value(text)
    if digits is None:
        assert found is None
    else:
        assert found is not None
        assert abs(found - Decimal(digits)) < Decimal("1e-40")


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "2x", "e", "3!", "5 cm", "50%", r"\sqrt{-1}", r"\frac{1}{0}", "(", "1)", "2^",
        "--5", "5--3", "3 1/2", r"3\frac{1}{2}", "2^10", r"\sqrt[3]{8}", "10^{10^{10}}", "9^{99}",
        r"\frac{1}{\sqrt{10000000001}-100000.000005}", "(" * 50 + "1" + ")" * 50, "1+" * 150 + "1",
    ],
)  # fmt: skip
def test_what_is_read_in_two_ways_or_not_at_all_is_left_to_algebra(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    ("gold", "answer", "verdict"),
    [
        (r"\frac{14}{3}", r"14(\sqrt{2}-1)", False),
        (r"70\sqrt{2}", r"\frac{140}{\sqrt{2}}", True),
        (r"3\pm2\sqrt{2}", r"3-2\sqrt{2}, 3+2\sqrt{2}", True),
        (r"3\pm2\sqrt{2}", r"\frac{1}{3+2\sqrt{2}}, 3+2\sqrt{2}", True),
        (r"1\pm\sqrt{19}", r"1+\sqrt{19}", False),
        (r"\{\sqrt{2},1\}", r"1,\sqrt{2}", True),
        (r"(\sqrt{2},1)", r"(1,\sqrt{2})", False),
        (r"(\sqrt{2},1)", r"(\frac{2}{\sqrt{2}},1)", True),
        (r"\sqrt{2}", "1.414", False),
        (r"\sqrt{2}", "1.414214", None),  # six digits: algebra decides
        (r"2,\sqrt{3}", r"1,000\sqrt{2}", None),  # a thousand, or two numbers
        (r"\sqrt{2}", "x", None),
    ],
)
def test_pairs(gold: str, answer: str, verdict: bool | None) -> None:
    assert compare(gold, answer) is verdict
    assert verdict is None or algebra.equal(gold, answer) is verdict
    assert decide(gold, answer) is verdict


NUMBERS = st.integers(0, 20).map(lambda n: (str(n), Fraction(n)))


def combined(parts: st.SearchStrategy) -> st.SearchStrategy:
    """LaTeX and its exact value, of two smaller ones."""
    pairs = st.tuples(parts, parts)
    sums = pairs.map(lambda p: (f"({p[0][0]}+{p[1][0]})", p[0][1] + p[1][1]))
    differences = pairs.map(lambda p: (f"({p[0][0]}-({p[1][0]}))", p[0][1] - p[1][1]))
    products = pairs.map(lambda p: (f"({p[0][0]})({p[1][0]})", p[0][1] * p[1][1]))
    fractions = pairs.filter(lambda p: p[1][1] != 0).map(
        lambda p: (rf"\frac{{{p[0][0]}}}{{{p[1][0]}}}", p[0][1] / p[1][1])
    )
    roots = parts.map(lambda p: (rf"\sqrt{{({p[0]})^{{2}}}}", abs(p[1])))
    return st.one_of(sums, differences, products, fractions, roots)


@given(st.recursive(NUMBERS, combined, max_leaves=6))
def test_random_forms_have_their_exact_value(form: tuple[str, Fraction]) -> None:
    text, exact = form
    found = value(text)
    if found is not None:
        assert abs(Fraction(found) - exact) <= Fraction(1, 10**35) * max(1, abs(exact))
