"""Where a run stands, from the files that it writes."""

import io
import os
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from rich.console import Console

from sws.config import Config, load
from sws.ledger import Entry, measured
from sws.planning.queue import QueuedJob
from sws.planning.show_status import print_status
from sws.planning.status import SILENT, StageStatus, Status, recorded, status
from sws.store import write_json


@pytest.fixture
def config() -> Config:
    return load("nano", {"shards": 4})


@pytest.fixture
def project(config: Config, tmp_path: Path) -> Path:
    """Half of the labels are written; one job works on the third shard, one died."""
    write_json(tmp_path / "data/config.json", config.model_dump(mode="json"))
    for name in ("seed", "benchmarks", "base/student", "round1/failures"):
        write_json(tmp_path / f"data/{name}.json", {"rows": 0})
    for shard in (0, 1):
        write_json(tmp_path / f"data/round1/labels/{shard:02d}.json", {"rows": 0})
        entry(tmp_path, f"label{shard}", finished=True, completions=10, seconds=1)
    entry(tmp_path, "label2", out="02", completions=5, seconds=0.5)
    entry(tmp_path, "killed", out="03", completions=1, seconds=0.1, age=SILENT + 60)
    return tmp_path


def entry(project: Path, name: str, out: str = "", age: float = 0, **fields: object) -> None:
    made = Entry("nano", "label", f"data/round1/labels/{out or name}.json", "cpu", 0)
    path = project / f"logs/cost/{name}.json"
    write_json(path, asdict(made) | fields)
    os.utime(path, (time.time() - age, time.time() - age))


def label(found: Status) -> StageStatus:
    return next(one for one in found.stages if one.stage == "label")


def test_a_stage_that_is_half_done(config: Config, project: Path) -> None:
    found = status(config, project)
    stage = label(found)
    assert (stage.state, stage.jobs, stage.jobs_planned) == ("running", 2, 4)
    assert (stage.running, stage.lost, stage.answers) == (1, 1, 26)
    assert stage.rate == pytest.approx(10)
    left = stage.answers_planned / 10 / 3600 / 2  # half of the jobs are done
    assert stage.hours_left == pytest.approx(left, rel=0.02)
    states = {one.stage: one.state for one in found.stages}
    assert states["seed"] == states["failures"] == "done" and states["difficulty"] == "waiting"


def test_results_that_came_with_a_clone_are_not_those_of_this_run(
    config: Config, project: Path
) -> None:
    write_json(project / "data/summary.json", {})
    states = {one.stage: one.state for one in status(config, project).stages}
    assert states["summary"] == states["metrics"] == "waiting"


def test_a_process_that_is_silent_does_not_run(config: Config, project: Path) -> None:
    later = status(config, project, now=time.time() + SILENT + 1)
    assert later.running == 0 and not later.progress
    assert (label(later).state, label(later).lost) == ("stopped", 2)


def test_rows_and_rate_come_from_the_logs_of_running_jobs(config: Config, project: Path) -> None:
    log = project / "logs/round1/label/02.log"
    log.parent.mkdir(parents=True)
    log.write_text(
        "Labelling: 5 of 60 (8%), 1.0 per second\nLabelling: 40 of 60 (67%), 2.5 per second\n"
    )
    done = project / "logs/round1/label/00.log"
    done.write_text("Labelling: 60 of 60 (100%), 2.5 per second\n")
    (one,) = status(config, project).progress
    assert (one.log, one.what, one.rows, one.of) == ("round1/label/02", "Labelling", 40, 60)
    assert one.hours_left == pytest.approx(8 / 3600)


def test_what_a_log_says_is_text_to_the_terminal(config: Config, project: Path) -> None:
    log = project / "logs/round1/label/02.log"
    log.parent.mkdir(parents=True)
    log.write_text("\x1b[2J\u202eLabelling: 5 of 60 (8%), 1.0 per second\n", encoding="utf-8")
    queue = [QueuedJob("7", "label\x1b[2J", "RUNNING", "1:05", "node\u202e7")]
    found = replace(status(config, project), queue=queue)
    print_status(found, Console(file=(out := io.StringIO())))
    shown = out.getvalue()
    assert shown.replace("\n", "").isprintable()
    assert "\\x1b[2J\\u202eLabelling 5 of 60" in shown and "label\\x1b[2J" in shown


def test_steps_come_from_snakemakes_newest_log(config: Config, project: Path) -> None:
    folder = project / ".snakemake/log"
    folder.mkdir(parents=True)
    (folder / "2026-01-01T000000.0.snakemake.log").write_text("9 of 9 steps (100%) done\n")
    (folder / "2026-01-02T000000.0.snakemake.log").write_text(
        "1 of 9 steps (11%) done\n3 of 9 steps (33%) done\n"
    )
    assert status(config, project).steps == (3, 9)


def test_it_says_what_runs_and_what_is_left(config: Config, project: Path) -> None:
    out = io.StringIO()
    print_status(status(config, project), Console(file=out))
    text = out.getvalue()
    assert "2/4" in text and "1 running, 1 lost" in text and "Running: 1 job; at least" in text


def test_before_a_run_everything_waits(config: Config, tmp_path: Path) -> None:
    found = status(config, tmp_path)
    assert {one.state for one in found.stages} == {"waiting"} and found.steps is None
    assert recorded(tmp_path) is None


def test_the_configuration_on_record(config: Config, project: Path) -> None:
    assert recorded(project) == config


def test_a_stage_is_seen_from_its_start(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with measured("nano", "label", "data/round1/labels/00.json"):
        for _ in range(100):
            if status(config).running:
                break
            time.sleep(0.05)
        assert label(status(config)).state == "running"
    assert status(config).running == 0
