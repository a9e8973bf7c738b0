"""Batched sampling that drops finished rows; used without vLLM."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache, PreTrainedModel

SHRINK = 0.75  # drop finished rows once this share or fewer are unfinished


@torch.no_grad()  # type: ignore[untyped-decorator]
def sample(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    copies: int,
    max_tokens: int,
    temperature: float,
    top_p: float,
    ends: Sequence[int],
) -> list[list[int]]:
    """Sample `copies` completions per prompt, prompt by prompt, as token ids with end tokens.

    `generate` reads a prompt once per copy and computes every row until the longest is done; here
    each prompt is read once, and finished rows are dropped, since most rollouts are short.
    """
    device = model.device
    tokens, mask = pad_left(prompts, device)
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    final = torch.tensor(list(ends), device=device)
    written = torch.full((len(prompts) * copies, max_tokens), -1, device=device)
    rows = torch.arange(len(written), device=device)  # the completion of each row
    cache = DynamicCache(config=model.config)
    for place in range(max_tokens):
        output: Any = model(
            input_ids=tokens,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits = output.logits[:, -1].float()
        if place == 0:
            cache.batch_repeat_interleave(copies)
            logits, mask, positions = (
                x.repeat_interleave(copies, dim=0) for x in (logits, mask, positions)
            )
            writing = torch.ones(len(rows), dtype=torch.bool, device=device)
        chosen = draw(logits, temperature, top_p)
        written[rows[writing], place] = chosen[writing]
        writing = writing & ~torch.isin(chosen, final)
        alive = int(writing.sum())
        if not alive:
            break
        tokens, positions = chosen[:, None], positions[:, -1:] + 1
        mask = torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1)
        if alive <= SHRINK * len(rows):
            cache.batch_select_indices(writing.nonzero().flatten())
            tokens, positions, mask, rows = (x[writing] for x in (tokens, positions, mask, rows))
            writing = writing[writing]
    return [[token for token in row if token >= 0] for row in written.tolist()]


def pad_left(
    prompts: Sequence[Sequence[int]], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask of the prompts, both (prompts, longest)."""
    width = max(map(len, prompts))
    tokens = torch.zeros(len(prompts), width, dtype=torch.long, device=device)
    mask = torch.zeros_like(tokens)
    for i, prompt in enumerate(prompts):
        tokens[i, width - len(prompt) :] = torch.tensor(prompt, device=device)
        mask[i, width - len(prompt) :] = 1
    return tokens, mask


def draw(logits: torch.Tensor, temperature: float, top_p: float) -> torch.Tensor:
    """One token id per row of logits (rows, vocabulary); temperature 0 takes the most likely."""
    if temperature == 0:
        return logits.argmax(-1)
    probabilities = (logits / temperature).softmax(-1)
    if top_p < 1:
        ordered, ids = probabilities.sort(dim=-1, descending=True)
        beyond = ordered.cumsum(-1) - ordered >= top_p  # the first to reach top_p stays
        probabilities = torch.zeros_like(ordered).scatter(-1, ids, ordered.masked_fill(beyond, 0))
    return probabilities.multinomial(1).squeeze(-1)
