"""A small run of S²R's tables: attempts of a pupil, verified by the textbook, and trajectories."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sws.seed import benchmarks, seed
from sws.self_verify import attempts, trajectories, verifications
from tests.conftest import _play, pupil, small


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Every table up to the trajectories, as paths, with the configuration."""
    folder = tmp_path_factory.mktemp("self_verify")
    at = SimpleNamespace(config=small(self_verify={"textbook": {"slandered": 0.2}}), folder=folder)
    for name in ("benchmarks", "seed", "attempts", "verifications", "trajectories"):
        setattr(at, name, folder / f"{name}.json")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _play(folder, monkeypatch)
        monkeypatch.setattr(attempts, "open_student", pupil)
        benchmarks.run(at.config, at.benchmarks)
        seed.run(at.config, at.benchmarks, None, at.seed)
        student = Path(folder / "students" / "initial" / "student.json")
        attempts.run(at.config, student, at.seed, 5, "attempts", at.attempts)
        verifications.run(at.config, at.attempts, at.seed, None, at.verifications)
        trajectories.run(at.config, at.verifications, at.seed, at.trajectories)
    return at
