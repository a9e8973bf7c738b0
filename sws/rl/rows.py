"""The rows of a TRL batch: those with a gradient, and log-probabilities without padding."""

from collections.abc import Callable
from typing import Any

import torch

# What TRL keeps for each completion token, and for each completion.
COMPLETION_FIELDS = {
    "completion_ids",
    "completion_mask",
    "tool_mask",
    "old_per_token_logps",
    "sampling_per_token_logps",
    "importance_sampling_ratio",
}
ROW_FIELDS = {"prompt_ids", "prompt_mask", "advantages", *COMPLETION_FIELDS}


def rows_with_gradient(inputs: dict[str, Any]) -> dict[str, Any]:
    """The rows of a TRL batch whose advantage is not zero, with padding cut to the longest.

    All ranks keep the same number of rows, since TRL gathers a value per row: those with fewer
    are filled up with rows of zero advantage, and at least one row stays.
    """
    advantages = inputs["advantages"]
    learning = advantages.nonzero().flatten()
    size = torch.tensor([max(len(learning), 1)], device=advantages.device)
    if torch.distributed.is_initialized():
        torch.distributed.all_reduce(size, op=torch.distributed.ReduceOp.MAX)
    rows = torch.cat([learning, (advantages == 0).nonzero().flatten()])[: int(size)]
    chosen = {name: inputs[name][rows] for name in inputs.keys() & ROW_FIELDS}
    first = int(chosen["prompt_mask"].any(0).int().argmax())  # prompts are padded on the left,
    last = max(int(chosen["completion_mask"].any(0).sum()), 1)  # completions on the right
    for name in chosen.keys() & {"prompt_ids", "prompt_mask"}:
        chosen[name] = chosen[name][:, first:]
    for name in chosen.keys() & COMPLETION_FIELDS:
        chosen[name] = chosen[name][:, :last]
    return {**inputs, **chosen}


def by_length(
    log_probs: Callable[[torch.Tensor, torch.Tensor, int], torch.Tensor],
    ids: torch.Tensor,
    mask: torch.Tensor,
    completion: int,
    rows: int,
) -> torch.Tensor:
    """Log-probabilities (batch, completion) of padded rows, `rows` at a time, longest first.

    TRL pads every row to the longest of the whole batch; here each chunk is cut to its own, and
    what was padding gets zero. `log_probs` takes token ids, mask and completion width.
    """
    prompt = ids.size(1) - completion
    result = torch.zeros(len(ids), completion, device=ids.device)
    order = mask.sum(1).argsort(descending=True, stable=True)
    for chunk in order.split(rows):
        used = mask[chunk].any(0)
        first = min(int(used.int().argmax()), prompt - 1)
        width = max(int(used[prompt:].sum()), 1)
        cut = slice(first, prompt + width)
        found = log_probs(ids[chunk, cut], mask[chunk, cut], width)
        result[chunk, :width] = found.to(result.dtype)
    return result
