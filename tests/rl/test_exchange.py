"""Groups are shared out equally over ranks, and most stay where they were sampled."""

from hypothesis import given
from hypothesis import strategies as st

from sws.rl.exchange import shares
from sws.rl.group import Group, Outcome
from sws.rl.stream import Draw


def outcome(position: int, rank: int) -> Outcome:
    return Outcome(Draw(position, 0, f"p{position}"), rank, 0.5, 8, 800)


@given(st.integers(1, 4), st.integers(1, 6), st.data())
def test_every_group_is_trained_on_once_and_moves_only_from_a_full_rank(
    world: int, each: int, data: st.DataObject
) -> None:
    ranks = data.draw(
        st.lists(st.integers(0, world - 1), min_size=world * each, max_size=world * each)
    )
    batch = [outcome(position, rank) for position, rank in enumerate(ranks)]
    found = shares(batch, world)
    assert [len(share) for share in found] == [each] * world
    assert sorted(one for share in found for one in share) == sorted(batch)
    kept = sum(one.rank == rank for rank, share in enumerate(found) for one in share)
    assert kept == sum(min(ranks.count(rank), each) for rank in range(world))


def test_one_process_keeps_the_order_of_the_batch() -> None:
    batch = [outcome(3, 0), outcome(1, 0), outcome(2, 0)]
    assert shares(batch, 1) == [batch]


def test_what_other_ranks_learn_of_a_group_has_no_tokens() -> None:
    group = Group(Draw(0, 0, "p"), [[1, 2], [3]], None, [1.0, 0.0])
    assert group.outcome(2) == Outcome(group.draw, 2, 0.5, 2, 3)
