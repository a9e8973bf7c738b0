"""The layers of a configuration: preset, variants, params.yaml and the command line."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sws.config.yaml_text import one_line, parse_yaml
from sws.errors import SwsError
from sws.installation import ASSETS

PRESETS = ASSETS / "presets"
VARIANTS = PRESETS / "variants"
COMMAND_LINE = "the command line"


class Layer(NamedTuple):
    """The values of one file, or of the command line, not yet validated."""

    name: str
    values: dict[str, Any]


def layers(
    preset: str | None = None, overrides: Mapping[str, Any] | None = None
) -> tuple[str, list[Layer]]:
    """The name of the preset in force, and its layers; later ones override earlier ones.

    params.yaml is read from the working directory, else from the checkout or the package. Its
    overrides apply to its own preset only, and lie below variants that it does not name itself.
    Raises SwsError for an unknown preset or variant and an unreadable file.
    """
    params_file = next(
        (path for path in (Path("params.yaml"), ASSETS / "params.yaml") if path.exists()), None
    )
    params = _read(params_file) if params_file else {}
    overrides = dict(overrides or {})
    own = str(params.pop("preset", "micro"))
    chosen = str(preset or overrides.get("preset") or own)
    overrides.pop("preset", None)
    base, *variants = chosen.split("+")
    stack = _preset(base, PRESETS)
    over = [layer for variant in variants for layer in _preset(variant, VARIANTS)]
    if base == own.split("+")[0]:
        below = Layer("params.yaml", params)
        over = [*over, below] if chosen == own else [below, *over]
    return chosen, [*stack, *over, Layer(COMMAND_LINE, overrides)]


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` put over `base`, key by key at every depth; lists and scalars are replaced."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = merge(below, value) if both else value  # type: ignore[arg-type]
    return result


def origin(stack: Sequence[Layer], place: Sequence[str | int]) -> str | None:
    """The name of the last layer that sets the value at a path of keys; None for a default."""
    return next((layer.name for layer in reversed(stack) if _has(layer.values, place)), None)


def _has(values: Any, place: Sequence[str | int]) -> bool:
    for part in place:
        if isinstance(values, Mapping) and part in values:
            values = values[part]
        elif isinstance(values, list) and str(part).isdigit() and int(part) < len(values):
            values = values[int(part)]
        else:
            return False
    return True


def _preset(name: str, folder: Path, above: tuple[str, ...] = ()) -> list[Layer]:
    """The layers of a preset or variant: what it `extends` (`micro+random`, say), then its own.

    The files `above` extend it.
    """
    path = Path(name) if name.endswith(".yaml") else folder / f"{name}.yaml"
    if not path.exists():
        raise _unknown(name, folder)
    chain = (*above, str(path))
    if str(path) in above:
        raise SwsError(
            f"{path} extends itself ({' > '.join(chain)})",
            fix="name another preset after `extends`",
        )
    values = _read(path)
    below = values.pop("extends", None)
    base, *variants = str(below).split("+") if below else [""]
    extended = _preset(base, PRESETS, chain) if base else []
    extended += [layer for variant in variants for layer in _preset(variant, VARIANTS, chain)]
    shown = path.relative_to(ASSETS) if path.is_relative_to(ASSETS) else path
    return [*extended, Layer(str(shown), values)]


def _unknown(name: str, folder: Path) -> SwsError:
    kind = "preset" if folder == PRESETS else "variant"
    available = sorted(path.stem for path in folder.glob("*.yaml"))
    if name.endswith(".yaml"):
        return SwsError(
            f"{kind} file not found: {name}",
            expected=f"the path of a .yaml file, or one of {', '.join(available)}",
            fix="check the path; it is relative to the working directory",
        )
    near = difflib.get_close_matches(name, available, n=1)
    return SwsError(
        f"unknown {kind} {name!r}" + (f"; did you mean {near[0]}?" if near else ""),
        expected=f"one of {', '.join(available)}, or the path of a .yaml file",
        fix="change `preset` in params.yaml or --preset",
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        values = parse_yaml(path.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeError) as error:
        raise SwsError(
            f"{path}: invalid YAML ({one_line(error)})", fix="correct that line"
        ) from None
    except OSError as error:  # a folder, or missing permission
        raise SwsError(
            f"{path}: cannot be read ({error.strerror})", expected="a YAML file"
        ) from None
    if not isinstance(values, dict):
        raise SwsError(f"{path}: not a mapping", expected="lines of the form `key: value`")
    return values
