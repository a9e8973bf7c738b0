"""How arms draw seed problems and new ones: in a share, and the easy ones first."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sws.config.curriculum import Curriculum
from sws.rl.curriculum import EasyFirst, MixedStream, curriculum_of
from sws.rl.group import Question
from sws.rl.stream import PromptStream
from sws.rl.variant import PLAIN
from sws.schemas import AugmentedRow, schema_of
from sws.store import write_table

SEEDS, NEW = [f"s{i}" for i in range(4)], [f"n{i}" for i in range(9)]
EASE = {name: i % 3 / 2 for i, name in enumerate(NEW)}


@given(st.floats(0, 1), st.integers(0, 30), st.integers(1, 30))
def test_seed_problems_get_their_share_of_all_draws(share: float, position: int, more: int) -> None:
    stream = MixedStream(SEEDS, NEW, share, 5, {})
    draws = stream.take(position + more)
    seeds = sum(draw.problem_id in SEEDS for draw in draws)
    assert abs(seeds - share * len(draws)) <= 1.1
    resumed = MixedStream(SEEDS, NEW, share, 5, {}, position)
    assert resumed.take(more) == draws[position:] and resumed.position == stream.position


def test_each_part_has_epochs_of_its_own() -> None:
    draws = MixedStream(SEEDS, NEW, 0.5, 5, {}).take(72)
    visits = Counter((draw.problem_id, draw.epoch) for draw in draws)
    assert set(visits.values()) == {1}
    assert {epoch for problem, epoch in visits if problem in SEEDS} == set(range(9))
    assert {epoch for problem, epoch in visits if problem in NEW} == set(range(4))
    assert [draw.position for draw in draws] == list(range(72))


def test_the_first_epoch_goes_from_easy_to_hard_and_leaves_seed_problems_their_places() -> None:
    ids = SEEDS + NEW
    plain, easy = PromptStream(ids, 7), EasyFirst(ids, 7, EASE)
    before, first = ([draw.problem_id for draw in one.take(13)] for one in (plain, easy))
    assert [EASE[name] for name in first if name in EASE] == sorted(EASE.values(), reverse=True)
    assert [n if n in SEEDS else "" for n in first] == [n if n in SEEDS else "" for n in before]
    assert easy.take(13) == plain.take(13)


def rows(source: str, names: list[str]) -> list[dict[str, object]]:
    """Rows of an augmented set."""
    empty = dict.fromkeys(("blueprint_id", "concepts", "level", "vote_share"))
    return [
        {"problem_id": name, "problem": name, "answer": "1", "category": "Algebra"}
        | {**empty, "source": source, "accuracy": EASE.get(name)}
        for name in names
    ]


def questions(names: list[str]) -> dict[str, Question]:
    """A question for each problem."""
    return {name: Question([1], "1") for name in names}


def test_a_training_set_says_which_problems_are_new_and_how_easy(tmp_path: Path) -> None:
    table = tmp_path / "augmented.json"
    write_table(table, schema_of(AugmentedRow), rows("seed", SEEDS) + rows("synthetic", NEW))
    mixed = curriculum_of(Curriculum(seed_share=0.75), table)
    draws = mixed.stream(questions(SEEDS + NEW), 1, 0, dict).take(40)
    assert sum(draw.problem_id in SEEDS for draw in draws) == 30
    easy = curriculum_of(Curriculum(order="easy-first"), table)
    draws = easy.stream(questions(SEEDS + NEW), 1, 0, dict).take(13)
    assert next(EASE[d.problem_id] for d in draws if d.problem_id in EASE) == 1.0
    assert mixed.identity != easy.identity  # so that a changed option begins the run anew


def test_new_problems_of_a_mastered_category_are_passed_over(tmp_path: Path) -> None:
    """By what the rollouts before a resumed run's first step came to."""
    table = tmp_path / "augmented.json"
    write_table(table, schema_of(AugmentedRow), rows("seed", SEEDS) + rows("synthetic", NEW))
    until = curriculum_of(Curriculum(mastered=0.8), table)
    for solved, left in ((7.0, set(SEEDS)), (6.0, {*SEEDS, *NEW})):
        histories = dict.fromkeys(NEW, (solved, 8 - solved))
        stream = until.stream(questions(SEEDS + NEW), 1, 0, lambda h=histories: h)
        assert {draw.problem_id for draw in stream.take(26)} == left
    both = curriculum_of(Curriculum(mastered=0.8, order="easy-first"), table)
    assert both.identity != until.identity


def test_without_options_or_new_problems_the_run_is_that_of_the_paper(tmp_path: Path) -> None:
    both, seeds = (tmp_path / f"{name}.json" for name in ("both", "seeds"))
    write_table(both, schema_of(AugmentedRow), rows("seed", SEEDS) + rows("synthetic", NEW))
    write_table(seeds, schema_of(AugmentedRow), rows("seed", SEEDS))
    assert curriculum_of(Curriculum(), both) is PLAIN
    assert curriculum_of(Curriculum(seed_share=0.5), seeds) is PLAIN
