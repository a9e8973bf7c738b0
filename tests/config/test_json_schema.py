"""The JSON Schema and the reference are current, and the presets are valid by the schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from sws.config.json_schema import json_schema
from sws.config.layers import PRESETS
from sws.config.reference import SCHEMA, reference
from sws.config.schema import Config
from sws.installation import ASSETS

FILES = [ASSETS / "params.yaml", *sorted(PRESETS.rglob("*.yaml"))]
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def faults(values: Any) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(values)]


def test_the_schema_file_is_current() -> None:
    written = json.loads((ASSETS / SCHEMA).read_text(encoding="utf-8"))
    assert written == json_schema(), "run: make reference"


def test_the_reference_is_current() -> None:
    written = (ASSETS / "docs/configuration.md").read_text(encoding="utf-8")
    assert written.strip() == reference().strip(), "run: make reference"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_valid_and_name_the_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert faults(yaml.safe_load(text)) == []
    modeline = "# yaml-language-server: $schema="
    first = text.partition("\n")[0]
    assert first.startswith(modeline)
    assert (path.parent / first.removeprefix(modeline)).resolve() == ASSETS / SCHEMA


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"labels": {"sample": 3}}, "$.labels"),
        ({"initial_rl": {"group": 3}}, "$.initial_rl"),
        ({"labels": {"samples": "many"}}, "$.labels.samples"),
        ({"seed_set": {"category_levels": {"Geometri": [5]}}}, "$.seed_set.category_levels"),
        ({"roles": {"judges": {"a/b": {}}}}, "$.roles.judges"),
        ({"roles": {"all": {"engin": "vllm"}}}, "$.roles.all"),
    ],
)
def test_the_schema_finds_mistakes(values: Any, place: str) -> None:
    assert faults(values) == [place]


def test_what_is_resolved_while_files_are_read_is_valid() -> None:
    roles = {"all": {"engine": "vllm"}, "judges": {"strict": None, "mine": {"model": "m"}}}
    assert faults({"extends": "nano+hard", "roles": roles}) == []


def sections(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield f"{model.__name__}.{name}", field.default
            yield from sections(type(field.default))


@pytest.mark.parametrize(("name", "default"), list(sections(Config)))
def test_a_section_that_is_left_out_has_the_defaults_of_its_keys(name: str, default: Any) -> None:
    """Else the default of a key would depend on whether another key of its section is set."""
    assert default == type(default)()
