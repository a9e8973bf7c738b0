"""Read params.yaml, put it over its preset, put the command line over both, and check it."""

import difflib
import json
import os
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from sws.config.schema import Config
from sws.config.section import NAME
from sws.errors import SwsError

PASSED_ON = "SWS_OVERRIDES"
PROJECT = Path(__file__).resolve().parents[2]
PRESETS = PROJECT / "presets"
VARIANTS = PRESETS / "variants"


def load(preset: str | None = None, overrides: Mapping[str, Any] | None = None) -> Config:
    """The resolved configuration: preset, then params.yaml, then `overrides` (nested).

    A preset may be followed by variants: `micro+random` puts presets/variants/random.yaml over
    presets/micro.yaml. params.yaml is the working directory's, else the project's. When another
    preset than params.yaml's own is asked for, the overrides in params.yaml do not apply to it;
    when only other variants of it are, they lie under these.
    Raises SwsError naming the key, what was expected and the nearest valid name.
    """
    params_file = next(
        (path for path in (Path("params.yaml"), PROJECT / "params.yaml") if path.exists()), None
    )
    params = _read(params_file) if params_file else {}
    overrides = dict(overrides or {})
    own = str(params.pop("preset", "micro"))
    chosen = str(preset or overrides.pop("preset", None) or own)
    overrides.pop("preset", None)
    layers = _layers(chosen)
    if chosen.split("+")[0] == own.split("+")[0]:
        layers.insert(len(layers) if chosen == own else 1, params)
    return check(reduce(merge, [*layers, overrides]) | {"preset": chosen})


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` put over `base`, key by key at every depth; lists and scalars are replaced."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = merge(below, value) if both else value  # type: ignore[arg-type]
    return result


def parse_override(text: str) -> dict[str, Any]:
    """`labels.samples=16` as a nested mapping; the value is read as YAML."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise SwsError(f"--set {text}: not an override", expected="KEY.KEY=VALUE")
    try:
        nested: Any = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise SwsError(f"--set {text}: not YAML ({_in_line(error)})", fix="quote it") from None
    for part in reversed(key.split(".")):
        nested = {part: nested}
    assert isinstance(nested, dict)
    return nested


def with_nulls(value: Any) -> Any:
    """Overrides from Snakemake's command line, which leaves `null` a string."""
    if isinstance(value, Mapping):
        return {key: with_nulls(below) for key, below in value.items()}
    if isinstance(value, list):
        return [with_nulls(below) for below in value]
    return None if value == "null" else value


def pass_on(overrides: Mapping[str, Any]) -> None:
    """Give the workflow's overrides to every `sws` command that it starts."""
    os.environ[PASSED_ON] = json.dumps(overrides)


def passed_on() -> dict[str, Any]:
    """What the workflow that started this command overrides; nothing outside a workflow."""
    values: dict[str, Any] = json.loads(os.environ.get(PASSED_ON) or "{}")
    return values


def check(values: Mapping[str, Any]) -> Config:
    """Validate; every problem in one SwsError."""
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = [_explain(detail) for detail in error.errors()]
        raise SwsError(
            "the configuration is not valid:\n" + "\n".join(f"  - {line}" for line in lines),
            fix="mend params.yaml, the preset or --set; `sws config` shows every key",
        ) from None


def _layers(name: str, above: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The values of a preset, then of each variant joined to it by a +.

    The files `above` extend it.
    """
    base, *variants = name.split("+")
    return [_preset(base, PRESETS, above), *(_preset(one, VARIANTS, above) for one in variants)]


def _preset(name: str, folder: Path, above: tuple[str, ...]) -> dict[str, Any]:
    """The values of a preset or variant, over those of what it `extends` (`micro+random`, say)."""
    available = sorted(path.stem for path in folder.glob("*.yaml"))
    path = Path(name) if name.endswith(".yaml") else folder / f"{name}.yaml"
    if not path.exists():
        kind = "preset" if folder == PRESETS else "variant"
        near = difflib.get_close_matches(name, available, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise SwsError(
            f"{kind} {name}: there is none",
            expected=f"one of {', '.join(available)}, or the path of a .yaml file",
            fix=f"{hint}change `preset` in params.yaml or --preset",
        )
    chain = (*above, str(path))
    if str(path) in above:
        raise SwsError(
            f"{path}: it extends itself ({' > '.join(chain)})",
            fix="name another preset after `extends`",
        )
    values = _read(path)
    below = values.pop("extends", None)
    return reduce(merge, [*_layers(str(below), chain), values]) if below else values


def _read(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeError) as error:
        raise SwsError(f"{path}: not YAML ({_in_line(error)})", fix="mend that place") from None
    except OSError as error:  # a folder, or no right to read it
        raise SwsError(
            f"{path}: cannot be read ({error.strerror})", expected="a YAML file"
        ) from None
    if not isinstance(values, dict):
        raise SwsError(f"{path}: not a mapping", expected="lines of the form `key: value`")
    return values


def _in_line(error: Exception) -> str:
    """What a parser says over several lines, in one: what is wrong, and where."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error)
    return f"{getattr(error, 'problem', None)}, line {mark.line + 1}, column {mark.column + 1}"


def _explain(detail: Any) -> str:
    place = [str(part) for part in detail["loc"] if part != "[key]"]
    key = ".".join(place)
    if detail["type"] == "value_error":  # one of the schema's own rules
        return f"{key}: {detail['ctx']['error']}" if key else str(detail["ctx"]["error"])
    if detail.get("ctx", {}).get("pattern") == NAME:
        return f"{key}: {detail['input']!r}: a name of letters, digits, `_`, `.` and `-` only"
    if detail["type"] == "model_type":
        return f"{key}: {detail['input']!r}: expected a section, lines of the form `key: value`"
    if detail["type"] != "extra_forbidden":
        given = "" if isinstance(detail["input"], Mapping | BaseModel) else f": {detail['input']!r}"
        return f"{key}{given}: {detail['msg']}"
    names = _valid_names(place[:-1])
    near = difflib.get_close_matches(place[-1], names, n=1, cutoff=0.4)
    guess = f"; did you mean {near[0]}?" if near else ""
    return f"{key}: unknown key{guess} (expected one of: {', '.join(names)})"


def _valid_names(place: list[str]) -> list[str]:
    """The fields of the section at a path of keys, through unions, tuples and mappings."""
    model: Any = Config
    for part in place:
        fields = getattr(model, "model_fields", {})
        if part in fields:
            model = _model_in(fields[part].annotation)
    return sorted(getattr(model, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
