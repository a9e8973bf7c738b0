"""When a reward has levelled off."""

import pytest

from sws.rl.plateau import levelled


@pytest.mark.parametrize(
    ("rewards", "is_level"),
    [
        ([0.1, 0.1, 0.1], False),  # not yet two windows
        ([0.1, 0.1, 0.1, 0.1], True),
        ([0.1, 0.1, 0.2, 0.2], False),
        ([0.1, 0.1, 0.12, 0.12], True),  # rises by less than 0.05
        ([0.5, 0.5, 0.1, 0.1], True),  # falls
        ([0.9, 0.9, 0.1, 0.1, 0.3, 0.3], False),  # only the last two windows count
    ],
)
def test_two_windows_are_compared(rewards: list[float], is_level: bool) -> None:
    assert levelled(rewards, window=2, gain=0.05) is is_level
