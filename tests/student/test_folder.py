"""A student folder, as other accounts of a shared folder find it."""

import os
from pathlib import Path

import pytest
from transformers import LlamaConfig, LlamaForCausalLM

from sws.student.folder import save_student
from sws.student.tokenizer import build_tokenizer

TOKENIZER = build_tokenizer(["What is 12+7?\n12+7=19;\\boxed{19}"] * 3, 400, 64)


@pytest.mark.parametrize(("umask", "mode"), [(0o002, 0o664), (0o077, 0o600)])
def test_who_may_read_the_weights_is_what_the_umask_says(
    tmp_path: Path, umask: int, mode: int
) -> None:
    sizes = {"hidden_size": 8, "intermediate_size": 16, "num_attention_heads": 1}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=400, num_hidden_layers=1, **sizes))
    before = os.umask(umask)
    try:
        manifest = save_student(model, TOKENIZER, tmp_path / "student")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in manifest.parent.iterdir()}
    assert "model.safetensors" in modes and set(modes.values()) == {mode}
