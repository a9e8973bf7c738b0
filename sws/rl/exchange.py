"""Share a step's groups out over the ranks; tokens travel only where a rank has too many."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from accelerate.utils import gather_object

from sws.rl.group import Group, Outcome

Position = int  # of a draw in the prompt stream, which names a group


def outcomes_of_all(groups: Iterable[Group], rank: int, world: int) -> list[Outcome]:
    """The outcomes of this round's groups of all ranks, by position."""
    mine = [group.outcome(rank) for group in groups]
    shared = mine if world == 1 else gather_object(mine)
    return sorted(shared, key=lambda outcome: outcome.draw.position)


def shares(batch: Sequence[Outcome], world: int) -> list[list[Outcome]]:
    """The groups of a batch that each rank trains on, equally many, most where they were sampled.

    The same on every rank. The batch's length is a multiple of the number of ranks.
    """
    each = len(batch) // world
    kept: list[list[Outcome]] = [[] for _ in range(world)]
    surplus: list[Outcome] = []
    for outcome in batch:
        own = kept[outcome.rank]
        (own if len(own) < each else surplus).append(outcome)
    left = iter(surplus)
    for own in kept:
        own += [next(left) for _ in range(each - len(own))]
    return kept


def exchange(
    groups: Mapping[Position, Group], shared: Sequence[Sequence[Outcome]], rank: int
) -> list[Group]:
    """The groups of this rank's share; those that others sampled are received from them."""
    found = dict(groups)
    for to, share in enumerate(shared):
        for source in range(len(shared)):
            moved = [o.draw.position for o in share if o.rank == source != to]
            if moved and rank == source:
                torch.distributed.send_object_list([groups[place] for place in moved], dst=to)
            if moved and rank == to:
                received: list[Any] = [None] * len(moved)
                torch.distributed.recv_object_list(received, src=source)
                found |= zip(moved, received, strict=True)
    return [found[outcome.draw.position] for outcome in shared[rank]]
