r"""Equality under rewriting: what keeps the value is equal, what changes one character is not."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sympy import Rational

from sws.verify.algebra import expression
from sws.verify.compare import decide
from sws.verify.grammar import Tree, parse_text
from sws.verify.notation import tidy
from sws.verify.numeric import same
from sws.verify.vote import vote

# Answers built from parts, each with its meaning as plain text that SymPy would read the same.
numbers = st.integers(1, 99).map(str)
letters = st.sampled_from(list("abcxyzmnpq"))
atoms = numbers | letters | st.sampled_from([r"\pi", r"\sqrt{2}", r"\sqrt{7}", "x_1", "a_{n}"])


def _compound(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(parts, parts)
    return st.one_of(
        pair.map(lambda p: f"{p[0]} + {p[1]}"),
        pair.map(lambda p: f"({p[0]}) \\cdot ({p[1]})"),
        pair.map(lambda p: f"\\frac{{{p[0]}}}{{{p[1]}}}"),
        parts.map(lambda p: f"({p})^{{2}}"),
        parts.map(lambda p: f"-({p})"),
        parts.map(lambda p: f"\\sqrt{{({p})^{{2}}+1}}"),
    )


expressions = st.recursive(atoms, _compound, max_leaves=5)
sets = st.lists(st.integers(-50, 50), min_size=2, max_size=5, unique=True)
units = st.sampled_from(["cm", "km", "kg", "s", "m/s", "cookies", "kWh", "mL"])

DRESSINGS = [
    "${}$", r"\( {} \)", r"\boldsymbol{{{}}}", r"\displaystyle {}", r"{}.", r"\left({}\right)",
    r"\color{{red}}{{{}}}", r"\underline{{{}}}", " {} ", "**{}**", r"{}\,", r"= {}", r"\bf {}",
    r"The answer is ${}$", "`{}`", r"\boxed{{{}}}", r"{{{}}}", r"\Rightarrow {}", r"{}\\",
]  # fmt: skip
SPELLINGS = [
    (r"\frac", r"\dfrac"), (r"\frac", r"\tfrac"), (r"\frac", r"\cfrac"), (r"\cdot", r"\times"),
    ("(", r"\left("), (")", r"\right)"), (" ", ""), (" ", r"\,"), ("+", " + "), (r"\cdot", "*"),
    ("^{2}", "^2"), ("^{2}", "**2"), ("^{2}", "²"), (r"\pi", "π"), (r"\sqrt{2}", "√2"),
    (r"\sqrt{7}", r"\sqrt7"), (r"\sqrt{2}", "sqrt(2)"), ("a_{n}", "a_n"),
]  # fmt: skip


@given(expressions, st.sampled_from(DRESSINGS))
def test_dressing_changes_nothing(text: str, dressing: str) -> None:
    assert decide(text, dressing.format(text)) is True


@given(expressions, st.lists(st.sampled_from(SPELLINGS), max_size=4))
def test_spelling_changes_nothing(text: str, spellings: list[tuple[str, str]]) -> None:
    respelled = text
    for plain, other in spellings:
        if other == "" and re.search(r"[a-z] [a-z0-9]", respelled):
            continue  # \cdot x needs its space
        respelled = respelled.replace(plain, other)
    assert decide(text, respelled) is True


@given(expressions, expressions)
@example("1", r"\sqrt{(\frac{a}{1 + b})^{2}+1}")  # neither is defined at one of the points
def test_the_order_of_a_sum_or_product_changes_nothing(one: str, other: str) -> None:
    assert decide(f"({one}) + ({other})", f"({other}) + ({one})") is True
    assert decide(f"({one})({other})", f"({other})({one})") is True


@given(sets, st.randoms())
def test_the_order_of_a_set_changes_nothing(members: list[int], random_: random.Random) -> None:
    shuffled = list(members)
    random_.shuffle(shuffled)
    first, second = (", ".join(map(str, order)) for order in (members, shuffled))
    assert decide(first, second) is True
    assert decide(f"\\{{{first}\\}}", f"\\{{{second}\\}}") is True
    assert decide(f"({first})", f"({second})") is (members == shuffled)


def _changes(text: str) -> list[str]:
    """The text with one digit, letter, sign or index changed."""
    found = []
    for place, character in enumerate(text):
        before, after = text[:place], text[place + 1 :]
        if character.isdigit():
            found.append(f"{before}{(int(character) + 1) % 10}{after}")
        elif character in "abcxyzmnpq" and not re.search(r"\\[a-z]*$", before):
            found.append(f"{before}{'k' if character != 'k' else 'l'}{after}")
            found.append(f"{before}{character.upper()}{after}")
        elif character == "+":
            found.append(f"{before}-{after}")
    return found


@given(expressions, st.data())
def test_one_character_changed_is_another_answer(text: str, data: st.DataObject) -> None:
    changed = data.draw(st.sampled_from(_changes(text) or [f"{text}+1"]))
    one, other = (parse_text(tidy(side)) for side in (text, changed))
    assume(one is not None and other is not None and _differ(one, other))  # 0*3 and 0*4 do not
    # None, where a root is real on one side only: algebra decides.
    assert decide(text, changed) is not True
    assert decide(changed, text) is not True


def _differ(one: Tree | None, other: Tree | None) -> bool:
    """Whether SymPy finds different values at a point."""
    left, right = (expression(side) for side in (one, other) if side is not None)
    letters = sorted(left.free_symbols | right.free_symbols, key=str)
    point = {letter: Rational(7 + 3 * place, 5) for place, letter in enumerate(letters)}
    values = [complex(side.subs(point).evalf(20)) for side in (left, right)]
    return abs(values[0] - values[1]) > 1e-9 * max(map(abs, values))


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), units, units)
def test_units_are_part_of_a_quantity(number: int, other: int, unit: str, second: str) -> None:
    assert decide(f"{number}\\text{{ {unit}}}", str(number)) is True
    if unit != second and number:
        assert decide(f"{number}\\text{{ {unit}}}", f"{number}\\text{{ {second}}}") is False
    if number != other:
        assert decide(f"{number}\\text{{ {unit}}}", f"{other}\\text{{ {unit}}}") is False


@given(expressions, expressions)
def test_verify_is_symmetric(one: str, other: str) -> None:
    assert decide(one, other) == decide(other, one)


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(-30, 30), st.integers(-30, 30))
def test_e_notation_is_a_power_of_ten(one: int, other: int, power: int, second: int) -> None:
    assert decide(f"{one}e{power}", f"{one} \\times 10^{{{power}}}") is True
    equal = one * 10 ** (power + 30) == other * 10 ** (second + 30)
    assert decide(f"{one}e{power}", f"{other}e{second}") is equal


voices = st.sampled_from(
    ["5", "5 cm", r"5\text{ m}", "5.0", "1/3", "0.333333", "0.3333333", "28%", "28", "0.28", "x=5",
     r"\sqrt{8}", r"2\sqrt2", "2.828427", "A", "(A)", "A, C", "AC", None, "N/A", "I don't know"]
)  # fmt: skip


@given(st.lists(voices, max_size=12), st.randoms())
def test_votes_are_an_equivalence(sample: list[str | None], random_: random.Random) -> None:
    """Members of a group are equal to each other, and the order of the answers plays no part."""
    shuffled = list(sample)
    random_.shuffle(shuffled)
    result = vote(sample, decide)
    assert result == vote(shuffled, decide)
    voting = [answer for answer in sample if answer and answer not in ("N/A", "I don't know")]
    assert result.n_votes == len(voting) == sum(votes for _, votes in result.groups)
    for label, votes in result.groups:
        equal = [decide(label, answer) or decide(answer, label) for answer in voting]
        assert votes <= equal.count(True)


@pytest.mark.parametrize("text", ["x+1", r"\frac{1}{2}", "2^{1000}+1"])
def test_a_tree_is_the_same_as_itself(text: str) -> None:
    tree = parse_text(text)
    assert tree is not None
    assert same(tree, tree) is True
