"""The configuration says what is wrong with it."""

from pathlib import Path

import pytest

from sws.config import load
from sws.config.frugal import Frugal
from sws.config.keys import names_at
from sws.config.layers import VARIANTS, merge
from sws.config.overrides import parse_override, with_nulls
from sws.config.renamed import RENAMED
from sws.errors import SwsError
from sws.installation import ASSETS

PRESETS = sorted(path.stem for path in (ASSETS / "presets").glob("*.yaml"))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid(preset: str) -> None:
    assert load(preset).preset == preset


PAPER = ["qwen2.5-3b", "qwen2.5-7b", "qwen2.5-math-7b", "qwen2.5-32b", "llama-3.1-8b-instruct"]


@pytest.mark.parametrize("variant", sorted(path.stem for path in VARIANTS.glob("*.yaml")))
@pytest.mark.parametrize("preset", ["nano", "qwen2.5-7b"])
def test_variants_combine_with_presets(preset: str, variant: str) -> None:
    if (preset, variant) == ("nano", "repository"):
        pytest.skip("these are values of published scripts, for the paper's presets")
    preset = "micro" if variant == "full" else preset  # the others are in full anyway
    config, plain = load(f"{preset}+{variant}"), load(preset)
    assert config.preset == f"{preset}+{variant}"
    assert config.model_dump(exclude={"preset"}) != plain.model_dump(exclude={"preset"})


def test_the_default_is_frugal_and_the_papers_presets_are_to_the_letter() -> None:
    """`+frugal` and `+full` switch every option, whatever the preset has."""
    on, off = load("micro").frugal, Frugal()
    assert all(getattr(on, name) != getattr(off, name) for name in ("waves", "votes", "judges"))
    assert all(getattr(on, name) != getattr(off, name) for name in ("difficulty", "prompts"))
    for preset in PAPER:
        assert load(preset).frugal == off
        assert load(f"{preset}+frugal").frugal == on
    assert load("micro+full").frugal == load("s2r-micro").frugal == off


def test_an_arm_may_have_steps_of_its_own() -> None:
    config = load("nano", {"arms": {"steps": {"extended": 6}}})
    steps = {run: config.training_of(run).steps for run in ("initial", "extended", "sws")}
    assert steps == {"initial": 6, "extended": 6, "sws": 4}
    assert config.training_of("extended").learning_rate == config.arms.training.learning_rate


def test_settings_that_a_judge_omits_are_those_of_the_first() -> None:
    first, _, third = load("qwen2.5-7b+three-judges").roles.judges.values()
    assert (third.engine, third.temperature) == (first.engine, first.temperature) == ("vllm", 0.6)
    assert third.model != first.model
    assert load("nano+three-judges").roles.judges["third"].engine == "textbook"


@pytest.mark.parametrize("variant", ["", *sorted(path.stem for path in VARIANTS.glob("*.yaml"))])
def test_no_preset_needs_a_caution(variant: str) -> None:
    for preset in PAPER:
        assert load(f"{preset}+{variant}".rstrip("+")).cautions() == []
    assert load("smollm2-textbook").cautions() == load("micro").cautions() == []


def test_a_textbook_role_on_other_problems_is_cautioned_against() -> None:
    mine = {"source": "mine.jsonl"}
    labeler = {"labeler": {"engine": "vllm"}}
    [caution] = load("nano", {"seed_set": mine, "roles": labeler}).cautions()
    textbooks = "roles.extractor, roles.generator, roles.judges.strict, roles.judges.kind: "
    assert caution.startswith(textbooks)
    everyone = {"all": {"engine": "vllm", "model": "m"}}
    assert load("nano", {"seed_set": mine, "roles": everyone}).cautions() == []


@pytest.mark.parametrize("preset", PAPER)
def test_the_papers_hyperparameters(preset: str) -> None:
    config = load(preset)
    assert [benchmark.name for benchmark in config.benchmarks] == [
        *("gsm8k", "math500", "minerva", "olympiadbench", "gaokao2023en", "amc23"),
        *("aime24", "aime25"),
    ]
    training = config.arms.training
    assert (training.learning_rate, training.group_size, training.prompts_per_step) == (
        5e-7,
        8,
        1024,
    )
    assert (training.clip_ratio_low, training.clip_ratio_high, config.student.max_tokens) == (
        0.2,
        0.28,
        8192,
    )
    assert (training.accuracy_low, training.accuracy_high) == (0.1, 0.9)
    assert config.initial_rl.steps == 200
    assert training.steps == (300 if preset.startswith("llama") else 600)
    assert config.blueprints.total == 1_000_000 and len(config.blueprints.levels) == 8
    script = load(f"{preset}+repository")
    assert (script.initial_rl.learning_rate, script.student.max_tokens) == (1e-6, 7168)
    assert script.verdicts.keep == "code"


