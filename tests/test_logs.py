"""Each process of a training run writes a log of its own."""

import logging
from pathlib import Path

import pytest

from sws.logs import logging_to


def write(path: Path, text: str) -> None:
    with logging_to(path):
        logging.warning(text)


def test_ranks_write_beside_the_log_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "train.log", "launching")
    monkeypatch.setenv("SWS_LAUNCHED", "1")
    for rank in ("0", "3"):
        monkeypatch.setenv("RANK", rank)
        write(tmp_path / "train.log", f"rank {rank}")
    first = (tmp_path / "train.log").read_text()
    assert "launching" in first and "rank 0" in first and "rank 3" not in first
    assert "rank 3" in (tmp_path / "train.rank3.log").read_text()
