"""The wheel in an environment that has nothing else: what pip resolves is all there is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    os.environ.get("SWS_LONG_TESTS") != "1",
    reason="installs from a package index, gigabytes for a whole run: SWS_LONG_TESTS=1 runs it",
)
PAIR = '{"gold": "1/2", "pred": "So it is \\\\boxed{0.5}."}\n'


class Environment:
    """A virtual environment with the wheel and one of its extras; runs commands in a folder."""

    def __init__(self, folder: Path, wheel: Path, extra: str) -> None:
        self.root = folder / "environment"
        subprocess.run([sys.executable, "-m", "venv", str(self.root)], check=True)
        self("pip", "install", "--quiet", f"sws{extra} @ {wheel.as_uri()}", at=folder)

    def __call__(self, *command: str, at: Path, text: str = "") -> str:
        """What a command prints; it must succeed."""
        hidden = ("PYTHONPATH", "VIRTUAL_ENV")
        environment = {key: value for key, value in os.environ.items() if key not in hidden}
        environment["PATH"] = f"{self.root / 'bin'}:/usr/bin:/bin"
        done = subprocess.run(
            command,
            cwd=at,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        return done.stdout


@pytest.fixture
def wheel(installed: Path) -> Path:
    """The wheel that was unpacked into `installed`."""
    [wheel] = installed.parent.glob("*.whl")
    return wheel


def test_the_base_checks_answers_and_takes_little_room(wheel: Path, tmp_path: Path) -> None:
    alone = Environment(tmp_path, wheel, "")
    assert '"correct"' in alone("sws", "verify", "-", at=tmp_path, text=PAIR)
    files = [path for path in alone.root.rglob("*") if path.is_file() and not path.is_symlink()]
    packages = [path for path in files if "/pip" not in str(path)]  # what every environment has
    assert sum(path.stat().st_size for path in packages) < 210e6


@pytest.mark.timeout(5400)
def test_a_project_runs_to_its_end(wheel: Path, tmp_path: Path) -> None:
    """From `sws init` to the table, on nano, with the environment that `make install` makes."""
    outer = Environment(tmp_path, wheel, "[workflow]")
    outer("sws", "init", "own project", "--preset", "nano", at=tmp_path)
    project = tmp_path / "own project"
    outer("make", "install", f"PYTHON={sys.executable}", at=project)
    assert "Not under Git" in outer("make", "run", "CORES=2", at=project)
    assert (project / "data/metrics.json").exists() and (project / "data/report.html").exists()
