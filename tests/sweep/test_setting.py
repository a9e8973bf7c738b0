"""What a sweep file says, and which runs follow from it."""

from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.sweep.setting import Sweep, read_sweep, runs_of

SWEEP = Sweep.model_validate(
    {"preset": "nano", "seeds": [1, 2], "points": {"few": {"seed_set": {"limit": 3}}, "as-is": {}}}
)


def test_all_points_of_a_seed_come_before_the_next_seed() -> None:
    found = [(run.point, run.seed) for run in runs_of(SWEEP)]
    assert found == [("few", 1), ("as-is", 1), ("few", 2), ("as-is", 2)]


def test_a_run_has_a_folder_and_the_params_of_its_point() -> None:
    run = next(runs_of(SWEEP, points=["few"], seeds=[2]))
    assert run.folder == Path("few/seed2")
    assert run.params == {"preset": "nano", "seed": 2, "seed_set": {"limit": 3}}


def test_a_point_may_name_a_preset_of_its_own() -> None:
    sweep = SWEEP.model_copy(update={"points": {"frugal": {"preset": "nano+frugal"}}})
    assert next(runs_of(sweep)).params == {"preset": "nano+frugal", "seed": 1}


def test_a_point_or_seed_that_is_not_in_the_sweep_is_named() -> None:
    with pytest.raises(SwsError, match=r"many: not in the sweep(?s:.*)one of few, as-is"):
        list(runs_of(SWEEP, points=["many"]))
    with pytest.raises(SwsError, match=r"9: not in the sweep(?s:.*)one of 1, 2"):
        list(runs_of(SWEEP, seeds=[9]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("preset: nano\nseeds: [1]", "points: Field required"),
        ("preset: nano\nseeds: []\npoints: {a: {}}", "seeds: Tuple should have at least 1 item"),
        ("preset: nano\nseeds: [1]\npoints: {a/b: {}}", "points.a/b"),
        ("preset: [nano", "invalid YAML"),
    ],
)
def test_a_bad_file_is_named_with_the_key_at_fault(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sweep.yaml"
    path.write_text(text)
    with pytest.raises(SwsError) as error:
        read_sweep(path)
    assert str(path) in str(error.value) and said in str(error.value)


def test_the_sweeps_of_the_project_name_keys_that_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sws.config import load

    root = Path(__file__).resolve().parents[2]
    monkeypatch.chdir(tmp_path)
    for path in (root / "sweeps").glob("*.yaml"):
        for run in runs_of(read_sweep(path)):
            load(overrides=run.params)
