"""LoRA with the real peft: adapters are trained, kept in checkpoints, and merged at the end."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl.lora import lora_config
from sws.rl.rollouts import Rollouts
from sws.rl.run import train
from sws.rl.trainer import load_model
from tests.rl import rigged
from tests.rl.job import PROBLEMS

LORA = {
    "steps": 4,
    "prompts_per_step": 4,
    "group_size": 4,
    "updates_per_step": 1,
    "learning_rate": 1e-2,
    "warmup_steps": 0,
    "save_steps": 2,
    "lora_rank": 4,
    "threads": 1,
}


@pytest.fixture
def weights_after(
    student: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, torch.Tensor]]:
    """Train on rewards that follow from the tokens alone, so that something is learned."""
    monkeypatch.setattr("sws.rl.run.open_verifier", lambda *_, **__: rigged.RiggedVerifier())
    monkeypatch.setattr(Rollouts, "_complete", rigged.complete)

    def run(out: Path, **changes: object) -> dict[str, torch.Tensor]:
        config = RLConfig(**LORA | changes)
        made = train(config, student, PROBLEMS, out, "run", 1, max_tokens=8)
        return load_file(made.student.parent / "model.safetensors")

    return run


def test_the_student_has_the_adapters_in_its_weights(
    student: Path, tmp_path: Path, weights_after: Callable[..., dict[str, torch.Tensor]]
) -> None:
    before, after = load_file(student / "model.safetensors"), weights_after(tmp_path)
    assert after.keys() == before.keys()  # plain files, which any engine loads
    changed = {name for name in after if not torch.equal(after[name], before[name])}
    assert changed == {name for name in after if "_proj" in name}
    for name in changed:  # the change of a matrix has the rank of its adapters
        assert torch.linalg.matrix_rank(after[name] - before[name], rtol=1e-3) <= 4


def test_a_run_that_was_stopped_goes_on_with_its_adapters(
    tmp_path: Path,
    weights_after: Callable[..., dict[str, torch.Tensor]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = weights_after(tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr(Rollouts, "close_step", stop_at_step_three)
        with pytest.raises(KeyboardInterrupt):
            weights_after(tmp_path / "stopped")
    # Memory settings are not the run's identity: it resumes with fewer completions per device.
    resumed = weights_after(tmp_path / "stopped", completions_per_device=4)
    assert max(float((whole[name] - resumed[name]).abs().max()) for name in whole) < 1e-6


CLOSE = Rollouts.close_step


def stop_at_step_three(self: Rollouts, **metrics: float) -> None:
    if self._metrics["step"] == 3:
        raise KeyboardInterrupt
    CLOSE(self, **metrics)


def test_what_lora_needs_is_named(student: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    with pytest.raises(SwsError, match="lora_rank under FSDP"):
        load_model(RLConfig(**LORA), student, bf16=False)
    monkeypatch.setattr("sws.rl.lora.importlib.util.find_spec", lambda _: None)
    with pytest.raises(SwsError, match="needs the package peft"):
        lora_config(RLConfig(**LORA))


def test_frozen_weights_are_held_in_sixteen_bits_on_a_gpu(student: Path) -> None:
    assert load_model(RLConfig(**LORA), student, bf16=True).dtype == torch.bfloat16
    assert load_model(RLConfig(), student, bf16=True).dtype == torch.float32
