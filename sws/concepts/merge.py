"""Merge: near-identical concept names of one category become one concept."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sws.embedding import Matrix, unit_rows
from sws.identity import normalise

#: Rows compared at a time; memory is a few blocks squared, whatever the number of names.
BLOCK = 2048

_QUOTES = re.compile(r"[\"'`´‘’“”$]")
# Kept: a dash inside a formula (a minus) and a full stop inside a number (a decimal point).
_DASH = "[-‐‑–—/]"
_PUNCTUATION = re.compile(
    rf"[,;:!?()\[\]{{}}]|\.(?!\d)|(?<=[^\W\d]{{2}}){_DASH}|{_DASH}(?=[^\W\d]{{2}})"
)
_ARTICLES = {"a", "an", "the"}
# Words that change the meaning of a concept but hardly move its sentence embedding.
_CONTRASTS = {
    *("with", "without", "no", "not", "non", "one", "two", "three", "four", "five", "odd", "even"),
    *("horizontal", "vertical", "row", "column", "dependent", "independent"),
    *("rational", "irrational"),
}


@dataclass(frozen=True)
class Merged:
    """The concepts of one category: names (C), the concept of each spelling, vectors (C, d)."""

    names: list[str]
    concept_of: dict[str, int]
    vectors: Matrix


def merge(
    spellings: Mapping[str, int], embed: Callable[[Sequence[str]], Matrix], similarity: float
) -> Merged:
    """Merge spellings, given with their frequencies, into concepts.

    Spellings that fold to the same key are one. Then, from the most frequent name down, a name
    joins the first concept whose cosine similarity with it is at least `similarity` and whose
    numbers and contrasting words are the same; else it is a concept of its own. Joining a
    concept's own name, and not just any member, keeps chains of likeness from growing together.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for spelling in spellings:
        groups[fold(spelling)].append(spelling)
    best = {
        key: min(group, key=lambda name: (-spellings[name], name)) for key, group in groups.items()
    }
    weight = {key: sum(spellings[name] for name in group) for key, group in groups.items()}
    keys = sorted(groups, key=lambda key: (-weight[key], best[key]))
    vectors = embed([best[key] for key in keys])
    leader = _leaders_by_mark([_marks(key) for key in keys], unit_rows(vectors), similarity)
    concepts, concept_of_key = np.unique(leader, return_inverse=True)
    return Merged(
        names=[best[keys[i]] for i in concepts],
        concept_of={
            spelling: int(concept)
            for key, concept in zip(keys, concept_of_key, strict=True)
            for spelling in groups[key]
        },
        vectors=vectors[concepts],
    )


def fold(name: str) -> str:
    """A key without letter case, articles, punctuation and plural endings."""
    text = _PUNCTUATION.sub(" ", _QUOTES.sub("", normalise(name).casefold()))
    words = [_singular(word) for word in text.split() if word not in _ARTICLES]
    return " ".join(words) or name


def _singular(word: str) -> str:
    """A key for singular and plural; regular endings only; the embedding handles the rest."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("xes", "shes", "ches", "sses", "zzes")) else word[:-1]


def _marks(key: str) -> frozenset[str]:
    """What must be equal in two names that are one concept: numbers and contrasting words."""
    words = set(key.split())
    return frozenset(w for w in words if w in _CONTRASTS or any(c.isdigit() for c in w))


def _leaders_by_mark(
    marks: Sequence[frozenset[str]], unit: Matrix, similarity: float
) -> npt.NDArray[np.intp]:
    """`leaders` among the rows with the same marks, as indices into all rows."""
    alike: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for i, mark in enumerate(marks):
        alike[mark].append(i)
    result = np.arange(len(unit))
    for members in alike.values():
        where = np.array(members)
        result[where] = where[leaders(unit[where], similarity)]
    return result


def leaders(unit: Matrix, similarity: float) -> npt.NDArray[np.intp]:
    """(n,) index of the row that each of (n, d) rows of length 1 joins, itself for a leader.

    In order, a row joins the first leader before it with a dot product of at least `similarity`.
    """
    result = np.arange(len(unit))
    chosen: list[int] = []
    for start in range(0, len(unit), BLOCK):
        open_rows = np.arange(start, min(start + BLOCK, len(unit)))
        for first in range(0, len(chosen), BLOCK):
            candidates = np.array(chosen[first : first + BLOCK])
            near = unit[open_rows] @ unit[candidates].T >= similarity
            joins = near.any(axis=1)
            result[open_rows[joins]] = candidates[near[joins].argmax(axis=1)]
            open_rows = open_rows[~joins]
        near = unit[open_rows] @ unit[open_rows].T >= similarity
        is_open = np.ones(len(open_rows), dtype=bool)
        for i, row in enumerate(open_rows):
            if is_open[i]:
                chosen.append(int(row))
                result[open_rows[is_open & near[i]]] = row
                is_open &= ~near[i]
    return result
