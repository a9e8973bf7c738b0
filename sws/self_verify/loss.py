"""The policy loss of S²R over actions (Eq. 2, 3 and 6); outcome RL has one action a completion."""

from typing import Literal

import torch

Ratio = Literal["sum", "mean"]


def action_loss(
    logps: torch.Tensor,
    old: torch.Tensor,
    ref: torch.Tensor | None,
    index: torch.Tensor,
    advantages: torch.Tensor,
    beta: float,
    clip: tuple[float, float],
    ratio: Ratio = "sum",
) -> torch.Tensor:
    """-mean over completions of the mean over actions of min(k A, clip(k, 1 - low, 1 + high) A).

    `logps`, `old` and `ref` are log-probabilities of tokens (completions, tokens) under the policy,
    the one that sampled, and the SFT model (None: beta is 0). `index` gives each token's action,
    -1 for tokens of none; `advantages` are R - b of each action (completions, actions). k is the
    ratio of an action's probabilities, the product over its tokens (`mean`: their geometric mean);
    A = R - b - beta log(policy / SFT) of the action, through which no gradient flows.
    """
    slots = (index + 1).clamp(min=0)
    width = advantages.shape[1] + 1

    def over_actions(values: torch.Tensor) -> torch.Tensor:
        sums = values.new_zeros(len(values), width).scatter_add(1, slots, values)
        return sums[:, 1:]

    sizes = over_actions(torch.ones_like(logps))
    there = sizes > 0
    share = 1 / sizes.clamp(min=1) if ratio == "mean" else torch.ones_like(sizes)
    if ref is not None:
        advantages = advantages - beta * share * over_actions(logps.detach() - ref)
    ratios = (share * over_actions(logps - old)).exp()
    clipped = ratios.clamp(1 - clip[0], 1 + clip[1])
    gains = torch.minimum(ratios * advantages, clipped * advantages) * there
    return -(gains.sum(1) / there.sum(1).clamp(min=1)).mean()
