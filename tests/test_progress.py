"""Progress yields items and reports."""

import logging
from pathlib import Path

import pytest

from sws import progress
from sws.logs import logging_to


def test_items_are_yielded_in_order_and_progress_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        assert list(progress.track(range(5), 10, "Counting")) == [0, 1, 2, 3, 4]
    assert "Counting: 5 of 10 (50%)" in caplog.text


def test_long_work_reports_on_the_way(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SECONDS", 0.0)
    with caplog.at_level(logging.INFO):
        list(progress.track(iter("abc"), None, "Reading"))
    assert [record.message.split(",")[0] for record in caplog.records] == [
        "Reading: 1",
        "Reading: 2",
        "Reading: 3",
        "Reading: 3",
    ]


def test_a_terminal_gets_a_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert list(progress.track("ab", 2, "Reading")) == ["a", "b"]
    captured = capsys.readouterr()
    assert "Reading" in captured.err and "2/2" in captured.err and not captured.out


def test_a_job_with_a_log_prints_lines_on_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with logging_to(tmp_path / "job.log"):
        list(progress.track("ab", 2, "Reading"))
    assert capfd.readouterr().err.count("Reading: 2 of 2") == 1
    assert "Reading: 2 of 2 (100%)" in (tmp_path / "job.log").read_text()
