"""A student small enough to train in a test."""

from pathlib import Path

import pytest

from sws.config.student import ScratchConfig
from sws.student.scratch import train_scratch


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent
