"""The arithmetic of memory, against real models on a CPU, and the pages and plans made of it."""

from pathlib import Path

import pytest
import torch
from peft import get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from sws.config import load
from sws.config.rl import RLConfig
from sws.gpus import Cards
from sws.planning.memory import Run, activations, fewest, memory, problems, vllm_need
from sws.planning.memory_table import PAGE, PRESETS, with_table
from sws.planning.plan import plan
from sws.planning.project import Project
from sws.planning.shapes import KNOWN, from_config, shape_of
from sws.rl.lora import lora_config

SEVEN = KNOWN["Qwen2.5-7B"]
SMALL = {
    "vocab_size": 320,
    "hidden_size": 256,
    "intermediate_size": 688,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
}


def model_of(layers: int) -> LlamaForCausalLM:
    return LlamaForCausalLM(
        LlamaConfig(num_hidden_layers=layers, attn_implementation="sdpa", **SMALL)
    )


def kept(model: LlamaForCausalLM, tokens: int) -> int:
    """Bytes that the model keeps for its backward pass in mixed precision, without its weights."""
    weights = {p.untyped_storage().data_ptr() for p in model.parameters()}
    matrices = {tuple(p.shape) for p in model.parameters()}
    matrices |= {shape[::-1] for shape in matrices}
    sizes: dict[int, int] = {}
    held = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        cast = tensor.dtype == torch.bfloat16 and tuple(tensor.shape) in matrices
        if storage.data_ptr() not in weights and not cast:
            sizes[storage.data_ptr()] = storage.nbytes()
            held.append(tensor)  # or its memory would be used again
        return tensor

    hooks = torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor)
    with hooks, torch.autocast("cpu", torch.bfloat16):
        model.model(torch.ones(1, tokens, dtype=torch.long))
    return sum(sizes.values())


def test_a_layer_keeps_the_bytes_that_are_planned() -> None:
    tokens = 127  # not the side of any weight
    measured = (kept(model_of(3), tokens) - kept(model_of(1), tokens)) / 2 / tokens
    planned = activations(from_config(model_of(1).config.to_dict()))
    assert measured == pytest.approx(planned, rel=0.03)


def test_parameters_are_counted_as_they_are() -> None:
    model = model_of(2)
    shape = from_config(model.config.to_dict())
    assert sum(p.numel() for p in model.parameters()) == pytest.approx(shape.parameters, rel=0.002)
    adapted = get_peft_model(model, lora_config(RLConfig(lora_rank=4)))
    trained = sum(p.numel() for p in adapted.parameters() if p.requires_grad)
    assert trained == 4 * shape.linear_sides


@pytest.mark.parametrize(
    ("name", "billions"), [("3B", 3.09), ("7B", 7.62), ("14B", 14.77), ("32B", 32.76)]
)
def test_the_papers_models_have_their_published_sizes(name: str, billions: float) -> None:
    assert KNOWN[f"Qwen2.5-{name}"].parameters / 1e9 == pytest.approx(billions, rel=0.002)


def test_a_model_known_by_its_size_alone_is_like_its_kin() -> None:
    guessed = shape_of("org/Some-9B-Base")
    assert guessed is not None and guessed.parameters / 1e9 == pytest.approx(9, rel=0.05)
    assert shape_of("org/unnamed") is None


def test_a_whole_update_at_once_does_not_fit_anywhere() -> None:
    """What the 7B preset once asked for: 256 completions of 9,216 tokens on each of eight GPUs."""
    asked = RLConfig(completions_per_device=256)
    need = memory(Run.of(asked, SEVEN, 9216, 8), 80)
    assert need.layers / 1e9 == pytest.approx(473, abs=1)
    assert fewest(asked, SEVEN, 9216, 141) is None


def test_what_does_not_fit_is_said_with_its_parts() -> None:
    config = load("qwen2.5-7b").arms.training
    assert not list(problems(Run.of(config, SEVEN, 9216, 8), 80))
    learning, sampling = problems(Run.of(config, SEVEN, 9216, 1), 80)
    assert "learning takes" in learning and "optimizer 61" in learning
    assert "do not fit beside 139 GB" in sampling
    alone = load("qwen2.5-32b", {"arms": {"training": {"vllm_tensor_parallel_size": 1}}})
    (vllm,) = problems(Run.of(alone.arms.training, KNOWN["Qwen2.5-32B"], 9216, 32), 80)
    assert "vLLM needs" in vllm  # each GPU a copy of its own


def test_seven_billion_fit_one_card_with_adapters() -> None:
    config = load("qwen2.5-7b+lora").arms.training
    run = Run.of(config, SEVEN, 9216, 1)
    assert not run.sharded and memory(run, 40).vllm == 0
    assert not list(problems(run, 80)) and not list(problems(run, 40))
    assert list(problems(run, 24)) and vllm_need(run) < 0.47 * 40e9
    elsewhere = load(
        "qwen2.5-7b+lora", {"arms": {"training": {"vllm_server": "http://127.0.0.1:8000"}}}
    )
    assert not list(problems(Run.of(elsewhere.arms.training, SEVEN, 4096, 1), 24))


def test_thirty_two_billion_fit_four_nodes_and_not_one() -> None:
    config, shape = load("qwen2.5-32b").arms.training, KNOWN["Qwen2.5-32B"]
    assert fewest(config, shape, 9216, 80) == 32


def test_the_table_in_the_documentation_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run: python -m sws.planning.memory_table"
    assert all(f"`{preset}`" in page for preset in PRESETS)


def test_a_plan_warns_before_a_run_that_cannot_fit(tmp_path: Path) -> None:
    config, project = load("qwen2.5-7b"), Project("qwen2.5-7b", tmp_path)
    small = "\n".join(plan(config, project, cards=Cards(1, 80)).notes)
    assert "WARNING: initial: training cannot fit on 1 x 80 GB" in small
    enough = "\n".join(plan(config, project, cards=Cards(8, 80)).notes)
    assert "8 of 80 GB" in enough and "WARNING" not in enough
    tiny = plan(load("micro"), Project("micro", tmp_path), cards=Cards(1, 8)).notes
    assert not any("billion" in note for note in tiny)
