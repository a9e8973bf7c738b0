"""GPUs and memory of each rule follow from the models that its preset names."""

import pytest

from sws.config import load
from sws.planning.models import billions
from sws.planning.needs import gpus, gpus_of, memory_mb

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"


@pytest.mark.parametrize(
    ("rule", "on_40", "on_80"),
    [
        ("seed", 4, 2),  # a categorizer of 70 billion parameters
        ("extract", 4, 2),
        ("concepts", 1, 1),  # an embedder of 8
        ("generate", 4, 2),
        ("judge:llama", 4, 2),
        ("judge:qwen", 4, 2),  # 72
        ("label", 1, 1),
        ("difficulty", 1, 1),
        ("evaluate", 1, 1),
        ("attempts", 1, 1),
        ("examine", 1, 1),
        ("select", 1, 1),
        ("bank", 4, 2),
        ("train", 8, 8),
    ],
)
def test_the_papers_preset(rule: str, on_40: int, on_80: int) -> None:
    config = load("qwen2.5-7b")
    assert gpus(config, rule, 40, 8) == on_40
    assert gpus(config, rule, 80, 8) == on_80
    assert gpus(config, rule, 80, 0) == 0  # a cluster without


@pytest.mark.parametrize(("rule", "on_40"), [("label", 2), ("difficulty", 2), ("evaluate", 2)])
def test_thirty_two_billion_take_two_cards(rule: str, on_40: int) -> None:
    assert gpus(load("qwen2.5-32b"), rule, 40, 8) == on_40


def test_roles_that_need_no_gpu() -> None:
    micro = load("micro")
    assert [gpus(micro, rule, 80, 8) for rule in ("seed", "extract", "judge:strict", "label")] == (
        [0, 0, 0, 0]
    )
    assert gpus(micro, "concepts", 80, 8) == 0  # an embedder of 23 million parameters
    known = load("qwen2.5-7b", {"seed_set": {"columns": {"category": "subject"}}})
    assert gpus(known, "seed", 80, 8) == 0  # nothing to categorize


def test_the_gpus_of_a_server_are_not_its_shards() -> None:
    served = {"roles": {"labeler": {"servers": 1, "data_parallel": 4}}}
    config = load("qwen2.5-7b", served)
    assert gpus(config, "label", 80, 8) == 0
    assert gpus(config, "serve:labeler", 80, 8) == 4


def test_memory_holds_the_weights() -> None:
    config = load("qwen2.5-7b")
    assert memory_mb(config, "generate", 2) > 2 * 70_000
    assert memory_mb(config, "train", 8) > 4 * 3 * 7_000
    assert memory_mb(config, "generate", 0) == 4000


def test_a_mixture_of_experts_takes_the_memory_of_all_of_them() -> None:
    assert billions("Qwen/Qwen3-30B-A3B") == 3
    assert billions("Qwen/Qwen3-30B-A3B", active=False) == 30
    assert gpus_of(30, 40) == 2
