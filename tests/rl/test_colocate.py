"""The real vLLM inside TRL's colocated path, in one process and beside sharded training."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from sws.config.student import ScratchConfig
from sws.store import read_rows
from sws.student.scratch import train_scratch

ROOT = Path(__file__).parents[2]
JOB = Path(__file__).with_name("colocate.py")
STEPS = 3
CONFIG = {
    "steps": STEPS,
    "prompts_per_step": 4,
    "group_size": 4,
    "updates_per_step": 1,
    "learning_rate": 0.02,
    "gradient_checkpointing": False,
    "max_prompt_tokens": 64,
    "sampler_correction": "truncate",
    "vllm_max_num_seqs": 8,  # of the 16 completions of a step
    "threads": 1,
}


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = ScratchConfig(layers=2, hidden=64, feed_forward=64, vocabulary=320, steps=2, rows=300)
    return train_scratch(config, 0, tmp_path_factory.mktemp("student") / "tiny").parent


def trained(student: Path, out: Path, *launcher: str) -> list[list[dict[str, Any]]]:
    """What each rank of a run saw."""
    command = [sys.executable, *launcher, str(JOB), str(student), str(out), json.dumps(CONFIG)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, env=environment, check=True, timeout=600)
    logs = sorted(out.glob("seen-*.jsonl"))
    return [[json.loads(line) for line in log.read_text().splitlines()] for log in logs]


def moved(student: Path, out: Path) -> float:
    """How far training moved the weights."""
    before, after = (
        load_file(folder / "model.safetensors") for folder in (student, out / "student")
    )
    return max(float((before[name] - after[name]).abs().max()) for name in before)


def of(seen: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    return [line for line in seen if line["what"] == what]


def test_the_engine_samples_with_the_weights_of_the_step(student: Path, tmp_path: Path) -> None:
    """Stale weights would show: after a step they differ by far more than arithmetic does."""
    (seen,) = trained(student, tmp_path / "out")
    assert [line["what"] for line in seen] == ["sync", "answers", "compared"] * STEPS
    assert max(line["apart"] for line in of(seen, "compared")) < 1e-5
    assert {line["at_most"] for line in of(seen, "answers")} == {8}
    journal = [json.loads(line) for line in (tmp_path / "out/metrics.jsonl").open()]
    assert [step["sampler_ratio"] for step in journal] == pytest.approx([1] * STEPS, abs=1e-5)
    assert moved(student, tmp_path / "out") > 1e-3


def test_each_rank_has_an_engine_with_whole_weights_under_fsdp(
    student: Path, tmp_path: Path
) -> None:
    launch = ["-m", "accelerate.commands.launch", "--num_processes", "2"]
    launch += ["--config_file", str(ROOT / "profiles" / "accelerate" / "fsdp.yaml")]
    launch += ["--mixed_precision", "no", "--main_process_port", "0"]
    ranks = trained(student, tmp_path / "out", *launch)
    assert len(ranks) == 2
    for seen in ranks:
        assert len(of(seen, "sync")) == STEPS
        assert max(line["apart"] for line in of(seen, "compared")) < 1e-5
    first, second = (of(seen, "answers") for seen in ranks)
    assert first != second
    rows = list(read_rows(tmp_path / "out" / "rollouts.json"))
    assert len({(row["step"], row["problem_id"], row["sample"]) for row in rows}) == len(rows) == 48
    assert moved(student, tmp_path / "out") > 1e-3
