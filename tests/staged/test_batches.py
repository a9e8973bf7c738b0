"""Batches of mathematics and code: the same numbers of each in every one."""

from collections import Counter

import pytest

from sws.errors import SwsError
from sws.rl.group import Question
from sws.staged.batches import MixedPrompts

RATIO = {"mathematics": 2.1, "code": 1.0, "text": 1.0}


def questions(mathematics: int, code: int) -> dict[str, Question]:
    names = [("m", "mathematics", mathematics), ("c", "code", code)]
    return {
        f"{key}{n}": Question([n], "", "", domain)
        for key, domain, count in names
        for n in range(count)
    }


def test_128_prompts_are_87_and_41_in_every_batch() -> None:
    stream = MixedPrompts(questions(200, 60), RATIO, 128, seed=1)
    for _ in range(20):
        drawn = Counter(draw.problem_id[0] for draw in stream.take(128))
        assert drawn == {"m": 87, "c": 41}


def test_domains_alternate_so_that_ranks_get_alike_shares() -> None:
    draws = MixedPrompts(questions(200, 60), RATIO, 128, seed=1).take(128)
    for start in range(0, 128, 32):
        assert Counter(d.problem_id[0] for d in draws[start : start + 32])["c"] in (10, 11)


def test_every_epoch_of_a_domain_holds_each_problem_once() -> None:
    draws = MixedPrompts(questions(29, 7), RATIO, 31, seed=2).take(31 * 7)
    for domain, size in (("m", 29), ("c", 7)):
        mine = [draw for draw in draws if draw.problem_id[0] == domain]
        for epoch in range(len(mine) // size):
            assert len({d.problem_id for d in mine if d.epoch == epoch}) == size
    assert [draw.position for draw in draws] == list(range(31 * 7))


def test_it_resumes_by_its_position_and_one_domain_has_the_whole_batch() -> None:
    both = questions(29, 7)
    whole = MixedPrompts(both, RATIO, 31, seed=2).take(100)
    assert MixedPrompts(dict(reversed(both.items())), RATIO, 31, 2, 40).take(60) == whole[40:]
    assert MixedPrompts(questions(5, 0), RATIO, 31, seed=2).shares == {"mathematics": 31}


def test_a_domain_without_room_is_an_error() -> None:
    with pytest.raises(SwsError, match="a batch of 1 prompts has none of code"):
        MixedPrompts(questions(2, 2), RATIO, 1, seed=1)
    with pytest.raises(SwsError, match=r"staged\.ratio does not name code"):
        MixedPrompts(questions(2, 2), {"mathematics": 1.0}, 4, seed=1)
