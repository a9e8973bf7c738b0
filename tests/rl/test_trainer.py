import pytest
import torch

from sws.config.rl import RLConfig
from sws.errors import SwsError
from sws.rl.trainer import grpo_arguments, rows_with_gradient


def test_the_objective_is_that_of_the_paper(tmp_path):
    arguments = grpo_arguments(RLConfig(), tmp_path, 1, 1.0, 1.0, 64)
    assert (arguments.epsilon, arguments.epsilon_high, arguments.beta) == (0.2, 0.28, 0.0)
    assert (arguments.loss_type, arguments.scale_rewards) == ("dapo", "group")
    assert arguments.generation_batch_size == 1024 * 8
    assert arguments.per_device_train_batch_size == 256 * 8  # the paper's mini-batch, in rollouts


def test_accumulation_fills_an_update(tmp_path):
    config = RLConfig(
        prompts_per_step=8, group_size=4, updates_per_step=2, completions_per_device=4
    )
    arguments = grpo_arguments(config, tmp_path, 1, 1.0, 1.0, 64)
    assert arguments.gradient_accumulation_steps == 4
    assert arguments.generation_batch_size == 32


def test_a_batch_that_does_not_divide_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(SwsError, match="3 processes"):
        grpo_arguments(RLConfig(prompts_per_step=16, updates_per_step=1), tmp_path, 1, 1.0, 1.0, 64)


def test_rows_without_gradient_and_their_padding_are_left_out():
    inputs = {
        "prompt_ids": torch.tensor([[5, 6, 7], [0, 0, 8], [0, 9, 9]]),
        "prompt_mask": torch.tensor([[1, 1, 1], [0, 0, 1], [0, 1, 1]]),
        "completion_ids": torch.tensor([[1, 2, 3, 4], [1, 2, 0, 0], [1, 0, 0, 0]]),
        "completion_mask": torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]),
        "advantages": torch.tensor([0.0, 0.5, -0.5]),
        "num_items_in_batch": torch.tensor(7),
    }
    kept = rows_with_gradient(inputs)
    assert kept["prompt_ids"].tolist() == [[0, 8], [9, 9]]
    assert kept["completion_ids"].tolist() == [[1, 2], [1, 0]]
    assert kept["advantages"].tolist() == [0.5, -0.5]
    assert kept["num_items_in_batch"] == 7  # still the tokens of the whole batch


def test_a_batch_without_any_gradient_keeps_one_row():
    ones = torch.ones(2, 3, dtype=torch.long)
    inputs = {
        "prompt_ids": ones,
        "prompt_mask": ones,
        "completion_ids": ones,
        "completion_mask": ones,
        "advantages": torch.zeros(2),
    }
    assert len(rows_with_gradient(inputs)["advantages"]) == 1
