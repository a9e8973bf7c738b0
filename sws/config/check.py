"""Validation, with every problem explained in one error."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sws.config.keys import key_at, names_at
from sws.config.layers import Layer, origin
from sws.config.renamed import new_key
from sws.config.schema import Config
from sws.config.section import NAME
from sws.errors import SwsError


def check(values: Mapping[str, Any], stack: Sequence[Layer] = ()) -> Config:
    """Validate merged values; `stack` holds the layers they came from, for messages.

    Raises one SwsError that lists every problem.
    """
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        details = error.errors()
        places = [detail["loc"] for detail in details]
        lines = [
            _explain(detail, stack)
            for detail in details
            if not any(detail["loc"] == place[: len(detail["loc"])] != place for place in places)
        ]  # a list that is too short without its bad items is reported by these
        raise SwsError(
            "the configuration is invalid:\n" + "\n".join(f"  - {line}" for line in lines),
            fix="edit params.yaml, the preset or --set; `sws config --explain` describes every key",
        ) from None


def _explain(detail: Any, stack: Sequence[Layer]) -> str:
    place = [part for part in detail["loc"] if part != "[key]"]
    problem = _problem(detail, [str(part) for part in place])
    source = origin(stack, place) if place else None
    return f"{problem} [set by {source}]" if source else problem


def _problem(detail: Any, place: list[str]) -> str:
    key, given = ".".join(place), f"{detail['input']!r}"
    if detail["type"] == "value_error":  # one of the schema's own rules
        return f"{key}: {detail['ctx']['error']}" if key else str(detail["ctx"]["error"])
    if detail.get("ctx", {}).get("pattern") == NAME:
        return f"{key}: {given}: expected a name of letters, digits, `_`, `.` and `-` only"
    if detail["type"] == "model_type":
        return f"{key}: {given}: expected a section, lines of the form `key: value`"
    if detail["type"] == "extra_forbidden":
        return _unknown(key, place)
    known = key_at(place)
    if known is None or known.section:
        return f"{key}: {detail['msg']}"
    limits = f", {known.constraints}" if known.constraints else ""
    return f"{key}: {given}: expected {known.type}{limits}"


def _unknown(key: str, place: list[str]) -> str:
    if new := new_key(place):
        return f"{key} was renamed to {new}"
    if key == "extends":
        return "extends: only presets have this key; use `preset` in params.yaml"
    names = names_at(place[:-1])
    near = difflib.get_close_matches(place[-1], names, n=1, cutoff=0.4)
    guess = f"; did you mean {near[0]}?" if near else ""
    return f"{key}: unknown key{guess} (expected one of: {', '.join(names)})"
