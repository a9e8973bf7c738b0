"""A run's graph in a folder of its own: what stopped it is said where the sweep is run."""

from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.sweep.project import run_graph, write_params
from sws.sweep.setting import Run


def test_the_stage_that_failed_says_why(tmp_path: Path) -> None:
    run = Run("broken", 1, {"preset": "nano", "seed_set": {"source": "gone.jsonl"}})
    write_params(run, tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/sweep.log").write_text("sws: what an earlier try said\n")
    with pytest.raises(SwsError) as failed:
        run_graph(tmp_path, "data/seed.json")
    message = str(failed.value)
    assert f"the run ended with exit code 1; see {tmp_path}/logs/sweep.log" in message
    assert "gone.jsonl: no such file" in message and "change seed_set.source" in message
    assert "earlier" not in message


def test_a_graph_that_cannot_be_built_names_its_log(tmp_path: Path) -> None:
    """No stage has said anything; the log has Snakemake's own words."""
    write_params(Run("broken", 1, {"preset": "nano"}), tmp_path)
    with pytest.raises(SwsError, match=r"sweep\.log$"):
        run_graph(tmp_path, "data/not-made-by-any-rule.json")
