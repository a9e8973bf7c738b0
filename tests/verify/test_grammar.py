"""Both stages of prediction give the same readings."""

import pytest
from latex2sympy2_extended import latex2sympy2
from latex2sympy2_extended.antlr_parser import PSParser

from sws.verify import algebra, grammar

ANSWERS = [
    r"\frac{\sqrt{21}}{5}",
    r"x^{2}+2x+1",
    r"(-\infty,2)\cup(3,\infty)",
    r"\begin{pmatrix}1\\2\end{pmatrix}",
    r"y = \frac{1}{2}x + 3",
    r"\{1, 2, 3\}",
    r"\cot 10(4\sin 10-1)",
    r"\log_{2}(x+1)",
    r"\int_0^1 x dx",
    r"550\gallons",  # no token: neither stage reads it
    r"(1,\-2)",
    "a sentence that is no answer",
    "1 = = 2",
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_readings_are_those_of_the_plain_parser(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert latex2sympy2.PSParser is grammar.TwoStageParser
    read = algebra.read.__wrapped__
    in_two_stages = repr(read(answer))
    monkeypatch.setattr(latex2sympy2, "PSParser", PSParser)
    assert repr(read(answer)) == in_two_stages
