"""Embedding: offline from the package, lazily, and a bare language model by its last token."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sws.config.roles import Embedder
from sws.embedding import SentenceEmbedder
from sws.errors import SwsError


@pytest.fixture(scope="module")
def packaged() -> SentenceEmbedder:
    return SentenceEmbedder(Embedder())


def test_sentence_models_make_rows_of_length_one_and_alike_names_are_near(
    packaged: SentenceEmbedder,
) -> None:
    rows = packaged(["Quadratic equations", "Solving quadratic equations", "Area of a circle"])
    assert rows.shape == (3, 384) and rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)
    assert rows[0] @ rows[1] > 0.9 > 0.5 > rows[0] @ rows[2]


def test_the_same_texts_have_the_same_embeddings(packaged: SentenceEmbedder) -> None:
    texts = [f"concept number {i}" for i in range(100)]
    assert (packaged(texts) == packaged(texts)).all()


def test_a_causal_language_model_embeds_by_the_last_token(tmp_path: Path) -> None:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = {word: i for i, word in enumerate(["<unk>", "</s>", "law", "of", "sines", "cosines"])}
    tokenizer = Tokenizer(models.WordLevel(words, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", unk_token="<unk>", padding_side="right"
    )
    fast.save_pretrained(tmp_path)
    torch.manual_seed(0)
    small = LlamaConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
    )
    model = LlamaForCausalLM(small).eval()
    model.save_pretrained(tmp_path)

    rows = SentenceEmbedder(Embedder(model=str(tmp_path)))(["law of sines", "law"])
    for row, ids in zip(rows, ([2, 3, 4, 1], [2, 1]), strict=True):
        with torch.no_grad():
            last = model.model(torch.tensor([ids])).last_hidden_state[0, -1].numpy()
        assert row == pytest.approx(last, abs=1e-5)  # as long as it is


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SwsError, match="cannot be loaded"):
        SentenceEmbedder(Embedder(model=str(tmp_path / "nothing")))(["a"])


def test_importing_the_stage_does_not_load_torch() -> None:
    code = "import sys, sws.concepts.database; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
