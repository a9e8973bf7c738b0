"""One page of every unit against a solution by other means than the unit's own."""

import math
from fractions import Fraction

import pytest

from sws.textbook import ALL_UNITS, truth

# Each text with its answer by a closed form, not by the steps that the textbook writes.
BY_HAND: dict[str, int | Fraction] = {
    "A pen costs 7 dollars. Ann buys 4, 4, 6, 2 pens. Total cost?": 7 * 16,
    "Find the mean of 9, 13, 5.": Fraction(27, 3),
    "Compute 9*5-4-11.": 45 - 15,
    "From 42 dollars Tom pays 7, 6, 17 dollars. What remains?": 42 - 30,
    "Solve 6*x+14+7+3=42.": Fraction(42 - 24, 6),
    "First term 26, common difference 2. Find term 4.": 26 + 3 * 2,
    "Let f(x)=5*x-10-3. Find f(3).": 5 * 3 - 13,
    "2 coins double 3 times; then 5 are lost. How many are left?": 2 * 2**3 - 5,
    "x1=3, x2=9, x(k+2)=x(k)+x(k+1). Find x7.": 5 * 3 + 8 * 9,
    "P is monic with roots 9, 5, 8. Find its second coefficient.": -(9 + 5 + 8),
    "From x=7: add 6, times 4, repeat in turn. After 3 moves?": (7 + 6) * 4 + 6,
    "From 11 rise by 2, then by 1 more each time. Value after 5 rises?": 11 + 5 * 2 + 10,
    "A polygon has sides 14, 4, 10, 9. Find its perimeter.": 37,
    "Angles 10, 18, 17 and x together make 90 degrees. Find x.": 90 - 45,
    "From a sheet 8 by 5 cut areas 11, 1. What area is left?": 28,
    "Stack boxes 5 by 2, heights 4, 3. What is the volume?": 5 * 2 * 4 + 5 * 2 * 3,
    "Dials have 3, 2, 7 settings. How many codes are there?": math.prod((3, 2, 7)),
    "An urn holds 4 red and 7, 8 other balls. Find P(red).": Fraction(4, 4 + 7 + 8),
    "Sets of 7, 6, 9 share 4 elements in pairs. Union size?": 22 - 4,
    "Kinds of roads A to B: 2, 5. Roads B to C: 4. Routes?": 2 * 4 + 5 * 4,
    "Find gcd(84,36).": math.gcd(84, 36),
    "Find 78 mod 17.": 78 % 17,
    "What is the last digit of 7*8*7*9?": 7 * 8 * 7 * 9 % 10,
    "Find (7+4+13) mod 9.": 24 % 9,
    "Find det A for the triangular A with diagonal 3, -1, 4.": -12,
    "What is tr(5*A) if A has diagonal 10, -2, 1?": 5 * 9,
    "f(x+8)=f(x), and f(x)=x+7 on [0,8). What is f(43)?": 43 % 8 + 7,
    "Let f(x)=4*3^x+17. Find f(2).": 4 * 3**2 + 17,
    "What is the sum of 2, 2, 5?": 9,
    "What is 18 plus 0, 2?": 20,
    "Take 2, 1 from 12.": 9,
    "Tom has 9 pens and gives away 4, 2. How many has he left?": 3,
    "Which of these numbers is the largest: 21, 29, 15?": max(21, 29, 15),
    "What is the smallest of 23, 10, 7?": min(23, 10, 7),
    "Which number follows 3, 6, 9?": 12,
    "Count 2 up from 134. Which number is that?": 136,
}


@pytest.mark.parametrize("text", BY_HAND)
def test_answers_by_hand(text: str) -> None:
    known = truth(text)
    assert known and known.sound
    value = Fraction(BY_HAND[text])
    expected = str(value) if value.denominator == 1 else rf"\frac{{{value.numerator}}}{{19}}"
    assert known.answer == expected


def test_every_unit_is_checked_once_in_order() -> None:
    units = [known.unit for known in map(truth, BY_HAND) if known]
    assert units == [unit.name for unit in ALL_UNITS]
