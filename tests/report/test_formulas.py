"""LaTeX as MathML: what is a formula in a text, and that hostile ones end as their source."""

import time

import pytest

from sws.report import formulas
from sws.report.formulas import LONGEST, Tree, formula_of, formulas_in, tree, trees


def words(made: Tree) -> str:
    """The text of a tree."""
    return "".join(one if isinstance(one, str) else words(one) for one in made[2:])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Let $x^2 = 4$ and $$y = 3$$.", [("x^2 = 4", False), ("y = 3", True)]),
        (r"So \(a\) and \[b \\[2pt] c\].", [("a", False), (r"b \\[2pt] c", True)]),
        ("A pen costs $3 and a book $5.", []),
        ("From $3-$5, or $3, $4.", []),
        (r"It costs \$3, so $c = \$3$.", [(r"c = \$3", False)]),
        (r"\begin{align*}a&=b\end{align*}", [(r"\begin{align*}a&=b\end{align*}", True)]),
        ("no mathematics", []),
    ],
)
def test_formulas_in_a_text(text: str, found: list) -> None:
    assert list(formulas_in(text)) == found


def test_a_formula_is_a_tree_of_elements() -> None:
    assert tree(r"\frac{1}{2}")[2] == [
        "mrow", 0, ["mfrac", 0, ["mrow", 0, ["mn", 0, "1"]], ["mrow", 0, ["mn", 0, "2"]]]
    ]  # fmt: skip
    assert tree("x", displayed=True)[1] == {"display": "block"}
    assert words(tree(r"90^\circ\le\pi")) == "90∘≤π"


def test_bare_answers_that_are_formulas() -> None:
    assert formula_of(r"\frac{3}{4}") and formula_of("x^2")
    assert not formula_of("12") and not formula_of("$5") and not formula_of("a\nb")
    assert set(trees("Find $x$.", (r"\sqrt{2}", "7"))) == {"x", r"\sqrt{2}"}


@pytest.mark.parametrize(
    "latex",
    [
        r"\unknowncommand{x}", r"\newcommand{\a}{\b\b}\a", r"\def\a{\a\a}\a", "x" * (LONGEST + 1),
        "{" * 900 + "x" + "}" * 900, r"\frac{1}", r"\left(", r"\begin{matrix}", "x_1_2_3", "\\",
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_left_as_it_was_written(latex: str) -> None:
    assert tree(latex) is None


def test_nothing_but_known_elements_and_attributes_comes_out() -> None:
    def check(made: Tree) -> None:
        assert made[0] in formulas.ELEMENTS
        assert set(made[1] or {}) <= formulas.ATTRIBUTES | {"display"}
        for child in made[2:]:
            if not isinstance(child, str):
                check(child)

    for latex in (
        r"\href{javascript:alert(1)}{x}", r"\style{color:red}{x}", r"\class{onload}{x}",
        r"\color{red}{x}", r"\text{<script>alert(1)</script>}", r"x\hspace{-999em}y",
    ):  # fmt: skip
        if made := tree(latex):
            check(made)
    assert words(tree(r"\text{<b>&lt;}")) == "<b><"  # a text, for a text node
    assert "999" not in str(tree(r"x\hspace{-999em}y"))


@pytest.mark.parametrize(
    "piece", ["$", r"\(", r"\[", r"\begin{align}", "$a ", r"$\$", r"\\", "$$a", r"\(\a", "$x$"]
)
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    """No timing: a quadratic reader would take minutes for this."""
    started = time.process_time()
    list(formulas_in(piece * (200_000 // len(piece))))
    assert time.process_time() - started < 60
