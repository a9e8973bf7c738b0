"""The training section: curves from the runs' journals, whoever wrote them."""

import json
from pathlib import Path
from typing import Any

from sws.report.training import in_vain, rewards


def journals(folder: Path, **runs: list[dict[str, Any]]) -> dict[str, Path]:
    """A metrics.jsonl for each run."""
    paths = {run: folder / f"{run}.jsonl" for run in runs}
    for run, steps in runs.items():
        lines = (json.dumps({"step": n, **step}) for n, step in enumerate(steps))
        paths[run].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return paths


def test_a_prompt_is_in_vain_out_of_the_bounds_or_skipped(tmp_path: Path) -> None:
    run = journals(
        tmp_path,
        initial=[{"reward": 0.2, "drawn": 8, "in_bounds": 8}],
        extended=[{"reward": 0.8, "drawn": 8, "in_bounds": 6}],
        sws=[{"reward": 0.5, "drawn": 6, "in_bounds": 6, "skipped": 2}],
    )
    shown = str(in_vain(run))
    assert "extended ends at 25%; sws ends at 25%" in shown
    assert "initial" not in shown  # it trains on every prompt, so none is in vain
    assert "initial ends at 20%; extended ends at 80%; sws ends at 50%" in str(rewards(run))


def test_curves_are_means_of_ten_steps(tmp_path: Path) -> None:
    steps = [{"reward": n < 10, "drawn": 4, "in_bounds": 4 - (n >= 10)} for n in range(15)]
    run = journals(tmp_path, sws=steps)
    assert "sws ends at 50%" in str(rewards(run))
    assert "sws ends at 12%" in str(in_vain(run))


def test_other_trainers_journals_have_a_reward_alone(tmp_path: Path) -> None:
    run = journals(tmp_path, sws=[{"reward": 0.5}])
    assert in_vain(run) == ""
    assert "sws ends at 50%" in str(rewards(run))
    assert "No training journals were found" in str(rewards({"sws": tmp_path / "gone.jsonl"}))
