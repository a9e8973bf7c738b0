import random
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer

from sws.config.student import ScratchConfig
from sws.errors import SwsError
from sws.student import checkpoint, scratch
from sws.student.scratch import (
    IGNORED,
    batch_stream,
    draw_texts,
    pad_batch,
    schedule,
    train_scratch,
)
from sws.student.tokenizer import build_tokenizer, prompt_text
from sws.textbook import recognise

TINY = ScratchConfig(layers=1, hidden=32, vocabulary=320, steps=2, rows=200, threads=1)
TOKENIZER = build_tokenizer(["What is 12+7?\n12+7=19;\\boxed{19}"] * 3, 400, 64)


@given(st.text(max_size=60))
def test_any_text_survives_the_tokenizer(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER(text)["input_ids"]) == text


def test_digits_stay_single_and_a_box_is_one_token() -> None:
    pieces = TOKENIZER.tokenize("12+19=31;\\boxed{31}")
    assert pieces == ["1", "2", "+", "1", "9", "=", "3", "1", ";", "\\boxed{", "3", "1", "}"]


def test_chat_and_plain_prompts_agree() -> None:
    chat = TOKENIZER.apply_chat_template(
        [{"role": "user", "content": "1+1=?"}], add_generation_prompt=True, return_dict=False
    )
    assert chat == TOKENIZER("1+1=?\n")["input_ids"]
    assert prompt_text(TOKENIZER, "1+1=?") == "1+1=?\n"


def test_padding_and_prompts_are_not_learned() -> None:
    tokens, labels = pad_batch([([5, 6, 7, 1], 2), ([8, 9, 1], 1)], learn_prompt=False)
    assert tokens.tolist() == [[5, 6, 7, 1], [8, 9, 1, 0]]
    assert labels.tolist() == [[IGNORED, IGNORED, 7, 1], [IGNORED, 9, 1, IGNORED]]


def test_batches_hold_every_row_once_an_epoch_within_the_budget() -> None:
    rows = [([i] * (3 + i % 5), 1) for i in range(1, 40)]
    config = ScratchConfig(batch_tokens=64)
    stream = batch_stream(rows, config, random.Random(0))
    seen = []
    while len(seen) < len(rows):
        tokens, _ = next(stream)
        assert tokens.numel() <= 64
        seen += tokens[:, 0].tolist()
    assert sorted(seen) == list(range(1, 40))


def test_the_rate_rises_then_falls_to_a_tenth() -> None:
    config = ScratchConfig(steps=100, warmup_steps=10)
    shares = [schedule(step, config) for step in range(101)]
    assert max(shares) == shares[9] == 1.0
    assert abs(shares[100] - 0.1) < 1e-9


def test_texts_are_careful_in_the_configured_share() -> None:
    config = ScratchConfig(rows=2000, drill_share=0.0, careful_share={"Algebra": 0.3})
    texts = draw_texts(config, 0)
    careful = sum(recognise(text).solution.completion == written for text, written in texts)
    assert 0.25 < careful / 2000 < 0.35
    assert texts == draw_texts(config, 0) != draw_texts(config, 1)


def test_the_same_seed_gives_the_same_student_and_transformers_loads_it(tmp_path: Path) -> None:
    first = train_scratch(TINY, 0, tmp_path / "a")
    second = train_scratch(TINY, 0, tmp_path / "b")
    assert first.read_text() == second.read_text()
    model = AutoModelForCausalLM.from_pretrained(first.parent)
    tokenizer = AutoTokenizer.from_pretrained(first.parent)
    prompt = tokenizer(["1+1=?\n"], return_tensors="pt")
    assert model(input_ids=prompt["input_ids"]).logits.shape[-1] == len(tokenizer)
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id
    assert model.dtype == torch.float32


def test_a_killed_training_goes_on_and_gives_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TINY.model_copy(update={"steps": 6})
    whole = train_scratch(config, 3, tmp_path / "whole").parent
    monkeypatch.setattr(checkpoint, "SECONDS", 0)
    forward, calls = scratch._step, []

    def killed_at_the_fifth(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return forward(*arguments)

    monkeypatch.setattr(scratch, "_step", killed_at_the_fifth)
    work = tmp_path / "work"
    with pytest.raises(KeyboardInterrupt):
        train_scratch(config, 3, tmp_path / "killed", work_dir=work)
    resumed = train_scratch(config, 3, tmp_path / "killed", work_dir=work).parent
    assert len(calls) == 5 + 2
    assert not list(work.iterdir())
    same = [(folder / "model.safetensors").read_bytes() for folder in (whole, resumed)]
    assert same[0] == same[1]


def test_a_checkpoint_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SECONDS", 0)
    monkeypatch.setattr(scratch, "save_student", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train_scratch(TINY, 3, tmp_path / "student", work_dir=tmp_path)
    kept = next(tmp_path.glob("*.pt"))
    kept.write_bytes(kept.read_bytes()[:100])
    with pytest.raises(SwsError, match=rf"(?s){kept.name}.*remove it"):
        train_scratch(TINY, 3, tmp_path / "student", work_dir=tmp_path)
