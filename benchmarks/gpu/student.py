"""Students of random weights: one of 1.5 billion parameters, and one in miniature."""

from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from sws.student.folder import save_student
from sws.student.tokenizer import build_tokenizer

#: Qwen2.5-1.5B's, but for the biases.
LARGE = {
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "vocab_size": 151_936,
}
SMALL = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "vocab_size": 320,
}
#: Prompt and completion together, in tokens.
LARGE_TOKENS, SMALL_TOKENS = 8192, 128


def random_student(folder: Path, mini: bool) -> Path:
    """Write a student of random weights, once; return its folder."""
    if folder.exists():
        return folder
    texts = ["What is 3+4?", "\\boxed{7}"]
    tokenizer = build_tokenizer(texts, 320, tokens_of(mini))
    # Small steps of a short training would be lost in the rounding to 16 bits.
    dtype = torch.float32 if mini else torch.bfloat16
    shape: dict[str, Any] = SMALL if mini else LARGE
    config = LlamaConfig(
        **shape,
        dtype=str(dtype).removeprefix("torch."),
        max_position_embeddings=2 * tokens_of(mini),
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(0)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = LlamaForCausalLM(config).to(dtype)
    save_student(model, tokenizer, folder, source="random weights")
    return folder


def tokens_of(mini: bool) -> int:
    """Length of prompt and completion together."""
    return SMALL_TOKENS if mini else LARGE_TOKENS
