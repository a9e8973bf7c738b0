"""The teacher in every role, read by the parsers that read a real model."""

import math
import random
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sws.categories import CATEGORIES, PRIMER
from sws.config.textbook import Fallibility
from sws.errors import SwsError
from sws.prompts import categorize, extract, generate, judge
from sws.prompts.reading import Unread
from sws.textbook import Page, pages, truth
from sws.textbook.concepts import concept_key
from sws.textbook.flaws import MULTI_PART, MULTIPLE_CHOICE, PROOF, UNSOLVABLE
from sws.textbook.teacher import ROLES, Textbook

FAULTLESS = Fallibility(**dict.fromkeys(Fallibility.model_fields, 0.0))
PAGES = list(pages(seed=5, count_per_category=40))
DRAWS = 1000


def teacher(**rates: float) -> Textbook:
    """A teacher with only these faults."""
    return Textbook(FAULTLESS.model_copy(update=rates), seed=1)


def blueprint(page: Page) -> dict[str, object]:
    return {"category": page.category, "concepts": list(page.concepts), "level": page.level}


def candidate(page: Page) -> dict[str, object]:
    return {"problem": page.text, **blueprint(page)}


def draws(
    role: str, fields_of: Callable[[Page], dict[str, object]], **rates: float
) -> list[tuple[Page, str]]:
    voice = teacher(**rates)
    chosen = random.Random(0).choices(PAGES, k=DRAWS)
    return [(page, voice.reply(role, fields_of(page), seed)) for seed, page in enumerate(chosen)]


def near(count: int, rate: float, total: int = DRAWS) -> bool:
    """Within 4.5 standard deviations of a binomial count: fails once in 150,000 by chance."""
    return abs(count - total * rate) <= 4.5 * math.sqrt(total * rate * (1 - rate)) + 1e-9


# Without faults every role is right.


def test_a_faultless_teacher_is_right_in_every_role() -> None:
    voice = teacher()
    for page in PAGES:
        assert categorize.parse(voice.reply("categorizer", candidate(page), 0)) == page.category
        names = extract.parse(voice.reply("extractor", candidate(page) | {"count": 9}, 0))
        assert names == list(page.concepts)
        assert judge.parse(voice.reply("judge", candidate(page), 0)).verdict == "perfect"
        assert voice.reply("labeler", {"problem": page.text}, 0) == page.careful
        written = generate.parse(voice.reply("generator", blueprint(page), 0))
        assert isinstance(written, str)
        known = truth(written)
        assert known is not None and known.sound
        assert (known.unit, known.level) == (page.unit, page.level)


def test_the_generator_takes_levels_as_text_and_concepts_in_any_spelling() -> None:
    voice = teacher()
    fields = {
        "category": "number theory",
        "concepts": ["The Greatest Common Factor", "Divisibility"],
        "level": "Level 4",
    }
    known = truth(str(generate.parse(voice.reply("generator", fields, 1))))
    assert known is not None and (known.unit, known.level) == ("euclid's algorithm", 4)


def test_units_that_cover_a_blueprint_equally_well_are_all_used() -> None:
    fields = {"category": "Number Theory", "concepts": ["remainders"], "level": 2}
    texts = [generate.parse(teacher().reply("generator", fields, seed)) for seed in range(60)]
    units = {known.unit for known in map(truth, map(str, texts)) if known}
    assert units == {"remainder", "sum modulo"}


# Every fault comes at its rate.


def test_the_categorizer_errs_at_its_rate() -> None:
    replies = draws("categorizer", candidate, categorizer_wrong=0.2)
    read = [(page, categorize.parse(reply)) for page, reply in replies]
    assert all(name in CATEGORIES for _, name in read)
    assert near(sum(name != page.category for page, name in read), 0.2)


def test_the_extractor_breaks_and_varies_at_its_rates() -> None:
    broken = draws("extractor", candidate, extractor_broken=0.2)
    assert near(sum(isinstance(extract.parse(reply), Unread) for _, reply in broken), 0.2)
    spelt, meant, total = 0, 0, 0
    for page, reply in draws("extractor", candidate, extractor_variant=0.3):
        for name, concept in zip(extract.parse(reply), page.concepts, strict=True):  # type: ignore[arg-type]
            total += 1
            spelt += name != concept
            meant += concept_key(name) == concept_key(concept)
    assert meant == total and near(spelt, 0.3, total)


