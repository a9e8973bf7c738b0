"""Which processes sample alike: those whose GPUs share one vLLM, and nobody else."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from sws.config.rl import RLConfig
from sws.rl.complete import seed_sampler
from sws.rl.rollouts import Rollouts


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
    sharing: int, use_vllm: bool, samplers: list[int]
) -> None:
    config = RLConfig(vllm_tensor_parallel_size=sharing)
    nobody = cast(Any, None)
    rollouts = Rollouts(config, {}, nobody, nobody, nobody, 1, nobody)
    trainer = cast(Any, SimpleNamespace(use_vllm=use_vllm))
    assert [rollouts._sampler_of(rank, trainer) for rank in range(4)] == samplers
