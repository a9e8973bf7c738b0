"""Two students' weights beside each other."""

from collections.abc import Mapping

import torch

Weights = Mapping[str, torch.Tensor]


def apart(one: Weights, other: Weights) -> float:
    """The mean difference between their weights.

    Adam makes steps of any size of gradients next to zero, which differ by rounding, so that single
    weights may lie apart where the rest are equal.
    """
    total = sum(float((one[name] - other[name]).abs().sum()) for name in one)
    return total / sum(weight.numel() for weight in one.values())
