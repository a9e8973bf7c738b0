"""The categories of problems: MATH's seven or the user's own, and the spellings they come in."""

import re
from collections.abc import Iterable, Mapping

#: The categories of MATH, the default.
CATEGORIES = (
    "Prealgebra",
    "Algebra",
    "Intermediate Algebra",
    "Geometry",
    "Counting & Probability",
    "Number Theory",
    "Precalculus",
)
#: The categories of the textbook's primer, which a small pre-trained model sometimes solves.
PRIMER = ("Adding", "Subtracting", "Comparing", "Sequences")
#: The sources that are embedded, with their categories.
BOOKS = {"textbook": CATEGORIES, "primer": PRIMER}
OTHER = "Other"

# What separates the parts of "Mathematics -> Algebra -> Vieta's formulas".
_PATH = re.compile(r"\s*(?:->|[>/|;,\u2192])\s*")


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold().replace("and", ""))


def _parts(said: str) -> tuple[str, ...]:
    """A category, then the parts of its path from the last on."""
    return said, *reversed(_PATH.split(said))


def names_in(said: str | None, names: Iterable[str]) -> set[str]:
    """Those of some names that a category is, or that are part of its path."""
    keys = set(map(_key, _parts(said))) if said else set()
    return {name for name in names if _key(name) in keys}


class Categories:
    """The names in force, and how a data set's own names are read as them."""

    def __init__(self, names: Iterable[str] = CATEGORIES) -> None:
        self.names = tuple(names)
        self._by_key = {_key(name): name for name in self.names}

    def normalise(self, name: str | None) -> str | None:
        """The standard name (`Counting_and_probability` is known too), or None."""
        return self._by_key.get(_key(name)) if name else None

    def find(self, said: str | None, mapping: Mapping[str, str] | None = None) -> str | None:
        """The category that a data set says: mapped, known, or the last known part of a path."""
        if not said:
            return None
        mapped = {_key(name): to for name, to in (mapping or {}).items()}
        for part in _parts(said):
            if found := self.normalise(mapped.get(_key(part), part)):
                return found
        return None


_MATH = Categories()


def normalise_category(name: str | None) -> str | None:
    """The standard name of a category of MATH, or None."""
    return _MATH.normalise(name)
