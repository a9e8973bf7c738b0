from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sws.rl.stream import PromptStream

IDS = st.lists(st.text("abcdef", min_size=1, max_size=4), min_size=1, max_size=12, unique=True)


@given(IDS, st.integers(0, 5), st.lists(st.integers(0, 9), max_size=12))
def test_every_epoch_visits_every_problem_once(ids: list[str], seed: int, takes: list[int]) -> None:
    stream = PromptStream(ids, seed)
    draws = [draw for count in takes for draw in stream.take(count)]
    assert [draw.position for draw in draws] == list(range(sum(takes)))
    for epoch in range(sum(takes) // len(ids)):
        visited = Counter(draw.problem_id for draw in draws if draw.epoch == epoch)
        assert visited == Counter(ids)


@given(IDS, st.integers(0, 40), st.integers(0, 20))
def test_a_stream_resumes_at_a_position_whatever_the_order_of_ids(
    ids: list[str], position: int, count: int
) -> None:
    whole = PromptStream(ids, 3)
    whole.take(position)
    resumed = PromptStream(ids[::-1], 3, position)
    assert resumed.take(count) == whole.take(count)
    assert resumed.position == whole.position


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    ids = [f"p{i}" for i in range(50)]
    first, second = PromptStream(ids, 1), PromptStream(ids, 2)
    orders = [[draw.problem_id for draw in s.take(50)] for s in (first, first, second)]
    assert orders[0] != orders[1] and orders[0] != orders[2]
