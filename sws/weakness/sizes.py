"""How many problems each category of the whole set has, where histories are of some of them."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sws.categories import normalise_category
from sws.errors import SwsError


def read_totals(path: Path, problems: Mapping[str, int]) -> Counter[str]:
    """How many problems each category of the whole set has.

    Raises SwsError when the file is something else, or has fewer of a category than `problems`.
    """
    expected = '{"Algebra": 3237, ...}, at least as many as there are histories'
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        counts = {normalise_category(k) or k: int(n) for k, n in content.items()}
        totals = Counter({category: count for category, count in counts.items() if count > 0})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SwsError(f"{path}: not totals by category ({error})", expected=expected) from None
    for category, count in problems.items():
        if totals[category] < count:
            raise SwsError(
                f"{path}: {totals[category]} problems of {category}, but {count} histories",
                expected=expected,
            )
    return totals
