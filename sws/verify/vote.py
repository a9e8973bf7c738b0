"""Self-consistency: the label of a problem, voted by the answers of several samples.

Wang et al., "Self-Consistency Improves Chain of Thought Reasoning" (2022). SwS labels its synthetic
problems so, and keeps those whose label has at least half of the samples.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sws.verify.fast import canonical
from sws.verify.notation import tidy

_UNPARSED = ("", "None")
_PATIENCE = 2  # comparisons of one answer that may run out of time before it stands alone


@dataclass(frozen=True)
class Vote:
    """The outcome of a vote.

    `share` is `n_votes` (for the label) over `n_samples` (all samples, also those without an
    answer). `groups` holds every group's label and votes, the winner first; `tied` tells that
    another group has as many votes.
    """

    label: str | None
    share: float
    n_votes: int
    n_samples: int
    groups: tuple[tuple[str, int], ...]
    tied: bool


@dataclass
class _Group:
    key: str  # what it is compared by
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def votes(self) -> int:
        return self.forms.total()

    @property
    def label(self) -> str:
        return min(self.forms, key=lambda form: (-self.forms[form], len(form), form))


def vote(answers: Sequence[str | None], equal: Callable[[str, str], bool | None]) -> Vote:
    """The answer most samples agree on, up to mathematical equality.

    Answers with one canonical form are one group; groups are joined where `equal` (None: it ran
    out of time) says so of their representatives. Samples without an answer (None, "" or "None")
    never vote but count in the share. The label is the winning group's most frequent form. The
    order of the answers plays no part: ties go to the form that sorts first.
    """
    groups = sorted(_merge(_by_canonical_form(answers), equal), key=_rank)
    if not groups:
        return Vote(None, 0.0, 0, len(answers), (), False)
    winner = groups[0]
    return Vote(
        label=winner.label,
        share=winner.votes / len(answers),
        n_votes=winner.votes,
        n_samples=len(answers),
        groups=tuple((group.label, group.votes) for group in groups),
        tied=len(groups) > 1 and groups[1].votes == winner.votes,
    )


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927); (0, 1) of no trial."""
    if n == 0:
        return 0.0, 1.0
    proportion, spread = successes / n, z * z / n
    centre = (proportion + spread / 2) / (1 + spread)
    half = z * math.sqrt(proportion * (1 - proportion) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def _rank(group: _Group) -> tuple[int, str]:
    return -group.votes, group.key


def _by_canonical_form(answers: Sequence[str | None]) -> list[_Group]:
    """Groups of answers with one canonical form, the largest first."""
    groups: dict[str, _Group] = {}
    for answer in answers:
        if answer is None or answer.strip() in _UNPARSED:
            continue
        key = canonical(answer) or tidy(answer)
        groups.setdefault(key, _Group(key)).forms[answer.strip()] += 1
    return sorted(groups.values(), key=_rank)


def _merge(groups: list[_Group], equal: Callable[[str, str], bool | None]) -> list[_Group]:
    """Groups joined where their keys are equal; each is compared with larger ones first."""
    merged: list[_Group] = []
    timeouts: Counter[str] = Counter()
    for group in groups:
        for other in merged:
            if max(timeouts[group.key], timeouts[other.key]) >= _PATIENCE:
                continue
            verdict = equal(other.key, group.key)
            if verdict is None:
                timeouts.update((group.key, other.key))
            if verdict:
                other.forms += group.forms
                break
        else:
            merged.append(group)
    return merged
