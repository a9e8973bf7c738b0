"""examples/look_at_a_run.py, on the finished graph: its queries know every table that they read."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.whole
SCRIPT = Path(__file__).parents[2] / "examples/look_at_a_run.py"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_tables_and_the_picture(run: Run, project: Path, tmp_path: Path) -> None:
    picture = tmp_path / "histories.svg"
    shown = run("python", str(SCRIPT), "--picture", str(picture)).stdout
    (kept,) = duckdb.execute(
        f"SELECT count(*) FROM '{project}/data/round1/difficulty/*.parquet' WHERE kept"
    ).fetchone() or (None,)
    (difficulty,) = [line for line in shown.splitlines() if "│ difficulty" in line]
    assert difficulty.split("│")[3].strip() == str(kept)
    assert all(category in shown for category in ("Algebra", "Geometry", "Precalculus"))
    assert "Algebra" in picture.read_text() and picture.read_text().startswith("<svg")


def test_a_folder_without_a_run_is_named(run: Run, tmp_path: Path) -> None:
    refused = run("python", str(SCRIPT), str(tmp_path), ok=False)
    assert refused.returncode == 2 and "not a finished round" in refused.stderr
