r"""Every kind of answer: pairs that a mathematician would call equal, and pairs that differ.

`EQUAL` and `DIFFERENT` hold (gold, prediction) by kind; a prediction is a bare answer or a whole
solution, as in `sws verify`.
"""

from collections.abc import Iterator

import pytest

from sws.verify import Verifier, answer_in

Pairs = dict[str, list[tuple[str, str]]]

EQUAL: Pairs = {
    "integers": [
        ("42", "042"),
        ("-7", "−7"),
        ("-7", "–7"),
        ("0", "-0"),
        ("120", "5!"),
        ("1024", "2^{10}"),
        ("16", "2^{2^{2}}"),
        ("6", r"\sqrt{36}"),
        ("30", r"2 \cdot 3 \cdot 5"),
        ("30", "2×3×5"),
        ("12", "１２"),
    ],
    "decimals": [
        ("0.5", ".5"),
        ("3", "3.0"),
        ("2.5", "2.50"),
        ("0.125", r"\frac18"),
        ("1200", r"1.2 \times 10^{3}"),
        ("0.0012", r"1.2 \cdot 10^{-3}"),
        (r"0.1\overline{6}", r"\frac{1}{6}"),
        ("1", r"0.\overline{9}"),
    ],
    "fractions": [
        ("1/2", r"\frac{2}{4}"),
        (r"\frac{7}{3}", r"2\frac{1}{3}"),
        (r"-\frac{3}{4}", r"\frac{3}{-4}"),
        (r"\frac{1}{2}", r"\frac{-1}{-2}"),
        ("3/4", r"\cfrac{3}{4}"),
        ("3/4", "¾"),
        ("5/2", "2½"),
        (r"\frac{\sqrt{2}}{2}", r"\frac{1}{\sqrt{2}}"),
        (r"\frac{1}{1+\sqrt{2}}", r"\sqrt{2}-1"),
        (r"\frac{n(n+1)}{2}", r"\frac{n^2+n}{2}"),
    ],
    "percentages": [
        ("50%", r"50\%"),
        ("50%", "0.5"),
        ("50%", "1/2"),
        ("50%", "50"),
        ("50%", "50 percent"),
        ("50%", "50％"),
        (r"12.5\%", r"\frac{1}{8}"),
        ("1/3", r"33\frac{1}{3}\%"),
        ("1", "100%"),
    ],
    "units": [
        (r"5\text{ cm}", "5"),
        ("5", "5 cm"),
        ("5 cm", r"5\,\mathrm{cm}"),
        ("5 cm", r"5 \text{ centimeters}"),
        ("12 square feet", r"12\text{ ft}^2"),
        (r"36\pi\text{ cm}^3", r"36\pi"),
        (r"36\pi", r"36\pi \text{ cubic units}"),
        (r"10 \text{ units}^2", "10"),
        (r"60\text{ mph}", r"60\text{ miles per hour}"),
        ("9.8", r"9.8\ \mathrm{m/s^2}"),
        ("3 hours", r"3\text{ hr}"),
    ],
    "currency": [
        (r"\$7", "7"),
        ("7 dollars", r"\$7"),
        (r"\$7.50", "7.5"),
        (r"\$1,234.50", "1234.5"),
        ("€5", "5 €"),
        ("£12", r"12\text{ GBP}"),
    ],
    "thousands separators": [
        ("1,234,567", "1234567"),
        ("1000", "1{,}000"),
        ("1000", r"1\,000"),
        ("1000000", "1 000 000"),
        ("1000000", "1\u202f000\u202f000"),
        ("10,000.5", "10000.5"),
        ("2,500,000", "2.5 million"),
    ],
    "intervals": [
        ("(1,2)", r"\left( 1, 2 \right)"),
        (r"(-\infty,2]", "(-∞, 2]"),
        (r"[1,\infty)", r"x \ge 1"),
        (r"[1,\infty)", "x ≥ 1"),
        ("[2,5]", r"2 \le x \le 5"),
        ("(2,5)", "2 < x < 5"),
        (r"(1,2)\cup(3,4)", r"(3,4)\cup(1,2)"),
        (r"(-\infty,-1)\cup(3,\infty)", r"x < -1 \text{ or } x > 3"),
        (r"\left[0,\frac{1}{2}\right)", "[0, 0.5)"),
        (r"[0,\sqrt{8}]", r"[0,2\sqrt{2}]"),
        (r"\mathbb{R}", r"(-\infty,\infty)"),
        (r"\mathbb{R}", "ℝ"),
    ],
    "sets": [
        (r"\{1,2,3\}", r"\{3, 2, 1\}"),
        (r"\{1,2\}", "1, 2"),
        (r"\{1,2\}", r"1 \text{ and } 2"),
        (r"\{1,2\}", r"x \in \{1, 2\}"),
        (r"\{1,2\}", r"A = \{2, 1\}"),
        (r"\{1,\sqrt{2}\}", r"\{\sqrt{2}, 1\}"),
        (r"\emptyset", r"\varnothing"),
        (r"\emptyset", r"\{\}"),
        (r"\emptyset", "∅"),
        (r"\left\{\frac12, 3\right\}", r"\{3, 0.5\}"),
    ],
    "tuples": [
        ("(1,2)", r"\left(1, 2\right)"),
        (r"(\frac12, 3)", "(0.5, 3)"),
        ("(2,3)", r"(\sqrt{4}, 3)"),
        (r"(3,\frac{\pi}{2})", r"\left(3,\dfrac{\pi}{2}\right)"),
        (r"(3,\frac{\pi}{2})", "(3, π/2)"),
        ("(1,2)", "(x,y)=(1,2)"),
        ("(1,2),(3,4)", "(3,4), (1,2)"),
    ],
    "matrices": [
        (
            r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        ),
        (r"\begin{pmatrix}1/2\\0\end{pmatrix}", r"\begin{pmatrix} 0.5 \\ 0 \end{pmatrix}"),
        (
            r"\begin{pmatrix}\sqrt{8}&0\\0&1\end{pmatrix}",
            r"\begin{pmatrix}2\sqrt{2}&0\\0&1\end{pmatrix}",
        ),
        (
            r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
            r"A = \begin{pmatrix}1&2\\3&4\end{pmatrix}",
        ),
    ],
    "equations": [
        ("y=2x+1", "y = 1+2x"),
        ("y=2x+1", "2x-y+1=0"),
        ("2x+y=3", "4x+2y=6"),
        ("x^2+y^2=4", "y^2+x^2=4"),
        ("y=x", "x=y"),
        ("x=5", "5"),
        ("5", "x=5"),
        ("a_n=2n+1", "2n+1"),
        ("x^2", "f(x)=x^2"),
        ("385", r"\sum_{k=1}^{10} k^2 = 385"),
    ],
    "expressions": [
        (r"\sqrt{12}", r"2\sqrt{3}"),
        (r"2\sqrt{3}", "2√3"),
        (r"\sqrt{x+1}", "√(x+1)"),
        (r"x^2+2x+1", "(x+1)^2"),
        ("x^2+1", "x²+1"),
        (r"\frac{3\pi}{4}", "3π/4"),
        (r"\log_2 8", "3"),
        (r"\sin 30^\circ", r"\frac12"),
        ("-1", r"e^{i\pi}"),
        (r"\sqrt[3]{8}", "2"),
        (r"8^{1/3}", "2"),
        (r"\frac{\pi}{4}+k\pi", r"k\pi+\frac{\pi}{4}"),
        ("3-2i", "-2i+3"),
        (r"\lfloor 2.7 \rfloor", "2"),
    ],
    "multiple roots": [
        ("1,2", "2, 1"),
        (r"\pm 3", "3, -3"),
        ("-1, 1", r"\pm 1"),
        ("-1, 1", "±1"),
        ("1, 2", r"x=1 \text{ or } x=2"),
        ("2, 1", "x_1=1, x_2=2"),
        ("1, -2", r"x = 1 \text{ and } x = -2"),
        (r"1\pm\sqrt{2}", r"1+\sqrt{2}, 1-\sqrt{2}"),
        ("2, 3", "The roots are $2$ and $3$"),
        ("2, 3", r"So they are \boxed{2} and \boxed{3}."),
    ],
    "text": [
        (r"\text{even}", "even"),
        ("Yes", "yes"),
        (r"\text{Monday}", "Monday."),
        ("no solution", r"\text{No solution}"),
        ("B", "(B)"),
        ("B", r"\textbf{(B)}"),
        ("12", r"\textbf{(B)}\ 12"),
        (r"3\sqrt{2}", r"\textbf{(C) } 3\sqrt{2}"),
        ("3:00 PM", r"3{:}00\text{ p.m.}"),
        ("1:2", "1 : 2"),
    ],
    "numerals in a base": [
        ("101_2", "101_{2}"),
        ("101_2", "(101)_2"),
        ("101_2", "101"),
        ("5", "101_2"),
        ("1011_2", r"1011_{\text{two}}"),
        ("2A_{16}", "2a_{16}"),
        ("101_2", "101₂"),
    ],
    "degrees": [
        (r"90^\circ", "90"),
        (r"90^\circ", "90°"),
        ("90", r"90^{\circ}"),
        ("90°", "90 degrees"),
        (r"22.5^\circ", r"\frac{45}{2}^\circ"),
        (r"30^\circ", r"\angle A = 30^\circ"),
    ],
    "infinities": [
        (r"\infty", r"+\infty"),
        (r"\infty", "∞"),
        (r"\infty", "infinity"),
        (r"-\infty", r"-\text{infinity}"),
        (r"(-\infty,2]", "(-infinity, 2]"),
        (r"-\infty", "-∞"),
    ],
    "boxes": [
        ("3", r"\boxed{\boxed{3}}"),
        ("3", r"\boxed{x = \boxed{3}}"),
        ("7", r"The result, $\boxed{7}$, follows."),
        (r"\frac12", r"**Final answer:** $$\boxed{\dfrac{1}{2}}$$"),
        ("(1,2)", r"so $\boxed{\left(1,2\right)}$ is the point"),
        ("5", r"First \boxed{4}; after checking, \boxed{5}."),
        (r"\{1,2\}", r"\boxed{\left\{ 1, 2 \right\}}"),
        ("12", r"\boxed{12\text{ apples}}"),
    ],
}

