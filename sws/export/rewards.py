"""Reward functions for trainers that read an export: 1 for a correct answer, else 0.

Each trainer calls its own: TRL `trl_reward`, verl `compute_score`, OpenRLHF `reward_func` (both of
the latter take this file's path). All compare by this package's verifier of mathematics.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sws.verify import Verifier


@cache
def _verifier() -> Verifier:
    return Verifier()


def _rewards(answers: Sequence[str], completions: Sequence[str]) -> list[float]:
    pairs = zip(answers, completions, strict=True)
    found = _verifier().verify_many(pairs)
    return [float(one.outcome == "correct") for one in found]


def trl_reward(completions: Sequence[Any], solution: Sequence[str], **_: object) -> list[float]:
    """TRL's signature: completions as texts or chat messages, and the column `solution`."""
    texts = [one if isinstance(one, str) else one[-1]["content"] for one in completions]
    return _rewards(solution, texts)


def compute_score(
    data_source: str,  # noqa: ARG001  (verl's signature)
    solution_str: str,
    ground_truth: str,
    extra_info: object = None,  # noqa: ARG001
    **_: object,
) -> float:
    """verl's signature: one completion and its answer."""
    return _rewards([ground_truth], [solution_str])[0]


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str], **_: object
) -> dict[str, Any]:
    """OpenRLHF's signature: whole texts, their prompts and answers; tensors of rewards."""
    import torch

    completions = [
        query.removeprefix(prompt) for query, prompt in zip(queries, prompts, strict=True)
    ]
    rewards = torch.tensor(_rewards(labels, completions))
    return {"rewards": rewards, "scores": rewards, "extra_logs": {"accuracy": rewards}}
