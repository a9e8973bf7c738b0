"""Shared by the tests of engines."""

import pytest


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of milliseconds, so that tests of patience need none."""
    monkeypatch.setattr("sws.engines.pool.FIRST_WAIT", 0.002)
    monkeypatch.setattr("sws.engines.pool.LAST_WAIT", 0.05)
