"""A seed set and a student by their Hub ids: the real clients against a loopback Hub."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sws.config import load
from sws.config.student import ScratchConfig
from sws.planning.downloads import hub_models
from sws.store import read_rows
from sws.student.scratch import train_scratch
from tests.hub import hub


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("repositories")
    config = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=1, rows=300, threads=1)
    model = train_scratch(config, 0, folder / "model").parent
    (folder / "data").mkdir()
    rows = [{"question": f"What is {n}+{n}?", "answer": f"#### {2 * n}"} for n in range(5)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "data" / "train.jsonl").write_text(lines)
    (folder / "histories").mkdir()
    histories = [
        {"category": "Algebra", "accs": [0.0, 0.25, 0.0]},
        {"category": "Algebra", "accs": [1.0]},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in histories)
    (folder / "histories" / "train.jsonl").write_text(lines)
    sets = {"someone/sums": folder / "data", "someone/histories": folder / "histories"}
    with hub({"someone/tiny": model}, sets) as address:
        yield address


def sws(endpoint: str, home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home)}
    environment.pop("HF_HUB_OFFLINE", None)
    command = [sys.executable, "-c", "from sws.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_histories_by_their_hub_id(endpoint: str, tmp_path: Path) -> None:
    done = sws(endpoint, tmp_path, "failures", "someone/histories", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kept"] == 1
    refused = sws(endpoint, tmp_path, "failures", "someone/nothing")
    assert "sws: the data set someone/nothing cannot be read" in refused.stderr
    assert "or the id of a data set on the Hub" in refused.stderr


def test_a_seed_set_by_its_hub_id(endpoint: str, tmp_path: Path) -> None:
    benchmarks, out = tmp_path / "benchmarks.json", tmp_path / "seed.json"
    common = ["--preset", "nano"]
    made = sws(endpoint, tmp_path, "benchmarks", "--out", str(benchmarks), *common)
    assert made.returncode == 0, made.stderr
    source = "seed_set={source: someone/sums, columns: {problem: question, category: null}}"
    done = sws(
        endpoint,
        tmp_path,
        "seed",
        "--benchmarks",
        str(benchmarks),
        "--out",
        str(out),
        *common,
        "--set",
        source,
    )
    assert done.returncode == 0, done.stderr
    assert [row["answer"] for row in read_rows(out)] == ["0", "2", "4", "6", "8"]


def test_a_student_by_its_hub_id(endpoint: str, tmp_path: Path) -> None:
    benchmarks, out = tmp_path / "benchmarks.json", tmp_path / "student" / "student.json"
    assert sws(endpoint, tmp_path, "benchmarks", "--out", str(benchmarks), "--preset", "nano")
    done = sws(
        endpoint, tmp_path, "student", "--benchmarks", str(benchmarks), "--out", str(out),
        "--preset", "nano", "--set", "student.source=someone/tiny",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())["source"] == "someone/tiny"
    assert (out.parent / "model.safetensors").exists()


def test_an_id_that_the_hub_does_not_know(endpoint: str, tmp_path: Path) -> None:
    benchmarks = tmp_path / "benchmarks.json"
    failed = sws(
        endpoint,
        tmp_path,
        "benchmarks",
        "--out",
        str(benchmarks),
        "--preset",
        "nano",
        "--set",
        "benchmarks=[{name: gone, source: someone/gone}]",
    )
    assert failed.returncode == 1
    assert "someone/gone" in failed.stderr and "Traceback" not in failed.stderr
    assert not benchmarks.exists()


def test_the_models_of_a_configuration_are_fetched_for_nodes_without_a_network(
    endpoint: str, tmp_path: Path
) -> None:
    labeler = "roles.labeler={engine: vllm, model: someone/tiny}"
    done = sws(endpoint, tmp_path, "download", "--preset", "nano", "--set", labeler)
    assert done.returncode == 0, done.stderr
    name, folder = done.stdout.strip().split("\t")
    assert name == "someone/tiny" and (Path(folder) / "model.safetensors").exists()
    missing = "roles.labeler={engine: vllm, model: someone/else}"
    failed = sws(endpoint, tmp_path, "download", "--preset", "nano", "--set", missing)
    assert failed.returncode == 1 and "someone/else: cannot be downloaded" in failed.stderr


def test_the_models_that_a_run_loads_are_named() -> None:
    named = [model.name for model in hub_models(load("qwen2.5-7b"))]
    assert named == [
        "Qwen/Qwen2.5-72B-Instruct",
        "Qwen/Qwen2.5-7B",
        "Skywork/Skywork-OR1-Math-7B",
        "meta-llama/Llama-3.1-8B",
        "meta-llama/Llama-3.3-70B-Instruct",
    ]
    assert hub_models(load("micro")) == []
