"""What counts as a word when texts are compared."""

from hypothesis import given
from hypothesis import strategies as st

from sws.text.words import is_number, words


def test_punctuation_and_case_do_not_count() -> None:
    assert words("What is the SUM, of  two (odd) numbers?") == words(
        "what is the sum of 2 odd numbers"
    )


def test_numbers_keep_sign_and_value() -> None:
    assert words("x - 3 = 0.5") == ["x", "-3", "0.5"]
    assert words("$x\u22123$") == words("x-3") != words("x+3")


def test_one_number_has_one_spelling() -> None:
    assert words("1,000,000 or 1{,}000{,}000 or 1,\\!000,\\!000") == ["1000000", "or"] * 2 + [
        "1000000"
    ]
    assert words("(2,3) and seven") == ["2", "3", "and", "7"]


def test_layout_is_no_word() -> None:
    assert words(r"\left(\dfrac{1}{2}\right)\text{ cm}") == words(r"(\frac{1}{2}) cm")


def test_powers_are_not_digits_of_the_base() -> None:
    assert words("5² m") == words("5^2 m") == ["5", "2", "m"]


def test_scripts_without_spaces_are_read_by_character() -> None:
    assert words("求和") == ["求", "和"]


@given(st.text())
def test_every_text_has_words_that_are_words_of_themselves(text: str) -> None:
    for word in words(text):
        assert word and not word.isspace()
        assert is_number(word) == word[-1].isdecimal()
