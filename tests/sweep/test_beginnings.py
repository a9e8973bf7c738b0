"""What runs of a sweep share follows from the rules and the settings that make it."""

from pathlib import Path

import pytest

from sws.sweep.beginnings import Beginnings, graph_of
from sws.sweep.project import write_params
from sws.sweep.setting import Run

RUNS = {
    "plain": {},
    "frugal": {"preset": "nano+frugal"},
    "more-seeds": {"seed_set": {"per_category": 7}},
    "wider": {"student": {"scratch": {"hidden": 128}}},
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Where the beginnings of each run are made: of the student, and of the concepts."""
    out = tmp_path_factory.mktemp("sweep")
    runs = [Run(name, 1, {"preset": "nano", **changed}) for name, changed in RUNS.items()]
    for run in runs:
        write_params(run, out / run.folder)
    beginnings = Beginnings(out, {run.folder: graph_of(run, out) for run in runs})
    return {run.point: beginnings.folders(run) for run in runs}


def test_points_that_differ_later_begin_alike(folders: dict[str, list[Path]]) -> None:
    assert len(folders["plain"]) == 2 and folders["frugal"] == folders["plain"]


def test_other_seed_problems_share_the_student_alone(folders: dict[str, list[Path]]) -> None:
    assert folders["more-seeds"][0] == folders["plain"][0]
    assert folders["more-seeds"][1] != folders["plain"][1]


def test_another_student_shares_nothing(folders: dict[str, list[Path]]) -> None:
    assert not set(folders["wider"]) & set(folders["plain"])


def test_a_run_whose_graph_cannot_be_resolved_shares_nothing(tmp_path: Path) -> None:
    """It runs alone, and its own log says why it fails."""
    run = Run("broken", 1, {"preset": "nano", "seed_set": {"source": "gone.jsonl"}})
    (tmp_path / run.folder).mkdir(parents=True)
    (tmp_path / run.folder / "params.yaml").write_text("preset: [nano")
    assert Beginnings(tmp_path, {run.folder: graph_of(run, tmp_path)}).folders(run) == []
