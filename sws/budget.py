"""The budget: how weak each category is, and a total shared out accordingly (SwS, Eq. 5)."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TypedDict

from sws.errors import SwsError
from sws.store import write_json


class Weight(TypedDict):
    """A category's problems, how many of them failed, and its share of the budget."""

    problems: int
    failed: int
    failure_ratio: float
    weight: float


def category_weights(
    problems: Mapping[str, int],
    failed: Mapping[str, int],
    counted: Mapping[str, int] | None = None,
) -> dict[str, Weight]:
    """Each category's failure ratio F_D and its share of their sum (SwS, Eq. 5).

    With `counted`, weights follow from these of the failed problems alone. All weights are 0 when
    nothing failed.
    """
    ratios = {category: failed.get(category, 0) / problems[category] for category in problems}
    decisive = failed if counted is None else counted
    shares = {category: decisive.get(category, 0) / problems[category] for category in problems}
    total = sum(shares.values())
    return {
        category: {
            "problems": problems[category],
            "failed": failed.get(category, 0),
            "failure_ratio": ratio,
            "weight": shares[category] / total if total else 0.0,
        }
        for category, ratio in sorted(ratios.items())
    }


def write_weights(path: Path, weights: Mapping[str, Weight]) -> None:
    """Write the weights as JSON, by category."""
    write_json(path, weights)


def read_weights(path: Path) -> dict[str, float]:
    """The weight of each category, from the file that `write_weights` writes.

    Raises SwsError when it is not one.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {category: float(row["weight"]) for category, row in content.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SwsError(
            f"{path}: not a file of category weights ({error})",
            expected='{category: {"weight": number, ...}}',
            fix="run the stage `failures` again",
        ) from None


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


def share_out(
    total: int, weights: Mapping[str, float], available: Mapping[str, int]
) -> dict[str, int]:
    """How many of the available items to take of each category: Eq. 5, as far as they reach.

    What a category lacks goes to the others by the same weights.
    """
    taken = dict.fromkeys(weights, 0)
    left = min(total, sum(available.get(name, 0) for name, weight in weights.items() if weight))
    while left:
        open_weights = {
            name: weight
            for name, weight in weights.items()
            if weight and taken[name] < available.get(name, 0)
        }
        for name, asked in largest_remainders(left, open_weights).items():
            given = min(asked, available[name] - taken[name])
            taken[name] += given
            left -= given
    return taken
