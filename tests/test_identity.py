"""Identity is content."""

from hypothesis import given
from hypothesis import strategies as st

from sws.identity import content_id, generator, normalise, problem_id, seed_for


def test_spacing_and_invisible_characters_do_not_change_a_problem() -> None:
    assert problem_id("What is  2 +\n2?") == problem_id("What is 2 +\u200b 2? ")


def test_letter_case_and_numbers_do() -> None:
    assert len({problem_id("Find a + B"), problem_id("Find A + b"), problem_id("Find a + b")}) == 3


def test_an_id_depends_on_where_one_part_ends() -> None:
    assert content_id("ab", "c") != content_id("a", "bc")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.integers(0, 2**31), st.text(), st.text())
def test_seeds_differ_by_key_and_fit_63_bits(run_seed: int, stage: str, key: str) -> None:
    seed = seed_for(run_seed, stage, key)
    assert 0 <= seed < 2**63
    assert seed == seed_for(run_seed, stage, key)
    assert seed != seed_for(run_seed + 1, stage, key)


def test_draws_do_not_depend_on_other_keys() -> None:
    assert generator(1, "stage", "row").random() == generator(1, "stage", "row").random()
    assert generator(1, "stage", "row").random() != generator(1, "stage", "other").random()
