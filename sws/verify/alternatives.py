"""A gold answer of alternatives, any of which is right: `{"any_of": ["x = 2", "x = -2"]}`.

It is text like any other gold answer, so that it travels through every table; only a data set or
the configuration makes it, and a model that writes it neither votes nor is graded correct.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache

KEY = "any_of"
_START = f'{{"{KEY}": ['


def any_of(answers: Sequence[str]) -> str:
    """The gold answer of which any of the answers is right; a single one is itself."""
    distinct = list(dict.fromkeys(answers))
    return distinct[0] if len(distinct) == 1 else json.dumps({KEY: distinct}, ensure_ascii=False)


def has_alternatives(text: str) -> bool:
    """Whether a text is a gold answer of alternatives."""
    return text.startswith(_START) and alternatives(text) != (text,)


def alternatives(gold: str) -> tuple[str, ...]:
    """The answers of which any is right; of any other gold answer, itself."""
    return _alternatives(gold) if gold.startswith(_START) else (gold,)


@lru_cache(4096)  # each sample of a problem asks again
def _alternatives(gold: str) -> tuple[str, ...]:
    try:
        value = json.loads(gold)
    except (ValueError, RecursionError):
        return (gold,)
    answers = value[KEY]
    whole = len(value) == 1 and answers and all(isinstance(one, str) for one in answers)
    return tuple(answers) if whole else (gold,)


def share_one(one: str, other: str, equal: Callable[[str, str], bool | None]) -> bool:
    """Whether two gold answers have an answer in common."""
    return any(equal(one, alternative) for alternative in alternatives(other))


def differing(gold: str, equal: Callable[[str, str], bool | None]) -> str:
    """The gold answer without alternatives that are an earlier one in another spelling."""
    if not has_alternatives(gold):
        return gold
    found: list[str] = []
    for one in alternatives(gold):
        if not any(equal(earlier, one) for earlier in found):
            found.append(one)
    return any_of(found)
