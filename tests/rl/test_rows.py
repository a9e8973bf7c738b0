"""Rows without a gradient are left out, and log-probabilities are computed without most padding."""

import torch

from sws.rl.rows import by_length, rows_with_gradient


def test_rows_without_gradient_and_their_padding_are_left_out() -> None:
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


def test_a_batch_without_any_gradient_keeps_one_row() -> None:
    ones = torch.ones(2, 3, dtype=torch.long)
    inputs = {
        "prompt_ids": ones,
        "prompt_mask": ones,
        "completion_ids": ones,
        "completion_mask": ones,
        "advantages": torch.zeros(2),
    }
    assert len(rows_with_gradient(inputs)["advantages"]) == 1


def test_rows_are_computed_with_those_of_their_length_and_come_back_in_place() -> None:
    """Two prompts of 1 and 2 tokens, completions of 1 and 5, padded to 3 and 6."""
    mask = torch.zeros(4, 9, dtype=torch.long)
    for row, (prompt, completion) in enumerate([(1, 1), (2, 5), (1, 5), (2, 1)]):
        mask[row, 3 - prompt : 3 + completion] = 1
    ids = torch.arange(36).reshape(4, 9) * mask
    widths = []

    def log_probs(ids: torch.Tensor, mask: torch.Tensor, width: int) -> torch.Tensor:
        widths.append(tuple(ids.shape))
        return ids[:, -width:].float() * mask[:, -width:]

    found = by_length(log_probs, ids, mask, 6, rows=2)
    assert widths == [(2, 7), (2, 3)]  # padded to the longest of all, both would be (2, 9)
    assert found.tolist() == (ids * mask)[:, 3:].tolist()
