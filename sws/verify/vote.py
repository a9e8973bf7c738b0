"""Self-consistency: the label of a problem, voted by the answers of several samples.

Wang et al., "Self-Consistency Improves Chain of Thought Reasoning" (2022). SwS labels its synthetic
problems so, and keeps those whose label has at least half of the samples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import TextIO

from sws.jsonl import Row, list_of, read_lines, text_or_null, write_lines
from sws.parallel import in_order
from sws.verify import Verifier, answer_in
from sws.verify.alternatives import has_alternatives
from sws.verify.compare import canonical
from sws.verify.notation import tidy
from sws.verify.words import is_placeholder

_ANSWERS = '{"id": ..., "answers": ["1/2", "0.5", null]}'
_PATIENCE = 2  # comparisons of one answer that may run out of time before it stands alone


@dataclass(frozen=True)
class Vote:
    """The outcome of a vote.

    `n_votes` counts the samples whose answer parsed, `n_samples` all of them; `share` is the
    label's votes over all samples. `groups` holds every group's label and votes, the winner
    first; `tied`: another group has as many votes.
    """

    label: str | None
    share: float
    n_votes: int
    n_samples: int
    groups: tuple[tuple[str, int], ...]
    tied: bool

    @property
    def votes(self) -> int:
        """Votes for the label."""
        return self.groups[0][1] if self.groups else 0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share."""
        return wilson(self.votes, self.n_samples)


@dataclass
class Group:
    """Answers with one canonical form (or text), or several such groups joined."""

    key: str  # what its forms share
    canonical: bool  # whether the key is a canonical form
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def votes(self) -> int:
        """Samples that gave one of its forms."""
        return self.forms.total()

    @property
    def example(self) -> str:
        """The form that stands for all in comparisons."""
        return min(self.forms, key=lambda form: (len(form), form))

    @property
    def label(self) -> str:
        """The form given most often; if two are, the shorter, then the first."""
        return min(self.forms, key=lambda form: (-self.forms[form], len(form), form))


def vote(
    answers: Sequence[str | None],
    equal: Callable[[str, str], bool | None],
    parses: Callable[[str], bool] = bool,
) -> Vote:
    """The answer most samples agree on, up to mathematical equality.

    All answers of a group are equal to each other: `equal` (None: it ran out of time) is asked of
    every pair of different forms, in either direction. Where equality has a choice - "5" is "5 cm"
    and "5 m", which differ - an answer joins the group that has the most votes. Samples without an
    answer (None, a refusal, a placeholder such as "N/A", alternatives), or with one that `parses`
    cannot read, never vote but count in the share. The label is the winning group's most frequent
    form. The order of the answers plays no part: ties go to the form that sorts first.
    """
    read = [group for group in groups_of(answers) if group.canonical or parses(group.example)]
    groups = sorted(_merge(read, equal), key=_rank)
    if not groups:
        return Vote(None, 0.0, 0, len(answers), (), False)
    winner = groups[0]
    return Vote(
        label=winner.label,
        share=winner.votes / len(answers),
        n_votes=sum(group.votes for group in groups),
        n_samples=len(answers),
        groups=tuple((group.label, group.votes) for group in groups),
        tied=len(groups) > 1 and groups[1].votes == winner.votes,
    )


def vote_file(path: str | Path, out_stream: TextIO, workers: int = 1) -> None:
    """For every line {id, answers} write its vote, in order, streaming.

    `interval` is the 95 % Wilson interval of the share.
    """
    rows = read_lines(path, _ANSWERS, answers=list_of(text_or_null))
    with Verifier(workers=workers) as verifier:

        def decide(row: Row) -> Row:
            found = {answer: answer_in(answer) for answer in set(row["answers"])}
            answers = [found[answer] for answer in row["answers"]]
            return _as_line(row.get("id"), vote(answers, verifier.equal, verifier.parses))

        write_lines(out_stream, in_order(decide, rows, workers), "Voting")


def _as_line(identity: object, found: Vote) -> Row:
    return {
        "id": identity,
        "label": found.label,
        "vote_share": found.share,
        "n_votes": found.n_votes,
        "n_samples": found.n_samples,
        "groups": [{"label": label, "votes": votes} for label, votes in found.groups],
        "tied": found.tied,
        "interval": found.interval,
    }


@lru_cache(4096)  # the same few counts in every problem
def wilson(successes: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % score interval of a proportion (Wilson 1927); (0, 1) of no trial.

    As SciPy's, without SciPy, which is large for one verb; `n` need not be whole.
    """
    if n == 0:
        return 0.0, 1.0
    z, p = NormalDist().inv_cdf(0.975), successes / n
    centre, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    low, high = ((centre + side * spread) / (1 + z * z / n) for side in (-1, 1))
    return (0.0 if successes == 0 else low), (1.0 if successes == n else high)


def _rank(group: Group) -> tuple[int, str]:
    return -group.votes, group.key


def groups_of(answers: Sequence[str | None]) -> list[Group]:
    """Groups of answers with one canonical form, the largest first."""
    forms = Counter(answer.strip() for answer in answers if answer)
    groups: dict[str, Group] = {}
    for form, votes in forms.items():
        if not (is_placeholder(form) or has_alternatives(form)):
            key = canonical(form)
            group = Group(key or tidy(form), key is not None)
            groups.setdefault(group.key, group).forms[form] += votes
    return sorted(groups.values(), key=_rank)


def _merge(groups: list[Group], equal: Callable[[str, str], bool | None]) -> list[Group]:
    """Groups joined where all their members are equal, each to the largest that it fits."""
    merged: list[list[Group]] = []
    timeouts: Counter[str] = Counter()

    def same(one: Group, other: Group) -> bool:
        first, second = one.example, other.example
        for pair in ((first, second), (second, first)):
            if max(timeouts[first], timeouts[second]) >= _PATIENCE:
                return False
            verdict = equal(*pair)
            if verdict is None:
                timeouts.update(pair)
            if verdict:
                return True
        return False

    for group in groups:
        fitting = (clique for clique in merged if all(same(other, group) for other in clique))
        if clique := next(fitting, None):
            clique.append(group)
        else:
            merged.append([group])
    return [_joined(clique) for clique in merged]


def _joined(clique: list[Group]) -> Group:
    forms: Counter[str] = Counter()
    for group in clique:
        forms += group.forms
    return Group(clique[0].key, clique[0].canonical, forms)
