"""The claims of staged RL on the embedded student: equal steps, several seeds, with intervals.

    python -m benchmarks.staged FOLDER [--seeds 1 2 3] [--steps 30] [--preset staged-micro]

For each seed the graph makes students, pass rates and levels (`snakemake data/staged/levels.json`)
in FOLDER/seedN; every arm trains from its base student and is evaluated. Arms differ in what they
train on and in which order, and in nothing else. Finished arms are kept, so it can be stopped.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sws.config import Config, load
from sws.evaluation.estimates import Estimates
from sws.evaluation.scores import read_scores
from sws.evaluation.seeds import over_seeds
from sws.verify import Verifier

Level = str | dict[str, str]
#: The levels of each arm's stages, which share its steps.
ARMS: dict[str, list[Level]] = {
    "level1": [{"mathematics": "level1"}],
    "level2": [{"mathematics": "level2"}],
    "level3": [{"mathematics": "level3"}],
    "staged": [{"mathematics": "level2"}, {"mathematics": "level3"}],
    "shuffled": [{"mathematics": "level2+level3"}],
    "reversed": [{"mathematics": "level3"}, {"mathematics": "level2"}],
    "joint": [{"mathematics": "level1", "code": "level3"}],
}
#: What the paper claims, and the controls that it lacks: the first minus the second.
CLAIMS = (
    ("level1", "level3"),
    ("staged", "level2"),
    ("staged", "shuffled"),
    ("staged", "reversed"),
    ("joint", "level1"),
)


def of_arm(arm: str, seed: int, steps: int) -> dict[str, Any]:
    """What an arm changes of the preset."""
    settings = {"steps": steps // len(ARMS[arm]), "max_tokens": 64, "mask_truncated": False}
    stages = [
        {"name": f"{arm}{number}", "level": level, **settings}
        for number, level in enumerate(ARMS[arm], start=1)
    ]
    return {"seed": seed, "staged": {"stages": stages}}


def train_and_measure(config: Config, arm: str) -> None:
    """One arm, in the folder of its seed; this process trains, and asks vLLM at the end."""
    from sws.staged import summary, train

    student = Path("data/base/student.json")
    for stage in config.staged.stages:
        out = Path("arms", arm, stage.name, "rollouts.json")
        if not out.exists():
            train.run(config, stage.name, student, Path("data/staged/levels.json"), out)
        student = out.parent / "student" / "student.json"
    held_out, seed_set = Path("data/benchmarks.json"), Path("data/seed.json")
    summary.assess(config, arm, student, held_out, seed_set, Path("arms", arm, "evaluation.json"))


def accuracies(config: Config, folder: Path) -> dict[str, dict[str, float]]:
    """The mean accuracy of every arm on each benchmark."""
    found: dict[str, dict[str, float]] = {}
    with Verifier() as verifier:
        for arm in ARMS:
            scores = read_scores(config, folder / "arms" / arm / "evaluation.json", verifier)
            parts = Estimates(config, ()).of_arm(scores)["benchmarks"]
            found[arm] = {name: part[scores.metrics[0]]["value"] for name, part in parts.items()}
    return found


def report(seeds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    """Accuracies and differences over seeds, in points, with Student's t intervals."""
    benchmarks = list(next(iter(seeds[0].values())))

    def shown(values: list[float]) -> dict[str, float]:
        if len(values) < 2:
            return {"value": round(100 * values[0], 2)}
        estimate = over_seeds([100 * value for value in values])
        return {name: round(value, 2) for name, value in estimate.as_json().items()}

    return {
        "seeds": len(seeds),
        "arms": {
            arm: {name: shown([one[arm][name] for one in seeds]) for name in benchmarks}
            for arm in ARMS
        },
        "differences": {
            f"{one} - {other}": {
                name: shown([seed[one][name] - seed[other][name] for seed in seeds])
                for name in benchmarks
            }
            for one, other in CLAIMS
        },
    }


def main() -> None:
    """Run what is missing, then print and write results.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--steps", type=int, default=30, help="of every arm")
    parser.add_argument("--preset", default="staged-micro")
    parser.add_argument("--arm", help=argparse.SUPPRESS)  # one arm, in this folder
    options = parser.parse_args()
    if options.arm:
        (seed,) = options.seeds
        changes = of_arm(options.arm, seed, options.steps)
        train_and_measure(load(options.preset, changes), options.arm)
        return
    root, measured = Path(__file__).resolve().parents[1], []
    for seed in options.seeds:
        folder = options.folder.resolve() / f"seed{seed}"
        folder.mkdir(parents=True, exist_ok=True)
        graph = ["snakemake", "--snakefile", str(root / "Snakefile"), "--cores", "2", "--quiet"]
        graph += ["all", "--config", f"preset={options.preset}", f"seed={seed}", "--"]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        common = {"cwd": folder, "env": environment, "check": True}
        subprocess.run([*graph, "data/staged/levels.json"], **common)  # type: ignore[call-overload]
        for arm in ARMS:
            if not (folder / "arms" / arm / "evaluation.json").exists():
                own = ["--arm", arm, "--seeds", str(seed), "--steps", str(options.steps)]
                command = [sys.executable, "-m", "benchmarks.staged", ".", *own]
                subprocess.run([*command, "--preset", options.preset], **common)  # type: ignore[call-overload]
        config = load(options.preset, {"seed": seed})
        measured.append(accuracies(config, folder))
        text = json.dumps(report(measured), indent=2)
        (options.folder / "results.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