DIFFERENT: Pairs = {
    "integers": [
        ("42", "43"),
        ("42", "-42"),
        ("42", "24"),
        ("120", "5"),
        ("0", "O"),
        ("16", "2^{2^{3}}"),
        ("3", "3i"),
        ("10", "10!"),
        ("-7", "7"),
        ("1000", "10^2"),
        ("12", "1 2"),
    ],
    "decimals": [
        ("0.5", "0.05"),
        (r"\pi", "3.14"),
        ("e", "2.718"),
        (r"\sqrt{2}", "1.41"),
        ("1/3", "0.33"),
        ("1", "0.9999999"),
        ("1200", r"1.2 \times 10^{4}"),
        ("0", "0.0000001"),
    ],
    "fractions": [
        ("2/3", "3/2"),
        ("11/2", "1 1/2"),
        (r"2\frac{1}{3}", r"\frac{21}{3}"),
        (r"\frac{a}{b}", r"\frac{b}{a}"),
        (r"\frac{1}{2}", "12"),
        ("21/2", "2½"),
        (r"\frac{1}{x}", "x"),
    ],
    "percentages": [
        ("50%", "5%"),
        ("50%", "0.05"),
        ("5", "50%"),
        ("0.5", "0.5%"),
        ("1", "1%"),
        ("50%", "-50%"),
        ("30%", r"30^\circ"),
        (r"\$30", "30%"),
    ],
    "units": [
        ("5 cm", "5 m"),
        ("3 kg", "3 lb"),
        (r"12\text{ cm}^2", r"12\text{ cm}"),
        ("5 hours", "5 minutes"),
        ("5 cm", "50 cm"),
        ("5m", "5g"),
        (r"36\pi\text{ cm}^3", r"36\pi\text{ m}^3"),
        (r"36\pi\text{ cm}^3", "36"),
        (r"25", r"\text{at least }25"),
    ],
    "currency": [("$5", "€5"), (r"\$7", r"\$70"), (r"\$7.50", "750"), ("75 cents", r"\$75")],
    "thousands separators": [
        ("1,000", "1"),
        ("1,234", "1.234"),
        ("123", "1,23"),
        ("1", "1 000"),
        ("1000", "1,00"),
        ("2100/3", "2 100/3"),
    ],
    "intervals": [
        ("[0,1]", "[0,1)"),
        ("(0,1)", "[0,1]"),
        ("(0,1)", "(0,2)"),
        ("(1,2)", r"\{1,2\}"),
        (r"(1,2)\cup(3,4)", "(1,2)"),
        ("(2,5)", r"2 \le x \le 5"),
        (r"[1,\infty)", "x > 1"),
        (r"[1,\infty)", r"x \le 1"),
        (r"(0,\infty)", r"(-\infty,0)"),
        (r"\mathbb{R}", r"[0,\infty)"),
    ],
    "sets": [
        (r"\{1,2\}", r"\{1,3\}"),
        (r"\{1,2\}", r"\{1,2,3\}"),
        (r"\{1,2,3\}", r"\{1,2\}"),
        (r"\emptyset", "0"),
        (r"\emptyset", r"\{0\}"),
        (r"\{1,\sqrt{2}\}", r"\{1,\sqrt{3}\}"),
    ],
    "tuples": [
        ("(1,2)", "(2,1)"),
        ("(1,2,3)", "(1,2)"),
        ("(1,-2)", "(1,2)"),
        ("(1,2)", "12"),
        ("(1,2)", "1.2"),
        ("(1,2),(3,4)", "(1,3),(2,4)"),
        ("(1,2)", "(x,y)=(2,1)"),
        (r"(3,\frac{\pi}{2})", r"(\frac{\pi}{2},3)"),
    ],
    "matrices": [
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{pmatrix}1&3\\2&4\end{pmatrix}"),
        (r"\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1&2\end{pmatrix}"),
        (r"\begin{pmatrix}-1&0\\0&1\end{pmatrix}", r"\begin{pmatrix}1&0\\0&1\end{pmatrix}"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "-2"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{pmatrix}1&2\end{pmatrix}"),
    ],
    "equations": [
        ("y=2x+1", "y=2x-1"),
        ("y=3", "x=3"),
        ("y=2x", "y=2"),
        ("x^2+y^2=4", "x^2+y^2=2"),
        ("x=5", "x=6"),
        ("f(x)=x^2", "f(x)=x^3"),
        ("y=2x+1", "2x+1=0"),
        ("y<2x", "y>2x"),
    ],
    "expressions": [
        ("x", "2x"),
        ("x^2", "x^3"),
        ("(x-1)^2", "x^2-1"),
        (r"\sin x", r"\cos x"),
        ("a+b", "a-b"),
        ("n!", "n"),
        ("i", "-i"),
        ("2+3i", "2-3i"),
        ("10^{-3}", "10^3"),
        ("|x|", "x"),
        (r"\sqrt{x^2}", "x"),
        (r"2\sqrt{3}", "√23"),
        ("x^{12}", "x¹+2"),
        (r"\ln 2", r"\log_{10} 2"),
    ],
    "multiple roots": [
        ("1,2", "1"),
        ("1", "1,2"),
        ("1,2", "1,2,3"),
        (r"\pm 3", "3"),
        ("3", r"\pm 3"),
        ("1,2", "12"),
        ("1,2", "-1,-2"),
        (r"2\pm i", "2+i"),
        ("1, 3", "x=1, x=2"),
        ("x=1, y=2", "x=2, y=1"),
        (r"1\pm\sqrt{2}", r"1\pm\sqrt{3}"),
    ],
    "text": [
        ("B", "C"),
        ("true", "false"),
        (r"\text{even}", r"\text{odd}"),
        ("Alice", "Bob"),
        ("no solution", "0"),
        ("yes", "yes and no"),
        ("3:00 PM", "3:00 AM"),
        ("1:2", "2:1"),
        ("12", r"\textbf{(B)}\ 13"),
        ("east", "not east"),
        ("none", "no"),
    ],
    "numerals in a base": [
        ("12_5", "12_6"),
        ("101_2", "110_2"),
        ("1F_{16}", "1E_{16}"),
        ("12", "12_5"),
        ("101_2", "102_2"),
    ],
    "degrees": [
        (r"45^\circ", r"54^\circ"),
        (r"30^\circ", r"30 \text{ radians}"),
        (r"10^\circ", "10^0"),
        (r"\sin 30^\circ", r"\sin 30"),
    ],
    "infinities": [
        (r"\infty", r"-\infty"),
        (r"\infty", "0"),
        (r"\infty", "8"),
        (r"\infty", r"\text{undefined}"),
        (r"\infty", "10^{100}"),
    ],
    "boxes": [
        ("4", r"First \boxed{4}; after checking, \boxed{5}."),
        ("3", r"\boxed{\boxed{4}}"),
        ("3", r"\boxed{x = \boxed{4}}"),
        ("12", r"\boxed{1}\boxed{2}"),
        ("7", r"It is 7, that is, $\boxed{8}$."),
    ],
}

UNPARSED = [
    None,
    "",
    "   ",
    r"\boxed{}",
    r"$\boxed{ }$",
    r"so the answer is \boxed{5",
    r"First \boxed{5}. On second thoughts \boxed{\frac{5",
    "Let us set up coordinates. " * 40 + "So it goes on",
    "The answer is",
]


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(timeout_seconds=30) as verifier:
        yield verifier


def outcome(verifier: Verifier, gold: str, pred: str | None) -> str:
    return verifier.check(answer_in(gold) or gold, answer_in(pred)).outcome


def cases(pairs: Pairs) -> list:
    return [
        pytest.param(gold, pred, id=f"{kind}: {gold} ~ {pred}")
        for kind, rows in pairs.items()
        for gold, pred in rows
    ]


@pytest.mark.parametrize(("gold", "pred"), cases(EQUAL))
def test_equal(verifier: Verifier, gold: str, pred: str) -> None:
    assert outcome(verifier, gold, pred) == "correct"


@pytest.mark.parametrize(("gold", "pred"), cases(DIFFERENT))
def test_different(verifier: Verifier, gold: str, pred: str) -> None:
    assert outcome(verifier, gold, pred) == "wrong"


@pytest.mark.parametrize("pred", UNPARSED)
def test_no_answer(verifier: Verifier, pred: str | None) -> None:
    assert outcome(verifier, "5", pred) == "unparsed"