def test_a_preset_that_extends_another_has_only_the_differences() -> None:
    small, large = load("qwen2.5-7b").model_dump(), load("qwen2.5-32b").model_dump()
    assert {key for key in small if small[key] != large[key]} == {
        *("preset", "seed_set", "student", "roles", "initial_rl", "arms")
    }
    assert large["roles"]["labeler"]["max_tokens"] == 32768


def test_a_users_preset_may_extend_a_preset_with_variants(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: nano+hard+strict\ndifficulty: {low: 0.25}\n")
    config = load(str(mine))
    assert (config.difficulty.low, config.difficulty.high) == (0.25, 0.5)
    assert (config.weakness.form, config.seed_set.per_category) == ("strict", 6)


def test_later_variants_override_earlier_ones() -> None:
    assert load("nano+simple+hard").difficulty.high == 0.5
    assert load("nano+hard+simple").difficulty.high == 0.875


def test_a_variant_on_the_command_line_overrides_params(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text("preset: nano\nseed: 5\ndifficulty: {high: 1.0}\n")
    assert (load("nano+hard").seed, load("nano+hard").difficulty.high) == (5, 0.5)
    Path("params.yaml").write_text("preset: nano+hard\ndifficulty: {high: 0.75}\n")
    assert (load().preset, load().difficulty.high) == ("nano+hard", 0.75)


def test_an_unknown_variant_names_the_nearest() -> None:
    with pytest.raises(SwsError, match="unknown variant 'randm'; did you mean random"):
        load("nano+randm")


def test_one_setting_for_all_roles() -> None:
    roles = load("nano+self-evolving").roles
    assert set(roles.judges) == {"strict", "kind"}
    everyone = [roles.categorizer, roles.extractor, roles.generator, roles.labeler]
    assert {role.model for role in [*everyone, *roles.judges.values()]} == {"student"}
    assert load("qwen2.5-7b+self-evolving").roles.labeler.temperature == 0.7


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
        ("roles={all: {engine: vllm}, judges: 3}", ["roles.judges"]),
        ("roles={all: {engine: vllm}, labeler: x}", ["roles.labeler"]),
        ("roles={all: {engine: vllm}, judges: {strict: 3}}", ["roles.judges.strict"]),
        ("labels.samples=many", ["labels.samples: 'many': expected integer, at least 1"]),
        ("labels.samples=0", ["labels.samples: 0: expected integer, at least 1"]),
        ("labels.exceed=3", ["labels.exceed: 3: expected true or false"]),
        ("verdicts.keep=papr", ["'papr': expected one of `paper`, `readme`, `code`"]),
        ("seed_set.levels=[1, 9]", ["seed_set.levels.1: 9: expected list of integers", "1 to 5"]),
        ("benchmarks=[{limit: x}]", ["benchmarks.0.limit: 'x': expected integer or null"]),
        ("roles.judges.strict.top_p=2", ["roles.judges.strict.top_p: 2: expected number, above 0"]),
        ("benchmarks=3", ["benchmarks: 3: expected list of sections"]),
        ("roles.judges=3", ["roles.judges: 3: expected sections by name"]),
        ("difficulty={low: 0.9, high: 0.1}", ["difficulty", "low 0.9 is above high 0.1"]),
        ("student.scratch.hidden=100", ["hidden 100 is not a multiple of head_size 32"]),
        ("student.scratch.head_size=0", ["student.scratch.head_size: 0"]),
        ("student.scratch.levels=[]", ["student.scratch.levels"]),
        ("student.scratch.careful_share.Algebra=5", ["student.scratch.careful_share.Algebra: 5"]),
        ("seed_set.category_levels={Geometri: [5]}", ["unknown category Geometri", "Geometry"]),
        ("student.scratch.careful_share.Geometri=1", ["unknown category Geometri", "Geometry"]),
        ("benchmarks=[{name: failed}]", ["the name `failed`"]),
        ("evaluation.pass_at=[64]", ["pass_at 64 needs at least as many samples"]),
        ("student.max_tokens=9999", ["\n  - student.max_tokens must be less"]),
        ("roles={judges: {my judge: {}}}", ["roles.judges.my judge", "letters, digits"]),
        ("roles={judges: {a/b: {}}}", ["roles.judges.a/b", "letters, digits"]),
        ("labels=", ["labels: None", "expected a section"]),
        ("extends=nano", ["extends: only presets have this key"]),
    ],
)
def test_a_bad_value_is_named_with_the_nearest_valid_name(override: str, words: list[str]) -> None:
    with pytest.raises(SwsError) as error:
        load("nano", parse_override(override))
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_renamed_key_names_the_new_one_and_the_file_it_is_in(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "extends: nano\n"
        "initial_rl: {group: 4}\n"
        "benchmarks: [{source: a.jsonl, columns: {text: question}}]\n"
    )
    with pytest.raises(SwsError) as error:
        load(str(mine), {"student": {"scratch": {"warmup": 3}}})
    assert error.value.what.splitlines()[1:] == [
        "  - benchmarks.0.columns.text was renamed to benchmarks.0.columns.problem "
        f"[set by {mine}]",
        "  - student.scratch.warmup was renamed to student.scratch.warmup_steps "
        "[set by the command line]",
        f"  - initial_rl.group was renamed to initial_rl.group_size [set by {mine}]",
    ]


