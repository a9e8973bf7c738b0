"""Budgets: a total shared out by weights (SwS, Eq. 5), to the last item."""

from collections.abc import Mapping
from fractions import Fraction


def largest_remainders(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Integer shares of `total` in proportion to the weights, which sum to it exactly.

    Every share is its exact quota rounded down, or up for the largest remainders; of equal
    remainders the name that sorts first wins. Weights need not sum to 1. All shares are 0 when
    all weights are. Raises ValueError for a negative total or a weight that is not finite and
    at least 0.
    """
    if total < 0:
        raise ValueError(f"a total of {total}")
    try:
        exact = {name: Fraction(weight) for name, weight in weights.items()}
    except (ValueError, OverflowError):
        raise ValueError(f"weights that are not finite: {dict(weights)}") from None
    if any(weight < 0 for weight in exact.values()):
        raise ValueError(f"negative weights: {dict(weights)}")
    whole = sum(exact.values(), Fraction())
    if not whole:
        return dict.fromkeys(weights, 0)
    quotas = {name: total * weight / whole for name, weight in exact.items()}
    shares = {name: int(quota) for name, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda name: (shares[name] - quotas[name], name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares
