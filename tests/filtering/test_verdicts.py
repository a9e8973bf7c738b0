"""The keep rules as a truth table, and the join of problems with their ratings."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sws.config.filtering import Verdicts
from sws.errors import SwsError
from sws.filtering import verdicts
from sws.schemas import RatingRow, schema_of
from sws.store import read_rows, write_table

P, A, B, U = "perfect", "acceptable", "bad", "unparsed"


@pytest.mark.parametrize(
    ("given_verdicts", "paper", "readme", "code"),
    [
        ((P, P), True, True, True),
        ((P, A), True, True, True),
        ((A, P), True, True, False),
        ((A, A), False, False, False),
        ((P, B), False, False, False),
        ((B, P), False, False, False),
        ((B, B), False, False, False),
        ((P, U), True, False, False),
        ((U, P), True, False, False),
        ((A, U), False, False, False),
        ((U, U), False, False, False),
        ((U, B), False, False, False),
        ((P, P, B), False, True, False),
        ((P, A, A), False, True, True),
        ((P, P, U), True, True, False),
        ((P, U, U), False, False, False),
        ((P,), True, False, True),
        ((A,), False, False, False),
        ((U,), False, False, False),
    ],
)
def test_the_keep_rules(
    given_verdicts: Sequence[str], paper: bool, readme: bool, code: bool
) -> None:
    for name, keep in {"paper": paper, "readme": readme, "code": code}.items():
        reason = verdicts.KEEP_RULES[name](given_verdicts, Verdicts(keep=name, perfect_share=0.5))
        assert (reason == "") == keep, (name, reason)


def test_the_configuration_knows_every_keep_rule() -> None:
    assert set(get_args(Verdicts.model_fields["keep"].annotation)) == set(verdicts.KEEP_RULES)


@given(st.lists(st.sampled_from([P, A, B, U]), min_size=1, max_size=5), st.floats(0, 1))
def test_a_better_verdict_never_costs_a_candidate_its_place(
    given_verdicts: Sequence[str], share: float
) -> None:
    """Raising one verdict to perfect keeps what was kept, under every rule."""
    for name, rule in verdicts.KEEP_RULES.items():
        rules = Verdicts(keep=name, perfect_share=share)
        if not rule(given_verdicts, rules):
            for judge in range(len(given_verdicts)):
                better = [*given_verdicts[:judge], P, *given_verdicts[judge + 1 :]]
                assert not rule(better, rules)


def test_the_threshold_of_the_paper_is_a_share_of_all_judges() -> None:
    rules = [Verdicts(perfect_share=share) for share in (0.3, 0.5, 1.0)]
    reasons = [verdicts.paper((P, A, A), one) for one in rules]
    assert reasons == ["", "too few perfect verdicts", "too few perfect verdicts"]


def table(folder: Path, verdicts_of: dict[str, list[str]]) -> tuple[Path, list[Path]]:
    """Two screened problems that were kept and one that was not, and a table per judge."""
    from sws.schemas import ScreenedRow
    from sws.store import kept, rejected

    rows = [
        {
            "problem_id": f"p{n}",
            "candidate_id": f"c{n}",
            "blueprint_id": f"b{n}",
            "category": "Algebra",
            "concepts": [],
            "level": "1",
            "problem": f"problem {n}",
            **(rejected("proof") if n == 1 else kept()),
        }
        for n in range(3)
    ]
    write_table(folder / "screened.json", schema_of(ScreenedRow), rows)
    paths = []
    for judge, given_verdicts in verdicts_of.items():
        given_ids = zip(["p0", "p2", "p3"], given_verdicts, strict=False)
        rated = [
            {"problem_id": name, "judge": judge, "verdict": v, "criteria": {}, "completion": ""}
            for name, v in given_ids
        ]
        paths.append(folder / f"{judge}.json")
        write_table(paths[-1], schema_of(RatingRow), rated)
    return folder / "screened.json", paths


def test_judges_are_told_apart_by_name_whatever_the_order_of_their_tables(
    small_run: SimpleNamespace, tmp_path: Path
) -> None:
    config = small_run.config.model_copy(update={"verdicts": Verdicts(keep="code")})
    screened, paths = table(tmp_path, {"strict": [P, A], "kind": [A, P]})
    for order in (paths, paths[::-1]):
        verdicts.run(config, screened, order, tmp_path / "out.json")
        first, second = read_rows(tmp_path / "out.json")
        assert (first["problem_id"], first["kept"]) == ("p0", True)
        assert (second["problem_id"], second["kept"]) == ("p2", False)
        assert second["reason"] == "the first judge's verdict is not perfect"
        assert second["verdicts"] == {"strict": A, "kind": P}


@pytest.mark.parametrize(
    ("verdicts_of", "message"),
    [
        ({"strict": [P, P]}, "1 tables of ratings"),
        ({"strict": [P, P], "kind": [P]}, "belong to other problems"),
        ({"strict": [P, P], "kind": [P, P, P]}, "belong to other problems"),
        ({"strict": [P, P], "lenient": [P, P]}, "was rated by"),
    ],
)
def test_ratings_of_something_else_are_an_error(
    small_run: SimpleNamespace, tmp_path: Path, verdicts_of: dict[str, list[str]], message: str
) -> None:
    screened, paths = table(tmp_path, verdicts_of)
    with pytest.raises(SwsError, match=message):
        verdicts.run(small_run.config, screened, paths, tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()


def test_every_screened_problem_has_a_decision(small_run: SimpleNamespace) -> None:
    for screened, decided in zip(small_run.screened, small_run.verdicts, strict=True):
        expected = [row["problem_id"] for row in read_rows(screened, ["problem_id"], only="kept")]
        found = list(read_rows(decided))
        assert [row["problem_id"] for row in found] == expected
        assert all(row["kept"] == (row["reason"] == "") for row in found)
        assert {len(row["verdicts"]) for row in found} == {2}