@pytest.mark.parametrize(
    ("field", "flaw"),
    [
        ("generator_unsolvable", UNSOLVABLE),
        ("generator_multiple_choice", MULTIPLE_CHOICE),
        ("generator_multi_part", MULTI_PART),
        ("generator_proof", PROOF),
    ],
)
def test_the_generator_spoils_problems_at_their_rates(field: str, flaw: str) -> None:
    flaws = Counter[str]()
    for _, reply in draws("generator", blueprint, **{field: 0.15}):
        known = truth(str(generate.parse(reply)))
        assert known is not None
        flaws[known.flaw] += 1
    assert set(flaws) == {"", flaw} and near(flaws[flaw], 0.15)


def test_the_generator_misses_format_blueprint_and_level_at_their_rates() -> None:
    bare = draws("generator", blueprint, generator_unfenced=0.2)
    assert near(sum(isinstance(generate.parse(reply), Unread) for _, reply in bare), 0.2)
    stray = draws("generator", blueprint, generator_off_blueprint=0.2)
    known = [(page, truth(str(generate.parse(reply)))) for page, reply in stray]
    assert near(sum(page.category != fact.category for page, fact in known if fact), 0.2)
    uneven = draws("generator", blueprint, generator_off_level=0.2)
    known = [(page, truth(str(generate.parse(reply)))) for page, reply in uneven]
    assert near(sum(page.level != fact.level for page, fact in known if fact), 0.2)


@cache
def unsolvable(page: Page) -> dict[str, object]:
    voice = teacher(generator_unsolvable=1.0)
    text = generate.parse(voice.reply("generator", blueprint(page), 0))
    return {"problem": text, **blueprint(page)}


def test_judges_miss_slander_and_garble_at_their_rates() -> None:
    missed = [
        judge.parse(reply).verdict for _, reply in draws("judge", unsolvable, judge_missed=0.3)
    ]
    assert near(sum(verdict != "bad" for verdict in missed), 0.3)
    slandered = [
        judge.parse(reply).verdict for _, reply in draws("judge", candidate, judge_slandered=0.2)
    ]
    assert near(slandered.count("bad"), 0.2)
    garbled = [
        judge.parse(reply).verdict for _, reply in draws("judge", candidate, judge_garbled=0.2)
    ]
    assert near(garbled.count("unparsed"), 0.2)
    grudging = [judge.parse(reply) for _, reply in draws("judge", candidate, judge_grudging=0.2)]
    ratings = [rating for verdict in grudging for rating in verdict.criteria.values()]
    assert near(ratings.count("acceptable"), 0.2, len(ratings))
    assert {verdict.verdict for verdict in grudging} == {"perfect", "acceptable"}


def test_judges_err_independently_of_each_other() -> None:
    first = draws("judge", lambda page: unsolvable(page) | {"name": "first"}, judge_missed=0.5)
    second = draws("judge", lambda page: unsolvable(page) | {"name": "second"}, judge_missed=0.5)
    both = sum(
        judge.parse(one).verdict != "bad" != judge.parse(other).verdict
        for (_, one), (_, other) in zip(first, second, strict=True)
    )
    assert near(both, 0.25)


def test_a_judge_sees_that_a_problem_is_off_its_blueprint() -> None:
    page = next(page for page in PAGES if page.category == "Geometry")
    fields = candidate(page) | {"category": "Algebra", "concepts": ["linear equations"]}
    rating = judge.parse(teacher().reply("judge", fields, 0))
    assert rating.verdict == rating.criteria["Concept coverage"] == "bad"


def test_the_labeler_errs_more_at_higher_levels() -> None:
    rates = {"labeler_wrong": 0.1, "labeler_wrong_per_level": 0.1}
    replies = draws("labeler", lambda page: {"problem": page.text}, **rates)
    for level in range(1, 6):
        outcomes = [reply != page.careful for page, reply in replies if page.level == level]
        assert near(sum(outcomes), 0.1 * level, len(outcomes))


def test_half_of_the_labelers_errors_agree_with_each_other() -> None:
    replies = draws("labeler", lambda page: {"problem": page.text}, labeler_wrong=0.4)
    assert near(sum(reply == page.hasty for page, reply in replies), 0.2)


