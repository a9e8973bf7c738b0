"""One sandbox for all tests; without one, they are skipped with the reason."""

import pytest

from sws.code_rewards import Limits, Sandbox
from sws.errors import SwsError


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    limits = Limits(seconds=60, processes=4, memory_megabytes=256, scratch_megabytes=16)
    try:
        return Sandbox(limits)
    except SwsError as error:
        pytest.skip(str(error))
