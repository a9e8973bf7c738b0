"""Overrides: `--set` on the command line of `sws`, `--config` on that of Snakemake."""

import json
import os
from collections.abc import Mapping
from typing import Any

import yaml

from sws.config.yaml_text import one_line, parse_yaml
from sws.errors import SwsError

#: The environment variable with the workflow's overrides, as JSON.
PASSED_ON = "SWS_OVERRIDES"


def parse_override(text: str) -> dict[str, Any]:
    """`labels.samples=16` as a nested mapping; the value is read as YAML."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise SwsError(f"--set {text}: not an override", expected="KEY.KEY=VALUE")
    try:
        nested: Any = parse_yaml(value)
    except yaml.YAMLError as error:
        raise SwsError(
            f"--set {text}: the value is invalid YAML ({one_line(error)})", fix="quote the value"
        ) from None
    for part in reversed(key.split(".")):
        nested = {part: nested}
    assert isinstance(nested, dict)
    return nested


def with_nulls(value: Any) -> Any:
    """Overrides from Snakemake's command line, which passes `null` as a string."""
    if isinstance(value, Mapping):
        return {key: with_nulls(below) for key, below in value.items()}
    if isinstance(value, list):
        return [with_nulls(below) for below in value]
    return None if value == "null" else value


def pass_on(overrides: Mapping[str, Any]) -> None:
    """Pass the workflow's overrides to every `sws` command that it starts."""
    os.environ[PASSED_ON] = json.dumps(overrides)


def passed_on() -> dict[str, Any]:
    """The overrides of the workflow that started this command; empty outside a workflow."""
    values: dict[str, Any] = json.loads(os.environ.get(PASSED_ON) or "{}")
    return values