def test_a_bad_item_of_a_list_is_reported_once() -> None:
    with pytest.raises(SwsError) as error:
        load("nano", {"seed_set": {"levels": [9]}})
    assert error.value.what.count("seed_set.levels") == 1


@pytest.mark.parametrize("old", RENAMED)
def test_every_renamed_key_has_its_new_name_in_the_schema(old: str) -> None:
    section = old.replace("benchmarks.", "benchmarks.0.").split(".")[:-1]
    assert RENAMED[old] in names_at(section) and old.split(".")[-1] not in names_at(section)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"extends: mine.yaml\n", ["mine.yaml extends itself", "mine.yaml > mine.yaml"]),
        (b"extends: nano+mine.yaml\n", ["mine.yaml extends itself"]),
        (b"seed: 1\nlabels: [\n", ["mine.yaml: invalid YAML", "line 3", "to do:"]),
        (b"seed: \xff\n", ["mine.yaml: invalid YAML", "utf-8"]),
        (b"- seed\n", ["mine.yaml: not a mapping"]),
    ],
)
def test_a_preset_that_cannot_be_read_is_named(
    content: bytes, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_bytes(content)
    with pytest.raises(SwsError) as error:
        load("mine.yaml")
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_preset_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").mkdir()
    with pytest.raises(SwsError, match=r"mine\.yaml: cannot be read"):
        load(str(tmp_path / "mine.yaml"))


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(SwsError, match="unknown preset 'mircoo'; did you mean micro"):
        load("mircoo")


def test_the_keep_rule_readme_needs_two_judges() -> None:
    with pytest.raises(SwsError, match="needs at least two judges"):
        load("nano", {"verdicts": {"keep": "readme"}, "roles": {"judges": {"kind": None}}})


def test_a_later_round_needs_the_student_that_it_starts_from() -> None:
    with pytest.raises(SwsError, match="needs `sws` in arms"):
        load("nano", {"rounds": 2, "arms": {"names": ["extended"]}})


def test_a_judge_of_the_preset_can_be_removed() -> None:
    judges = {"strict": None, "mine": {"engine": "openai"}}
    assert set(load("nano", {"roles": {"judges": judges}}).roles.judges) == {"kind", "mine"}


def test_merging_is_deep_and_replaces_lists() -> None:
    assert merge({"a": {"b": 1, "c": [1, 2]}}, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}}


def test_null_on_snakemakes_command_line_is_none() -> None:
    columns = {"problem": "question", "category": "null"}
    overrides = with_nulls({"benchmarks": [{"columns": columns}], "seed": 3})
    assert overrides == {"benchmarks": [{"columns": columns | {"category": None}}], "seed": 3}


def test_an_override_that_is_not_yaml_is_named() -> None:
    with pytest.raises(SwsError, match=r"--set labels\.samples=\[: the value is invalid YAML"):
        parse_override("labels.samples=[")


def test_an_override_needs_a_value() -> None:
    with pytest.raises(SwsError, match="--set labels"):
        parse_override("labels")
