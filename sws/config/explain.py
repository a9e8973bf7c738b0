"""Keys with the value in force and where it was set."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sws.config.keys import Key, keys
from sws.config.layers import Layer, layers, origin
from sws.config.renamed import new_key
from sws.config.schema import Config
from sws.errors import SwsError

DEFAULT = "default"


@dataclass(frozen=True)
class Explained:
    """A key of a resolved configuration; `set_by` names a layer, or says `default`."""

    key: Key
    value: Any
    set_by: str

    def as_json(self) -> dict[str, Any]:
        """For `--json`; a section has neither default nor value."""
        key = self.key
        row = {"key": key.name, "type": key.type, "description": key.description}
        if key.section:
            return row
        row |= {"constraints": key.constraints, "default": key.default}
        return row | {"value": self.value, "set_by": self.set_by}


def explain(
    config: Config, overrides: Mapping[str, Any], name: str | None = None
) -> list[Explained]:
    """A key, a section with its keys, or without `name` every key of the configuration.

    `benchmarks.name` stands for that key of every benchmark. `overrides` are those that `config`
    was loaded with. Raises SwsError for an unknown key, naming the nearest one.
    """
    values = config.model_dump(mode="json")
    _, stack = layers(config.preset, overrides)
    every = keys(values)
    chosen = [key for key in every if not name or _matches(key.place, tuple(name.split(".")))]
    if not chosen:
        raise _unknown(str(name), every)
    first = next(iter(config.roles.judges))
    return [Explained(key, _value(values, key.place), _set_by(key, stack, first)) for key in chosen]


def _matches(place: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a key is the one that is wanted or below it; numbers may be left out."""
    plain = [part for part in place if not part.isdigit()]
    return any(list(wanted) == list(path[: len(wanted)]) for path in (place, plain))


def _value(values: Any, place: Sequence[str]) -> Any:
    for part in place:
        values = values[int(part)] if isinstance(values, list) else values.get(part)
    return values


def _set_by(key: Key, stack: Sequence[Layer], first_judge: str) -> str:
    if key.place == ("preset",):
        return "--preset or params.yaml"
    for place in _sources(key.place, first_judge):
        if layer := origin(stack, place):
            return layer if place == key.place else f"{layer} ({'.'.join(place)})"
    return DEFAULT


def _sources(place: tuple[str, ...], first_judge: str) -> list[tuple[str, ...]]:
    """The keys that a value may come from: `roles.all`, then itself, then the first judge."""
    if place[0] != "roles" or len(place) < 3 or place[1] == "embedder":
        return [place]
    leaf = place[-1]
    first = [("roles", "judges", first_judge, leaf)] if place[1] == "judges" else []
    return [("roles", "all", leaf), place, *first]


def _unknown(name: str, every: Sequence[Key]) -> SwsError:
    parts = name.split(".")
    if new := new_key(parts):
        return SwsError(f"{name} was renamed to {new}")
    names = [key.name for key in every]
    same_end = [key.name for key in every if key.place[-1] == parts[-1]]
    near = (same_end or difflib.get_close_matches(name, names, n=3))[:3]
    return SwsError(
        f"unknown key {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else ""),
        fix="`sws config --explain` lists every key",
    )
