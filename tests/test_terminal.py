"""What goes to a terminal."""

import pytest

from sws.terminal import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é, 数, ∑\u00a0x\nnext", "plain, é, 数, ∑\u00a0x\nnext"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\rb\tc\x9b", "a\\rb\\tc\\x9b"),
        ("\u2028\ud800", "\\u2028\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