def test_a_misconception_decides_most_samples_of_some_problems() -> None:
    voice = teacher(labeler_misconception=0.25)
    misled = 0
    for page in PAGES:
        replies = [voice.reply("labeler", {"problem": page.text}, seed) for seed in range(30)]
        shortcuts = replies.count(page.hasty)
        assert shortcuts == 0 or shortcuts > 15
        misled += shortcuts > 0
    assert near(misled, 0.25, len(PAGES))


def test_a_quirk_is_one_wrong_answer_again_and_again_that_is_not_the_shortcuts() -> None:
    voice = teacher(labeler_quirk=0.25)
    odd = 0
    for page in PAGES:
        replies = [voice.reply("labeler", {"problem": page.text}, seed) for seed in range(30)]
        wrong = Counter(reply for reply in replies if reply != page.careful)
        assert page.hasty not in wrong
        assert not wrong or (len(wrong) == 1 and wrong.total() > 15)
        odd += bool(wrong)
    assert near(odd, 0.25, len(PAGES))


def test_the_labeler_forgets_the_box_at_its_rate() -> None:
    replies = draws("labeler", lambda page: {"problem": page.text}, labeler_unparsed=0.2)
    assert near(sum("\\boxed" not in reply for _, reply in replies), 0.2)


def test_answers_to_an_unsolvable_problem_scatter() -> None:
    voice, agreeing = teacher(), 0
    for page in PAGES[::5]:
        problem = {"problem": unsolvable(page)["problem"]}
        boxes = Counter(
            voice.reply("labeler", problem, seed).rpartition("\\boxed")[2] for seed in range(16)
        )
        agreeing += boxes.most_common(1)[0][1] >= 12
    assert agreeing <= len(PAGES[::5]) * 0.2


def test_a_foreign_problem_gets_an_apology_and_a_bad_verdict() -> None:
    foreign = {"problem": "How long is a piece of string?", "category": "Algebra"}
    assert "\\boxed" not in teacher().reply("labeler", foreign, 0)
    assert judge.parse(teacher().reply("judge", foreign, 0)).verdict == "bad"
    assert categorize.parse(teacher().reply("categorizer", foreign, 0)) == "Other"


# The contract.


def test_replies_are_determined_by_seed_role_and_fields() -> None:
    page = PAGES[0]
    for role in ROLES:
        one, same, other = (Textbook(Fallibility(), seed) for seed in (1, 1, 2))
        replies = [
            [voice.reply(role, candidate(page), n) for n in range(60)]
            for voice in (one, same, other)
        ]
        assert replies[0] == replies[1] != replies[2]


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150)
@given(
    st.sampled_from(ROLES),
    st.dictionaries(
        st.sampled_from(("problem", "category", "concepts", "level", "count", "name")), HOSTILE
    ),
)
def test_no_fields_make_the_teacher_raise(role: str, fields: dict[str, object]) -> None:
    assert isinstance(Textbook(Fallibility(), 0).reply(role, fields, 0), str)


def test_a_role_that_the_textbook_does_not_play_is_refused() -> None:
    with pytest.raises(SwsError, match="no role 'embedder'"):
        teacher().reply("embedder", {}, 0)


def test_rates_are_probabilities_and_misspelt_ones_are_refused() -> None:
    with pytest.raises(ValidationError):
        Fallibility(judge_missed=1.5)
    with pytest.raises(ValidationError):
        Fallibility.model_validate({"judge_mised": 0.1})
    assert all(field.description for field in Fallibility.model_fields.values())


def test_the_primer_has_teachers_and_categories_of_its_own() -> None:
    voice = teacher()
    for page in pages(5, 20, categories=PRIMER):
        assert categorize.parse(voice.reply("categorizer", candidate(page), 0), PRIMER) in PRIMER
        written = generate.parse(voice.reply("generator", blueprint(page), 0))
        assert isinstance(written, str)
        known = truth(written)
        assert known is not None and (known.unit, known.level) == (page.unit, page.level)
        assert judge.parse(voice.reply("judge", candidate(page), 0)).verdict == "perfect"
    astray = teacher(generator_off_blueprint=1.0)
    elsewhere = {
        truth(str(generate.parse(astray.reply("generator", blueprint(page), seed)))).category  # type: ignore[union-attr]
        for seed, page in enumerate(pages(5, 5, categories=PRIMER))
    }
    assert elsewhere <= {*PRIMER}
