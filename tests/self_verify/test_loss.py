"""The losses' gradients against a slow transcription of the paper's equations on a tiny model."""

import math

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from sws.self_verify.loss import action_loss

ROWS, TOKENS, BETA, CLIP = 4, 9, 0.3, 0.2
#: Each token's action; one row of one action, one with tokens of none.
INDEX = torch.tensor(
    [
        [0, 0, 0, 1, 1, 2, 2, 3, 3],
        [0, 0, 1, 1, 1, -1, -1, -1, -1],
        [0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 1, 2, 3, 3, 3, 3, -1, -1],
    ]
)
ADVANTAGES = torch.tensor(
    [[1.0, -2.0, 0.5, 1.5], [-1.0, 2.0, 0, 0], [-0.7, 0, 0, 0], [0.3, -0.3, 1.2, -1.1]],
    dtype=torch.float64,
)


def tiny(seed: int) -> LlamaForCausalLM:
    torch.manual_seed(seed)
    shape = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=20, **shape, **heads)).double()


@pytest.fixture(scope="module")
def models() -> tuple[LlamaForCausalLM, LlamaForCausalLM, LlamaForCausalLM, torch.Tensor]:
    """The policy, the one that sampled (near it: some ratios are clipped), the SFT model."""
    policy, old, ref = tiny(0), tiny(0), tiny(1)
    torch.manual_seed(2)
    with torch.no_grad():
        for weight in old.parameters():
            weight.add_(0.04 * torch.randn_like(weight))
    return policy, old, ref, torch.randint(0, 20, (ROWS, TOKENS + 1))


def log_probabilities(model: LlamaForCausalLM, ids: torch.Tensor) -> torch.Tensor:
    logits = model(input_ids=ids).logits[:, :-1]
    return logits.log_softmax(-1).gather(-1, ids[:, 1:, None]).squeeze(-1)


def transcription(
    policy: LlamaForCausalLM,
    old: LlamaForCausalLM,
    ref: LlamaForCausalLM,
    ids: torch.Tensor,
    index: torch.Tensor,
    advantages: torch.Tensor,
) -> tuple[torch.Tensor, int]:
    """Eq. 3 and 6, action by action, token by token; also how many ratios were clipped."""
    total, clipped = torch.zeros((), dtype=torch.float64), 0
    for row in range(len(ids)):
        actions = sorted({int(a) for a in index[row] if a >= 0})
        of_row = torch.zeros((), dtype=torch.float64)
        now, before, start = (
            model(input_ids=ids[row : row + 1]).logits[0].softmax(-1)
            for model in (policy, old, ref)
        )
        for action in actions:
            p = p_old = p_ref = torch.ones((), dtype=torch.float64)
            for t in range(TOKENS):
                if index[row, t] == action:
                    token = ids[row, t + 1]
                    p, p_old = p * now[t, token], p_old * before[t, token]
                    p_ref = p_ref * start[t, token]
            advantage = advantages[row, action] - BETA * math.log((p / p_ref).item())
            k = p / p_old.detach()
            bounded = torch.clamp(k, 1 - CLIP, 1 + CLIP)
            clipped += int(bounded.item() != k.item())
            of_row = of_row + torch.minimum(k * advantage, bounded * advantage)
        total = total + of_row / len(actions)
    return -total / len(ids), clipped


@pytest.mark.parametrize("level", ["process", "outcome"])
def test_gradients_are_those_of_the_equations(models: tuple, level: str) -> None:
    policy, old, ref, ids = models
    index, advantages = INDEX, ADVANTAGES
    if level == "outcome":  # one action a completion, over all its tokens
        index, advantages = (INDEX >= 0).long() - 1, ADVANTAGES[:, :1]
    slow, clipped = transcription(policy, old, ref, ids, index, advantages)
    assert 0 < clipped < int((index.diff(dim=1) > 0).sum()) + ROWS
    weights = list(policy.parameters())
    expected = torch.autograd.grad(slow, weights)
    with torch.no_grad():
        known = log_probabilities(old, ids), log_probabilities(ref, ids)
    fast = action_loss(
        log_probabilities(policy, ids), *known, index, advantages, BETA, (CLIP, CLIP)
    )
    assert fast.item() == pytest.approx(slow.item(), abs=1e-9)
    found = torch.autograd.grad(fast, weights)
    worst = max(float((a - b).abs().max()) for a, b in zip(expected, found, strict=True))
    assert worst < 1e-5
    assert max(float(g.abs().max()) for g in found) > 1e-3


def test_the_mean_ratio_of_the_published_code() -> None:
    logps, old = torch.zeros(1, 4), torch.tensor([[-0.1, -0.3, 0.0, 0.0]])
    index = torch.tensor([[0, 0, -1, -1]])
    loss = action_loss(logps, old, None, index, torch.ones(1, 1), 0.0, (9, 9), "mean")
    assert float(loss) == pytest.approx(-math.exp(0.2))


def test_without_a_reference_and_without_actions() -> None:
    logps = torch.zeros(2, 3, requires_grad=True)
    index = torch.tensor([[0, 0, 0], [-1, -1, -1]])
    loss = action_loss(logps, logps.detach(), None, index, torch.ones(2, 1), 0.0, (0.2, 0.2))
    assert loss.item() == -0.5
    loss.backward()
    assert logps.grad is not None and logps.grad[1].abs().sum() == 0
