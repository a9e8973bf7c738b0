"""The resolved configuration."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

from sws.config.check import check
from sws.config.layers import layers, merge
from sws.config.schema import Config


def load(preset: str | None = None, overrides: Mapping[str, Any] | None = None) -> Config:
    """The resolved configuration: preset, then params.yaml, then `overrides` (nested).

    A preset may be followed by variants: `micro+random` puts presets/variants/random.yaml over
    presets/micro.yaml. Raises SwsError naming every bad key, the file it is in, what was expected
    and the nearest valid name.
    """
    name, stack = layers(preset, overrides)
    values: dict[str, Any] = reduce(merge, (layer.values for layer in stack), {})
    return check(values | {"preset": name}, stack)
