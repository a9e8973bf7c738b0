"""Sums to teach a tiny student to check: their tables, and a configuration for them."""

from typing import Any

from sws.config import Config, load
from sws.schemas import OfflineRow, SeedRow, TrajectoryRow, schema_of
from sws.self_verify.rounds import Attempt, compose
from sws.store import kept, write_table

RL = {
    "steps": 4,
    "prompts_per_step": 4,
    "group_size": 2,
    "updates_per_step": 1,
    "learning_rate": 1e-3,
    "warmup_steps": 0,
    "save_steps": 2,
    "gradient_checkpointing": False,
    "threads": 1,
}
OFFLINE = {**RL, "prompts_per_step": 2, "baseline_least": 99}
SFT = {"epochs": 2, "batch_size": 4, "learning_rate": 1e-3, "save_steps": 2, "threads": 1}


def config(**changes: Any) -> Config:
    settings = {"max_tokens": 48, "sft": {**SFT, "gradient_checkpointing": False}, "rl": RL}
    short = {"verify": "Check:", "retry": "Again:", "correct": "Right", "incorrect": "Wrong"}
    for name, values in changes.items():
        settings[name] = {**settings.get(name, {}), **values}  # type: ignore[dict-item]
    return load("nano", {"self_verify": {**settings, "phrases": {**short, "unsure": "Unsure"}}})


def write_tables() -> None:
    """Write a seed set, trajectories and offline trajectories into the working folder."""
    sums = [
        {"problem_id": f"p{i}", "problem": f"{i}+2=?", "answer": str(i + 2), "category": "Algebra"}
        for i in range(10)
    ]
    write_table("seed.json", schema_of(SeedRow), [{**s, "source": "seed", **kept()} for s in sums])
    rows = []
    for i, problem in enumerate(sums):
        wrong = Attempt(0, f"{i}+2=1", "1", False, "Wrong")
        right = Attempt(1, f"{i}+2={i + 2}", str(i + 2), True, "Right")
        text = compose([wrong, right], config().self_verify.phrases)
        made = {"accuracy": 0.5, "rounds_wanted": 2, "rounds": 2, "samples": [0, 1]}
        rows.append({**problem, **made, "completion": text, **kept()})
    write_table("trajectories.json", schema_of(TrajectoryRow), rows)
    write_table("offline.json", schema_of(OfflineRow), list(map(sampled, rows)))


def sampled(trajectory: dict[str, Any]) -> dict[str, Any]:
    """A trajectory of two rounds, as if the fine-tuned student had written it."""
    names = ("problem_id", "problem", "answer", "category", "completion")
    found = {"sample": 3, "tokens": 20, "accuracy": 0.5, "structure": "valid", **kept()}
    last = {"last_answer": trajectory["answer"], "outcome": "correct"}
    good = {"rewards": [-1.0, 1.0, 1.0, 1.0], "contexts": ["", "R-", "R-V+", "R-V+R+"]}
    return {**{name: trajectory[name] for name in names}, **found, **last, **good}
