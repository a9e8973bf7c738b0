"""The configuration says what is wrong with it."""

from pathlib import Path

import pytest

from sws.config import load
from sws.config.load import PROJECT, merge, parse_override, with_nulls
from sws.errors import SwsError

PRESETS = sorted(path.stem for path in (PROJECT / "presets").glob("*.yaml"))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid(preset: str) -> None:
    assert load(preset).preset == preset


def test_the_shipped_params_are_valid() -> None:
    assert load().preset == "micro"


def test_the_order_is_preset_params_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("preset: nano\nseed: 5\nshards: 7\n")
    config = load(overrides={"shards": 3})
    assert (config.preset, config.seed, config.shards) == ("nano", 5, 3)


def test_overrides_in_params_belong_to_its_own_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("preset: micro\nseed: 77\n")
    assert load("nano").seed != 77


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("labels.sample=3", ["labels.sample: unknown key", "did you mean samples?"]),
        ("blueprint.total=3", ["blueprint: unknown key", "did you mean blueprints?"]),
        ("roles.generator.modl=x", ["roles.generator.modl", "did you mean model?"]),
        ("roles.judges.judge.modl=x", ["roles.judges.judge.modl", "did you mean model?"]),
        ("labels.samples=many", ["labels.samples: 'many'", "integer"]),
        ("difficulty={low: 0.9, high: 0.1}", ["difficulty", "low 0.9 is above high 0.1"]),
        ("evaluation.pass_at=[64]", ["pass_at 64 needs at least as many samples"]),
    ],
)
def test_a_bad_value_is_named_with_the_nearest_valid_name(override: str, words: list[str]) -> None:
    with pytest.raises(SwsError) as error:
        load("nano", parse_override(override))
    assert all(word in str(error.value) for word in words), str(error.value)


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(SwsError, match="did you mean micro"):
        load("mircoo")


def test_a_rule_for_two_judges_needs_two() -> None:
    with pytest.raises(SwsError, match="needs two judges"):
        load("nano", {"verdicts": {"keep": "readme"}, "roles": {"judges": {"kind": None}}})


def test_a_judge_of_the_preset_can_be_removed() -> None:
    judges = {"strict": None, "mine": {"engine": "openai"}}
    assert set(load("nano", {"roles": {"judges": judges}}).roles.judges) == {"kind", "mine"}


def test_merging_is_deep_and_replaces_lists() -> None:
    assert merge({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}}


def test_a_null_on_snakemakes_command_line_is_one() -> None:
    columns = {"text": "question", "category": "null"}
    overrides = with_nulls({"benchmarks": [{"columns": columns}], "seed": 3})
    assert overrides == {"benchmarks": [{"columns": columns | {"category": None}}], "seed": 3}


def test_an_override_needs_a_value() -> None:
    with pytest.raises(SwsError, match="--set labels"):
        parse_override("labels")
