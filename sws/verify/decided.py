"""Whether a vote is decided before all samples are drawn, whatever the others will say.

Drawing until then, and no further, keeps the same problems with the same labels as drawing all
("Adaptive-Consistency", Aggarwal et al. 2023, stops where more samples are unlikely to change the
answer; here they cannot).
"""

from collections.abc import Callable, Sequence

from sws.verify.vote import Group, groups_of

Equal = Callable[[str, str], bool | None]


def votes_needed(samples: int, keeps: Callable[[float], bool]) -> int:
    """The fewest votes of all `samples` whose share `keeps` a label; samples + 1 if none does."""
    return next((n for n in range(1, samples + 1) if keeps(n / samples)), samples + 1)


def is_decided(answers: Sequence[str | None], samples: int, needed: int, equal: Equal) -> bool:
    """Whether no further answers, up to `samples`, can change the label of `vote` or its keeping.

    A label is kept with at least `needed` of all `samples`. It is decided when one form of one
    canonical group stays ahead of every other form and group by more than what is still to be
    drawn, or draws level with one that loses a tie; a rejection, when no group can reach `needed`.
    Groups that a vote may join count together against a decision and never for it.
    """
    left = samples - len(answers)
    if left <= 0:
        return True
    groups = groups_of(answers)
    joined = {group.key: _joined(group, groups, equal) for group in groups}
    if max(joined.values(), default=0) + left < needed:
        return True
    leader = groups[0] if groups else None
    if leader is None or not leader.canonical or leader.votes < max(needed, left + 1):
        return False
    for group in groups[1:]:
        equals_leader = _may_equal(leader, group, equal)
        most = joined[group.key] - (leader.votes if equals_leader else 0) + left
        wins_a_tie = joined[group.key] == group.votes and leader.key < group.key
        if most > leader.votes or (most == leader.votes and not wins_a_tie):
            return False
    return _form_is_decided(leader, groups[1:], left, equal)


def _form_is_decided(leader: Group, others: Sequence[Group], left: int, equal: Equal) -> bool:
    """Whether the leader's most frequent form stays the most frequent of all it may be joined with.

    Called when the leader has more votes than are left, so that an unseen form cannot be level
    with it unless it has forms that split its votes.
    """
    forms = leader.forms.copy()
    label = leader.label
    for group in others:
        if _may_equal(leader, group, equal):
            forms += group.forms
    rivals = [votes for form, votes in forms.items() if form != label]
    return leader.forms[label] > max(rivals, default=0) + left


def _joined(group: Group, groups: Sequence[Group], equal: Equal) -> int:
    """Votes of a group and of all that a vote may join with it."""
    others = (other for other in groups if other is not group)
    return group.votes + sum(other.votes for other in others if _may_equal(group, other, equal))


def _may_equal(one: Group, other: Group, equal: Equal) -> bool:
    """Whether a vote may join two groups: they compare equal in a direction, or time ran out."""
    pairs = (one.example, other.example), (other.example, one.example)
    return any(equal(*pair) is not False for pair in pairs)
