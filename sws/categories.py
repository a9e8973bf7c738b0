"""The seven categories of MATH and the spellings under which they are met."""

import re

CATEGORIES = (
    "Prealgebra",
    "Algebra",
    "Intermediate Algebra",
    "Geometry",
    "Counting & Probability",
    "Number Theory",
    "Precalculus",
)
OTHER = "Other"


def _key(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower().replace("and", ""))


_BY_KEY = {_key(name): name for name in CATEGORIES}


def normalise_category(name: str | None) -> str | None:
    """The category's standard name (`Counting_and_probability` is known too), or None."""
    return _BY_KEY.get(_key(name)) if name else None
