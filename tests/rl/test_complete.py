"""Which processes sample alike: those whose GPUs share one vLLM, and nobody else."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from sws.config.rl import RLConfig
from sws.rl.complete import seed_sampler
from sws.rl.rollouts import Rollouts


class Seeded(Exception):
    """Raised with the seed, where a step would begin to sample."""


def drawn() -> tuple[float, float]:
    """What the two generators give that a vLLM may sample from: of a CPU, and of a GPU."""
    return float(torch.rand(1)), float(np.random.random())


def test_both_of_vllms_generators_start_from_the_seed() -> None:
    seed_sampler(2**40 + 1)  # more than NumPy takes
    first = drawn()
    assert drawn() != first
    seed_sampler(2**40 + 1)
    assert drawn() == first
    seed_sampler(2**40 + 2)
    again = drawn()
    assert again[0] != first[0] and again[1] != first[1]


@pytest.mark.parametrize(
    ("sharing", "use_vllm", "samplers"),
    [(2, True, [0, 0, 1, 1]), (1, True, [0, 1, 2, 3]), (2, False, [0, 1, 2, 3])],
)
def test_the_ranks_of_one_vllm_have_one_seed(
    sharing: int, use_vllm: bool, samplers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(seed: int) -> None:
        raise Seeded(seed)

    monkeypatch.setattr("sws.rl.rollouts.seed_sampler", stop)
    nobody = cast(Any, None)
    config = RLConfig(vllm_tensor_parallel_size=sharing, updates_per_step=1)
    rollouts = Rollouts(config, {}, nobody, nobody, nobody, 1, nobody)

    def seed_of(rank: int, step: int) -> int:
        accelerator = SimpleNamespace(process_index=rank, num_processes=4)
        state = SimpleNamespace(global_step=step)
        trainer = SimpleNamespace(accelerator=accelerator, state=state, use_vllm=use_vllm)
        with pytest.raises(Seeded) as seeded:
            rollouts([], cast(Any, trainer))
        return int(seeded.value.args[0])

    seeds = [seed_of(rank, step=0) for rank in range(4)]
    alike = list(dict.fromkeys(seeds))
    assert [alike.index(seed) for seed in seeds] == samplers
    assert not {seed_of(rank, step=1) for rank in range(4)} & set(seeds)
