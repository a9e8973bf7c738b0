"""The journal says how far the sampler's probabilities are from the trainer's."""

from typing import Any

import pytest
import torch

from sws.rl.ratio import sampler_ratio


def batch(**changes: Any) -> dict[str, Any]:
    made = {
        "completion_mask": torch.tensor([[1, 1], [1, 0]]),
        "tool_mask": torch.tensor([[1, 1], [1, 1]]),
        "old_per_token_logps": torch.log(torch.tensor([[0.5, 0.2], [0.4, 1.0]])),
        "sampling_per_token_logps": torch.log(torch.tensor([[0.25, 0.2], [0.8, 0.1]])),
        "num_items_in_batch": torch.tensor(3),
    }
    return made | changes


def not_needed(_: dict[str, Any]) -> torch.Tensor:
    raise AssertionError


def test_the_ratio_is_over_learned_tokens_alone() -> None:
    found = sampler_ratio(batch(), not_needed)
    assert found["sampler_ratio"] == pytest.approx((2 + 1 + 0.5) / 3)
    assert found["sampler_ratio_max"] == pytest.approx(2)
    assert found["sampler_gap"] == pytest.approx(2 * 0.693147 / 3, abs=1e-5)
    masked = sampler_ratio(batch(tool_mask=torch.tensor([[0, 0], [1, 1]])), not_needed)
    assert masked["sampler_ratio_max"] == pytest.approx(0.5)


def test_what_the_sampler_could_not_score_is_left_out() -> None:
    scored = torch.tensor([[float("nan"), -1.0], [-1.0, 0.0]])
    found = sampler_ratio(
        batch(sampling_per_token_logps=scored, old_per_token_logps=torch.full((2, 2), -1.0)),
        not_needed,
    )
    assert found == {"sampler_gap": 0, "sampler_ratio": 1, "sampler_ratio_max": 1}


def test_some_rows_are_scored_where_trl_scored_none() -> None:
    asked = batch()
    del asked["old_per_token_logps"]
    found = sampler_ratio(asked, lambda rows: rows["sampling_per_token_logps"] + 1)
    assert found["sampler_gap"] == pytest.approx(1)


def test_a_sampler_without_probabilities_has_no_ratio() -> None:
    assert sampler_ratio({"completion_mask": torch.ones(1, 1)}, not_needed) == {}
