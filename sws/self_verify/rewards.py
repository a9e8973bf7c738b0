"""Rewards of single actions, and the contexts in which they are compared (S²R, Eq. 4 to 6)."""

from collections.abc import Sequence
from typing import NamedTuple

from sws.config.self_verify import ProcessRewards
from sws.self_verify.actions import Action
from sws.self_verify.segments import Segment

_LETTER = {"solve": "R", "verify": "V"}


class Context(NamedTuple):
    """What an action followed: the signs of all rewards before it (`R-V+`), and its own kind."""

    before: str
    kind: str


class Rewarded(NamedTuple):
    """The reward of each action of a completion, and the context that it stands in."""

    rewards: list[float]
    contexts: list[Context]


def reward_actions(
    actions: Sequence[Action | Segment],
    right: Sequence[bool],
    rule: ProcessRewards,
    finished: bool = True,
) -> Rewarded:
    """+1 for a right solution and for a judgement that is the truth, else -1.

    `right` says so of each solution, in order. Contexts are of these signs, whatever `rule` makes
    of the rewards: it may multiply some of them, and punish a completion that never ends.
    """
    rewards: list[float] = []
    contexts: list[Context] = []
    before, solved = "", -1
    for one in actions:
        contexts.append(Context(before, one.kind))
        if one.kind == "solve":
            solved += 1
            good, factor = right[solved], 1.0
            if solved and right[solved] != right[solved - 1]:
                factor = rule.flip_factor
        else:
            truth = "correct" if solved >= 0 and right[solved] else "incorrect"
            good = solved >= 0 and one.judgement == truth
            factor = rule.verify_right_factor if truth == "correct" else 1.0
        rewards.append(factor if good else -factor)
        before += _LETTER[one.kind] + ("+" if good else "-")
    if rewards and rule.end_penalty and not finished:
        rewards[-1] = -1.0
    return Rewarded(rewards, contexts)
