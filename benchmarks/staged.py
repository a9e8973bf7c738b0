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
from sws.evaluation.scores import Scores, read_scores
from sws.evaluation.seeds import over_seeds
from sws.verify import Verifier

Level = str | dict[str, str]
#: The levels of each arm's stages, which share its steps.
ARMS: dict[str, list[Level]] = {
    "base": [],
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
    """What an arm changes of the preset; the base student has no stage."""
    if not ARMS[arm]:
        return {"seed": seed}
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
    for stage in config.staged.stages if ARMS[arm] else ():
        out = Path("arms", arm, stage.name, "rollouts.json")
        if not out.exists():
            train.run(config, stage.name, student, Path("data/staged/levels.json"), out)
        student = out.parent / "student" / "student.json"
    held_out, seed_set = Path("data/benchmarks.json"), Path("data/seed.json")
    summary.assess(config, arm, student, held_out, seed_set, Path("arms", arm, "evaluation.json"))


def scores_of(config: Config, folder: Path) -> dict[str, Scores]:
    """The scores of every arm that is evaluated."""
    tables = {arm: folder / "arms" / arm / "evaluation.json" for arm in ARMS}
    with Verifier() as verifier:
        return {
            arm: read_scores(config, table, verifier)
            for arm, table in tables.items()
            if table.exists()
        }


def report(config: Config, seeds: list[dict[str, Scores]]) -> dict[str, Any]:
    """Accuracies and differences in points with 95 % intervals.

    They are Student's t over seeds; with one seed, bootstrap over problems.
    """
    estimates = Estimates(config, ())
    arms = [arm for arm in ARMS if all(arm in seed for seed in seeds)]
    claims = [(one, other) for one, other in CLAIMS if {one, other} <= set(arms)]
    return {
        "seeds": len(seeds),
        "arms": {arm: _shown([estimates.of_arm(seed[arm]) for seed in seeds]) for arm in arms},
        "differences": {
            f"{one} - {other}": _shown([estimates.gain(seed[one], seed[other]) for seed in seeds])
            for one, other in claims
        },
    }


def _shown(seeds: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The mean accuracy on each benchmark."""
    found = {}
    for name in seeds[0]["benchmarks"]:
        metrics = [seed["benchmarks"][name] for seed in seeds]
        parts = [next(one for one in all_.values() if isinstance(one, dict)) for all_ in metrics]
        several = len(parts) > 1
        one = over_seeds([part["value"] for part in parts]).as_json() if several else parts[0]
        found[name] = {key: round(100 * one[key], 2) for key in ("value", "low", "high")}
    return found


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
        measured.append(scores_of(config, folder))
        text = json.dumps(report(config, measured), indent=2)
        (options.folder / "results.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
