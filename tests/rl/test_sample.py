import torch
from transformers import LlamaConfig, LlamaForCausalLM

from sws.rl.sample import draw, sample

torch.manual_seed(0)
MODEL = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=12,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        initializer_range=0.5,
    )
).eval()
PROMPTS = [[3], [4, 5, 6, 7], [8, 9], [10, 11, 3]]
END = 2


def test_greedy_sampling_agrees_with_generate_row_by_row() -> None:
    written = sample(MODEL, PROMPTS, 1, 12, 0.0, 1.0, [END])
    for prompt, completion in zip(PROMPTS, written, strict=True):
        expected = MODEL.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            do_sample=False,
            max_new_tokens=12,
            eos_token_id=END,
            pad_token_id=0,
        )
        assert completion == expected[0, len(prompt) :].tolist()


def test_rows_end_at_their_end_token_and_shrinking_keeps_their_order() -> None:
    written = sample(MODEL, PROMPTS, 8, 12, 1.0, 1.0, [END, 5, 7])
    assert len(written) == 32 and len({len(row) for row in written}) > 1
    for row in written:
        assert not {END, 5, 7} & set(row[:-1])
        assert row[-1] in {END, 5, 7} or len(row) == 12


def test_copies_of_a_prompt_stand_together() -> None:
    written = sample(MODEL, PROMPTS, 2, 12, 0.0, 1.0, [END])
    assert written[::2] == written[1::2] == sample(MODEL, PROMPTS, 1, 12, 0.0, 1.0, [END])


def test_draws_follow_the_probabilities_within_top_p() -> None:
    torch.manual_seed(0)
    logits = torch.tensor([0.5, 0.3, 0.2]).log().expand(20_000, 3)
    shares = draw(logits, 1.0, 1.0).bincount(minlength=3) / 20_000
    assert torch.allclose(shares, torch.tensor([0.5, 0.3, 0.2]), atol=0.02)
    shares = draw(logits, 1.0, 0.7).bincount(minlength=3) / 20_000
    assert torch.allclose(shares, torch.tensor([5 / 8, 3 / 8, 0.0]), atol=0.02)
