"""Durations as people read them."""

import pytest

from sws.planning.units import duration


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "-"), (0.001, "<0.1 s"), (0.295, "0.3 s"), (9.94, "9.9 s"), (9.96, "10 s"),
        (42.4, "42 s"), (99.4, "99 s"), (100, "1.7 min"), (599, "10 min"), (5900, "98 min"),
        (6000, "1.7 h"), (3600 * 99, "99.0 h"), (3600 * 19911, "19,911 h"),
    ],
)  # fmt: skip
def test_a_duration_has_the_unit_that_fits(seconds: float, shown: str) -> None:
    assert duration(seconds / 3600) == shown
