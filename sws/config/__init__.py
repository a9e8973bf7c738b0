"""The experiment's configuration: a typed schema, presets, and overrides."""

from sws.config.load import load
from sws.config.overrides import pass_on, with_nulls
from sws.config.schema import Config

__all__ = ["Config", "load", "pass_on", "with_nulls"]
