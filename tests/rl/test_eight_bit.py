"""The optimizer in eight bits is the real one of bitsandbytes, which also runs on a CPU."""

from pathlib import Path

import pytest
import torch
from bitsandbytes.optim import AdamW
from safetensors.torch import load_file

from sws.config.rl import RLConfig
from sws.rl import run
from sws.rl.rollouts import Rollouts
from tests.rl import rigged
from tests.rl.job import PROBLEMS


@pytest.mark.parametrize("optimizer", ["adamw_8bit", "paged_adamw_8bit"])
def test_training_keeps_its_moments_in_a_byte_each(
    optimizer: str, student: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "open_verifier", lambda *_, **__: rigged.RiggedVerifier())
    monkeypatch.setattr(Rollouts, "_complete", rigged.complete)
    built, build = [], run.build_trainer

    def watched(*arguments: object) -> object:
        built.append(build(*arguments))  # type: ignore[arg-type]
        return built[-1]

    monkeypatch.setattr(run, "build_trainer", watched)
    config = RLConfig(
        steps=2,
        prompts_per_step=4,
        group_size=4,
        updates_per_step=1,
        learning_rate=1e-2,
        warmup_steps=0,
        optimizer=optimizer,
        threads=1,
    )
    made = run.train(config, student, PROBLEMS, tmp_path, "run", 1, max_tokens=8)
    optimizer_used = built[0].optimizer.optimizer
    assert isinstance(optimizer_used, AdamW)
    assert optimizer_used.is_paged == optimizer.startswith("paged")
    # Not those of embeddings, which transformers leaves in 32 bits, nor of fewer than 4,096 values.
    for name, weights in built[0].model.named_parameters():
        in_bytes = "_proj" in name and weights.numel() >= 4096
        moments = {optimizer_used.state[weights][one].dtype for one in ("state1", "state2")}
        assert moments == {torch.uint8 if in_bytes else torch.float32}, name
    assert any(weights.numel() >= 4096 for weights in built[0].model.model.layers.parameters())
    before = load_file(student / "model.safetensors")
    after = load_file(made.student.parent / "model.safetensors")
    assert max(float((after[n] - before[n]).abs().max()) for n in before) > 1e-3
