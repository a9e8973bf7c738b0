"""Categories that the student has mastered: no more new problems, seed problems as before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sws.rl.group import Outcome
from sws.rl.mastery import UntilMastered
from sws.rl.predict import History, after
from sws.rl.stream import Draw, PromptStream

SEEDS = [f"s{i}" for i in range(4)]
NEW = {f"{category}{i}": category for category in ("easy", "hard") for i in range(6)}
IDS = [*SEEDS, *NEW]


def stream(histories: dict[str, History] | None = None, position: int = 0) -> UntilMastered:
    """One that holds a category for mastered at three of four."""
    return UntilMastered(PromptStream(IDS, 3, position), NEW, len(IDS), 0.75, histories or {})


def groups(draws: list[Draw], ability: dict[str, float]) -> list[Outcome]:
    """What a student of these abilities by category makes of some draws."""
    made = []
    for draw in draws:
        able = ability.get(NEW.get(draw.problem_id, ""), 0.5)
        correct = np.random.default_rng(draw.position).binomial(8, able)
        made.append(Outcome(draw, 0, correct / 8, 8, 80))
    return made


def test_a_mastered_category_has_no_more_new_problems() -> None:
    prompts, ability = stream(), {"easy": 1.0, "hard": 0.2}
    plain = PromptStream(IDS, 3)
    first = prompts.take(16)
    assert first == plain.take(16)  # nothing is known yet
    prompts.learn(groups(first, ability))
    then = prompts.take(20)
    drawn = {draw.problem_id for draw in then}
    assert drawn == {name for name in IDS if NEW.get(name) != "easy"}  # two epochs of the other ten
    skipped = prompts.position - 36
    assert prompts.metrics() == {"skipped": skipped} and skipped > 0
    assert prompts.metrics() == {"skipped": 0}


def test_four_groups_must_say_so_and_seed_problems_do_not_count() -> None:
    for groups_of_eight, mastered in ((3, False), (4, True)):
        histories: dict[str, History] = {f"easy{i}": (8.0, 0.0) for i in range(groups_of_eight)}
        histories |= dict.fromkeys(SEEDS, (8.0, 0.0))
        drawn = {draw.problem_id for draw in stream(histories).take(32)}
        assert any(NEW.get(name) == "easy" for name in drawn) is not mastered
        assert set(SEEDS) < drawn


def test_when_all_is_mastered_it_goes_on() -> None:
    """A set of one category, without seed problems: a draw an epoch."""
    new = {f"p{i}": "easy" for i in range(5)}
    histories: dict[str, History] = dict.fromkeys(new, (8.0, 0.0))
    prompts = UntilMastered(PromptStream(list(new), 3), new, 5, 0.75, histories)
    assert len(prompts.take(3)) == 3 and prompts.position == 15


@given(st.integers(1, 12), st.floats(0, 1), st.floats(0, 1))
def test_it_resumes_with_its_position_and_histories(steps: int, easy: float, hard: float) -> None:
    whole, ability = stream(), {"easy": easy, "hard": hard}
    histories: dict[str, History] = {}
    for _ in range(steps):
        made = groups(whole.take(8), ability)
        whole.learn(made)
        for group in made:
            name = group.draw.problem_id
            histories[name] = after(histories.get(name), round(group.accuracy * 8), 8)
    resumed = stream(dict(sorted(histories.items())), whole.position)
    assert resumed.take(30) == whole.take(30)
