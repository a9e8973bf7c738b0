"""Every key explains itself: what it means, its limits, its value, and the file that set it."""

from pathlib import Path
from typing import Any

import pytest

from sws.config import load
from sws.config.explain import explain
from sws.config.keys import keys
from sws.errors import SwsError


def set_by(preset: str, key: str, overrides: dict[str, Any] | None = None) -> tuple[Any, str]:
    [one] = explain(load(preset, overrides), overrides or {}, key)
    return one.value, one.set_by


@pytest.mark.parametrize("key", keys(), ids=lambda key: key.name)
def test_every_key_has_a_description_in_sentences(key: Any) -> None:
    assert key.description and key.description.endswith("."), key.name


def with_lists(value: Any) -> Any:
    """The value with a list for each mapping of numbers 0, 1, ..."""
    if not isinstance(value, dict):
        return value
    inside = {name: with_lists(one) for name, one in value.items()}
    return list(inside.values()) if "0" in inside else inside


def test_every_value_of_a_configuration_is_explained() -> None:
    config = load("nano")
    explained: dict[str, Any] = {}
    for one in explain(config, {}):
        *above, last = one.key.place
        is_value = one.value is None or "section" not in one.key.type
        if is_value and last not in ("extends", "all"):  # which only presets have
            section = explained
            for part in above:
                section = section.setdefault(part, {})
            section[last] = one.value
    assert with_lists(explained) == config.model_dump(mode="json")


@pytest.mark.parametrize(
    ("name", "type_", "constraints"),
    [
        ("initial_rl.group_size", "integer", "at least 2"),
        ("initial_rl.clip_ratio_low", "number", "above 0, below 1"),
        ("initial_rl.use_vllm", "one of `auto`, `always`, `never`", ""),
        ("seed_set.limit", "integer or null", "at least 1"),
        ("seed_set.levels", "list of integers", "at least 1 item, each 1 to 5"),
        ("seed_set.category_levels", "lists of integers by category", "each 1 to 5"),
        ("student.scratch.careful_share", "numbers by category", "at least 1 entry, each 0 to 1"),
        ("benchmarks[].name", "text", "letters, digits, `_`, `.` and `-` only"),
        ("roles.judges", "sections by name", "at least 1 entry"),
        ("roles.judges.NAME", "section", ""),
        ("benchmarks", "list of sections", ""),
    ],
)
def test_types_and_limits_are_in_plain_words(name: str, type_: str, constraints: str) -> None:
    [key] = [key for key in keys() if key.name == name]
    assert (key.type, key.constraints) == (type_, constraints)


def test_the_layer_that_sets_a_value_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("preset: nano+hard\nseed: 7\n")
    over = {"labels": {"samples": 11}}
    assert set_by("nano+hard", "shards", over) == (2, "presets/nano.yaml")
    assert set_by("nano+hard", "difficulty.high", over) == (0.5, "presets/variants/hard.yaml")
    assert set_by("nano+hard", "seed", over) == (7, "params.yaml")
    assert set_by("nano+hard", "labels.samples", over) == (11, "the command line")
    assert set_by("nano+hard", "labels.min_share", over) == (0.5, "default")


def test_a_users_preset_and_those_it_extends_are_named(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: nano+strict\nseed: 9\n")
    assert set_by(str(mine), "seed") == (9, str(mine))
    assert set_by(str(mine), "weakness.form") == ("strict", "presets/variants/strict.yaml")


def test_settings_for_all_roles_and_of_the_first_judge_are_named() -> None:
    variant = "presets/variants/self-evolving.yaml"
    assert set_by("nano+self-evolving", "roles.labeler.model") == (
        "student",
        f"{variant} (roles.all.model)",
    )
    assert set_by("qwen2.5-7b+three-judges", "roles.judges.third.engine") == (
        "vllm",
        "presets/qwen2.5-7b.yaml (roles.judges.llama.engine)",
    )


def test_a_key_of_every_benchmark_needs_no_number() -> None:
    found = explain(load("qwen2.5-7b"), {}, "benchmarks.name")
    assert [one.value for one in found][:3] == ["gsm8k", "math500", "minerva"]
    assert {one.set_by for one in found} == {"presets/qwen2.5-7b.yaml"}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("initial_rl.group_siz", "unknown key 'initial_rl.group_siz'; did you mean initial_rl"),
        ("group_size", "did you mean initial_rl.group_size or arms.training.group_size?"),
        ("initial_rl.group", "initial_rl.group was renamed to initial_rl.group_size"),
        ("xyzzy", "unknown key 'xyzzy'"),
    ],
)
def test_an_unknown_key_names_the_nearest(key: str, words: str) -> None:
    with pytest.raises(SwsError, match=words):
        explain(load("nano"), {}, key)
