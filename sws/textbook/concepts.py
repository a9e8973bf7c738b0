"""Spellings of a concept's name, and the one key for all of them."""

import random
import re
from collections.abc import Iterable
from functools import lru_cache

from sws.textbook.unit import Unit
from sws.textbook.units import ALL_UNITS

_SYNONYMS = {
    "averages": "arithmetic mean",
    "common difference": "difference of consecutive terms",
    "complementary angles": "angles that sum to 90 degrees",
    "counting outcomes": "enumeration of outcomes",
    "decomposition of figures": "cutting figures into parts",
    "exponential growth": "repeated doubling",
    "function evaluation": "evaluating functions",
    "greatest common divisor": "greatest common factor",
    "inverse operations": "undoing operations",
    "modular arithmetic": "arithmetic modulo n",
    "multiplication principle": "fundamental counting principle",
    "order of operations": "operator precedence",
    "perimeter": "perimeter of a figure",
    "recurrence relations": "recursive sequences",
    "remainders": "remainder after division",
    "units digit": "last digit",
    "volume of prisms": "volume of boxes",
}


def variant(name: str, rng: random.Random) -> str:
    """Another spelling of a concept: letter case, an article, number, or a synonym."""
    forms = [name.capitalize(), name.title(), f"the {name}", f"The {name}", _other_number(name)]
    if name in _SYNONYMS:
        forms.append(_SYNONYMS[name])
    return rng.choice(forms)


@lru_cache(maxsize=4096)
def concept_key(name: str) -> str:
    """The same key for all spellings of one of the textbook's concepts."""
    return _MEANING.get(_fold(name), _fold(name))


def overlap(unit: Unit, wanted: Iterable[str]) -> int:
    """How many of the wanted concepts, however spelt, the unit has."""
    return len(_KEYS_OF[unit.name] & {concept_key(name) for name in wanted})


def _other_number(name: str) -> str:
    return name[:-1] if name.endswith("s") else f"{name}s"


def _fold(name: str) -> str:
    words = re.findall(r"[a-z0-9]+", name.casefold().replace("'", ""))
    if words[:1] == ["the"]:
        words = words[1:]
    return " ".join(word.rstrip("s") or word for word in words)


_MEANING = {_fold(synonym): _fold(name) for name, synonym in _SYNONYMS.items()}
_KEYS_OF = {unit.name: {concept_key(name) for name in unit.concepts} for unit in ALL_UNITS}
