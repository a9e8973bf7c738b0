"""A student whose tokenizer has a chat template."""

from pathlib import Path

import pytest

from sws.config.student import ScratchConfig
from sws.student.scratch import train_scratch


@pytest.fixture(scope="session")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student of a few steps: it can be sampled, no more."""
    config = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent
