"""Where the work of a training run lies."""

import os
from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.rl.stage import alone_in


def test_work_lies_in_the_cache_whether_the_path_is_relative_or_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with alone_in(Path("data/round1/training/sws/rollouts.json")) as work:
        assert work == Path("cache/training/data/round1/training/sws")
    out = tmp_path / "elsewhere" / "sws" / "rollouts.json"
    with alone_in(out) as work:
        assert out.parent not in (work, work.resolve())
        assert work.resolve().is_relative_to(tmp_path / "cache" / "training")


def test_two_runs_of_one_output_do_not_train_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("data/sws/rollouts.json")
    with (
        alone_in(out),
        pytest.raises(SwsError, match=f"already running here: process {os.getpid()}"),
        alone_in(out),
    ):
        pass
