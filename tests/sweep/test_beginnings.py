"""What runs of a sweep share follows from the rules and the settings that make it."""

from itertools import combinations
from pathlib import Path

import pytest

from sws.installation import ASSETS
from sws.sweep.beginnings import ENDS, Beginnings, graph_of
from sws.sweep.project import write_params
from sws.sweep.setting import Run
from sws.workflow.graph import above, jobs

RUNS = {
    "plain": {},
    "frugal": {"preset": "nano+frugal"},
    "half-seed": {"curriculum": {"seed_share": 0.5}},
    "longer-control": {"arms": {"steps": {"extended": 9}}},
    "random": {"preset": "nano+random"},
    "longer-random": {"preset": "nano+random", "arms": {"training": {"steps": 9}}},
    "more-seeds": {"seed_set": {"per_category": 7}},
    "wider": {"student": {"scratch": {"hidden": 128}}},
}
EXTENDED = "evaluation/extended"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """Where the beginnings of each run are made, by their ends."""
    out = tmp_path_factory.mktemp("sweep")
    runs = [Run(name, 1, {"preset": "nano", **changed}) for name, changed in RUNS.items()]
    for run in runs:
        write_params(run, out / run.folder)
    beginnings = Beginnings(out, {run.folder: graph_of(run, out) for run in runs})
    return {run.point: beginnings.folders(run) for run in runs}


def shared(folders: dict[str, dict[str, Path]], one: str, other: str) -> list[str]:
    """The ends that two runs make once, by the last parts of their names."""
    both = folders[one].items() & folders[other].items()
    return sorted(end.removeprefix("data/round1/").removesuffix(".json") for end, _ in both)


def test_points_that_differ_later_begin_alike(folders: dict[str, dict[str, Path]]) -> None:
    began = ["concepts", "data/base/student", "evaluation/base", "evaluation/initial", "failures"]
    began.append("training/initial/student/student")
    assert shared(folders, "plain", "frugal") == began
    more = sorted([*began, "augmented", EXTENDED])
    assert shared(folders, "plain", "half-seed") == more


def test_a_longer_control_leaves_the_other_arm_as_it_was(
    folders: dict[str, dict[str, Path]],
) -> None:
    both = shared(folders, "plain", "longer-control")
    assert "evaluation/sws" in both and EXTENDED not in both


def test_longer_arms_train_on_the_same_new_problems(folders: dict[str, dict[str, Path]]) -> None:
    both = shared(folders, "random", "longer-random")
    assert {"augmented", "data/round1-random/augmented"} <= set(both)
    assert not {"evaluation/sws", "evaluation/random"} & set(both)


def test_other_seed_problems_share_the_student_alone(folders: dict[str, dict[str, Path]]) -> None:
    assert shared(folders, "plain", "more-seeds") == ["data/base/student"]


def test_another_student_shares_nothing(folders: dict[str, dict[str, Path]]) -> None:
    assert shared(folders, "plain", "wider") == []


@pytest.mark.parametrize("preset", ["nano+random", "nano+selection"])
def test_what_two_ends_need_is_an_end_too(
    preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no job is run in two places: what it makes would be newer in one of them."""
    monkeypatch.chdir(tmp_path)
    graph = jobs({"preset": preset}, ASSETS)
    chains = {end: chain for end in ENDS if (chain := above(graph, end))}
    assert len(chains) >= 6
    for one, other in combinations(chains.values(), 2):
        both = [job for job in one if job in other]
        inside = [chain for chain in chains.values() if all(job in both for job in chain)]
        assert all(any(job in chain for chain in inside) for job in both)


def test_a_run_whose_graph_cannot_be_resolved_shares_nothing(tmp_path: Path) -> None:
    """It runs alone, and its own log says why it fails."""
    run = Run("broken", 1, {"preset": "nano", "seed_set": {"source": "gone.jsonl"}})
    (tmp_path / run.folder).mkdir(parents=True)
    (tmp_path / run.folder / "params.yaml").write_text("preset: [nano")
    assert Beginnings(tmp_path, {run.folder: graph_of(run, tmp_path)}).folders(run) == {}
