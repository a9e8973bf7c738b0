"""Milestones: the chapters of the graph that DVC versions as one stage each."""

import re
from collections.abc import Sequence

#: The milestone that a rule belongs to; a training run is one of its own, named after the run.
_MILESTONE = {
    "failures": "weakness",
    "control": "weakness",
    "extract": "weakness",
    "concepts": "weakness",
    "blueprints": "synthesis",
    "generate": "synthesis",
    "screen": "augmented",
    "judge": "augmented",
    "verdicts": "augmented",
    "label": "augmented",
    "difficulty": "augmented",
    "augment": "augmented",
    "attempts": "trajectories",
    "verifications": "trajectories",
    "evaluate": "evaluation",
    "summary": "evaluation",
    "metrics": "evaluation",
    "examine": "self-verification",
    "compare": "self-verification",
    "pool": "levels",
    "pass_rates": "levels",
    "code_set": "code",
    "assess": "staged",
    "compare_stages": "staged",
}

#: What each milestone is, for people.
DESCRIPTIONS = {
    "config": "The configuration in force: preset, params.yaml and defaults, every key",
    "benchmarks": "The held-out problems",
    "seed": "The seed set, every rejection with its reason",
    "student": "The base student",
    "initial": "A little RL, with the accuracy of every problem recorded",
    "weakness": "The failure set, category weights, and the concepts behind them",
    "synthesis": "Blueprints by category budget, and the candidates written from them",
    "augmented": "Candidates (written here if in waves) filtered, and joined with the seed set",
    "extended": "The control: the same further training on the seed set alone",
    "sws": "Further training on the augmented set",
    "random": "The control: as sws, on concepts of problems drawn regardless of weakness",
    "bank": "The problems that the arm selection chooses from",
    "select": "The bank's problems nearest to the failed ones",
    "selection": "The control: further training on the selected problems",
    "trajectories": "S²R: the student's attempts, verified, joined to trajectories",
    "sft": "S²R: the base student fine-tuned on trajectories",
    "outcome": "S²R: RL that rewards the last solution",
    "process": "S²R: RL that rewards every action",
    "offline": "S²R: trajectories sampled once, and RL on them",
    "plain": "S²R: the control, RL of the base student at equal tokens",
    "self-verification": "S²R: how every student verifies and corrects itself",
    "code": "Staged RL: the problems of programming, every rejection with its reason",
    "levels": "Staged RL: pass rates of every scorer, and the levels of every problem",
    "staged": "Staged RL: how every stage went, and every student on the benchmarks",
    "evaluation": "Every student on held-out problems, with confidence intervals; the funnel",
}

#: Where the provenance of a milestone's files is kept, as one of them.
PROVENANCE = "data/provenance/{milestone}.json"

#: The rules whose milestones are named after their runs.
_RUNS = ("train", "reinforce", "train_stage")
_RUN = re.compile(r"/training/([\w.-]+)/")
_WAVE = re.compile(r"/w\d+-\d+\.json$")
_ROUND = re.compile(r"^data/round(\d+)(?:-random)?/")


def milestone_of(rule: str, outputs: Sequence[str]) -> str:
    """The milestone of one job; those of later rounds end in `-2`, `-3`, ..."""
    run = _RUN.search(outputs[0])
    name = run.group(1) if rule in _RUNS and run else _MILESTONE.get(rule, rule)
    if _WAVE.search(outputs[0]):  # a wave of synthesis waits for what filters kept of the last one
        name = "augmented"
    found = _ROUND.match(outputs[0])
    return name if not found or found.group(1) == "1" else f"{name}-{found.group(1)}"


def described(milestone: str) -> str:
    """What a milestone is, with its round if it is a later one."""
    name, _, number = milestone.rpartition("-")
    if not number.isdigit():
        return DESCRIPTIONS.get(milestone, f"Training: {milestone}")
    return f"{DESCRIPTIONS.get(name, f'The rule {name}')}; round {number}"
