"""The example runs as its docstring says; its failed problems are those of a plain loop."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import linear_regression, mean

SCRIPT = Path(__file__).parents[2] / "examples/failures_from_rollouts.py"


def run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, str(SCRIPT), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_made_up_log(tmp_path: Path) -> None:
    shown = run(tmp_path)
    failed = read(tmp_path / "failed.jsonl")
    assert f"all                  400      {len(failed)}" in shown
    assert len({row["problem_id"] for row in failed}) == len(failed) > 100


def test_a_log_of_ones_own(tmp_path: Path) -> None:
    rewards = {"never": "000000", "rising": "000011", "solved": "111111", "falling": "010000"}
    log = tmp_path / "mine.jsonl"
    with log.open("w", encoding="utf-8") as lines:
        for problem, samples in rewards.items():
            for number, reward in enumerate(samples):  # two rollouts in each of three epochs
                row = {"problem": problem, "subject": "Algebra", "epoch": number // 2}
                lines.write(json.dumps({**row, "reward": float(reward)}) + "\n")
    run(tmp_path, "mine.jsonl", "--out", "mine_failed.jsonl")

    histories = defaultdict(list)
    for row in read(log):
        histories[row["problem"], row["epoch"]].append(row["reward"])
    expected = []
    for problem in rewards:
        accuracies = [mean(histories[problem, epoch]) for epoch in range(3)]
        slope = linear_regression(range(3), accuracies).slope
        if max(accuracies) <= 0.5 and slope <= 0:
            expected.append((problem, accuracies))
    found = [(row["problem_id"], row["accuracies"]) for row in read(tmp_path / "mine_failed.jsonl")]
    assert found == sorted(expected) == [("falling", [0.5, 0, 0]), ("never", [0, 0, 0])]
