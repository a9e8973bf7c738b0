"""How far the sampler's probabilities are from the trainer's, which Eq. 3 takes to be equal."""

from collections.abc import Callable
from typing import Any

import torch

ROWS = 4  # compared where TRL computed no log-probabilities of its own


def sampler_ratio(
    batch: dict[str, Any], log_probs: Callable[[dict[str, Any]], torch.Tensor]
) -> dict[str, float]:
    """Mean and largest ratio of trainer to sampler probability per learned token, over all ranks.

    And the mean absolute difference of their logarithms. Empty where the sampler returned no
    probabilities, as transformers' does. Tokens that vLLM could not score are left out.
    """
    if "sampling_per_token_logps" not in batch:
        return {}
    if "old_per_token_logps" not in batch:
        batch = {name: value[:ROWS] for name, value in batch.items() if _per_row(value)}
        batch["old_per_token_logps"] = log_probs(batch)
    mask = (batch["completion_mask"] * batch.get("tool_mask", 1)).bool()
    gap = (batch["old_per_token_logps"].float() - batch["sampling_per_token_logps"].float())[mask]
    gap = gap[~gap.isnan()]
    ratio = gap.exp()
    sums = torch.stack([gap.abs().sum(), ratio.sum(), torch.tensor(float(len(gap))).to(gap)])
    largest = ratio.max() if len(ratio) else torch.zeros_like(sums[0])
    if torch.distributed.is_initialized():
        torch.distributed.all_reduce(sums)
        torch.distributed.all_reduce(largest, op=torch.distributed.ReduceOp.MAX)
    tokens = max(float(sums[2]), 1.0)
    return {
        "sampler_gap": round(float(sums[0]) / tokens, 8),
        "sampler_ratio": round(float(sums[1]) / tokens, 8),
        "sampler_ratio_max": round(float(largest), 8),
    }


def _per_row(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.dim() > 0
