"""Every key of the configuration in plain English, from the JSON Schema."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sws.config.json_schema import Node, json_schema
from sws.config.section import NAME

_TYPES = {"string": "text", "boolean": "true or false"}
_LIMITS = {
    "minimum": "at least {:,}",
    "exclusiveMinimum": "above {:g}",
    "maximum": "at most {:,}",
    "exclusiveMaximum": "below {:g}",
    "multipleOf": "a multiple of {}",
    "minItems": "at least {} item",
    "minProperties": "at least {} entry",
}


class Key(NamedTuple):
    """A key or a section of the configuration."""

    place: tuple[str, ...]
    node: Node  # its schema; references are resolved
    section: str  # the name of the section's class; "" for a single value

    @property
    def name(self) -> str:
        """The dotted name: `initial_rl.steps`, `benchmarks.0.name`."""
        return ".".join(self.place).replace(".[]", "[]")

    @property
    def description(self) -> str:
        """What it means, in one or a few sentences; "" if the schema has none."""
        return str(self.node.get("description", ""))

    @property
    def type(self) -> str:
        """What it may hold: `integer`, `list of text`, `section`."""
        return "section" if self.section else _type(self.node)

    @property
    def constraints(self) -> str:
        """Limits on the value: `at least 1`; "" without any."""
        return _constraints(self.node)

    @property
    def default(self) -> Any:
        """The default; None for a section and for a list or mapping of sections."""
        return self.node.get("default")


def keys(values: Any = None) -> list[Key]:
    """Every key, in the order of the schema, a section before its keys.

    With the `values` of a resolved configuration, a list or mapping of sections yields the keys of
    each item (`benchmarks.0.name`); without, those of a typical one (`benchmarks[].name`,
    `roles.judges.NAME.model`).
    """
    schema = json_schema()
    root = Key((), schema, "Config")
    return list(_below(root, values, schema["$defs"], typical=values is None))


def key_at(place: Sequence[str]) -> Key | None:
    """The key at a path, or the one that holds it: `seed_set.levels` for `seed_set.levels.0`."""
    above = [key for key in keys() if _fits(key.place, place[: len(key.place)])]
    return max(above, key=lambda key: len(key.place), default=None)


def names_at(place: Sequence[str]) -> list[str]:
    """The names of all keys in the section at a path, sorted."""
    return sorted(key.place[-1] for key in keys() if _fits(key.place[:-1], place))


def _fits(typical: Sequence[str], place: Sequence[str]) -> bool:
    """Whether a path is that of a typical key, with the number or name of an item."""
    pairs = zip(typical, place, strict=False)
    return len(typical) == len(place) and all(a in (b, "[]", "NAME") for a, b in pairs)


def _below(key: Key, values: Any, sections: Mapping[str, Node], typical: bool) -> Iterator[Key]:
    if key.place[-1:] == ("all",) or (values is None and not typical):
        return  # its keys are those of any role; they have no values of their own
    for name, node in _children(key.node, values):
        section = _section(node)
        own = {word: value for word, value in node.items() if word != "$ref"}
        child = Key((*key.place, name), {**sections.get(section, {}), **own}, section)
        yield child
        yield from _below(child, _value(values, name), sections, typical)


def _children(node: Node, values: Any) -> Iterator[tuple[str, Node]]:
    """The names and schemas below a section, a list of sections or a mapping of sections."""
    yield from node.get("properties", {}).items()
    if "$ref" in (item := node.get("items", {})):
        names = ["[]"] if values is None else map(str, range(len(values)))
        yield from ((name, item) for name in names)
    for item in node.get("patternProperties", {}).values():
        yield from ((name, item) for name in (["NAME"] if values is None else values))


def _section(node: Node) -> str:
    """The class of a section, which may also be null; "" for a single value."""
    refs = [one["$ref"] for one in (node, *node.get("anyOf", [])) if "$ref" in one]
    return str(refs[0]).rpartition("/")[2] if refs else ""


def _value(values: Any, name: str) -> Any:
    if isinstance(values, Mapping):
        return values.get(name)
    return values[int(name)] if isinstance(values, Sequence) and name.isdigit() else None


def _type(node: Node) -> str:
    if "enum" in node:
        return f"one of {', '.join(f'`{value}`' for value in node['enum'])}"
    if "anyOf" in node:
        return " or ".join(_type(one) for one in node["anyOf"])
    if node.get("type") == "array":
        item = node.get("items", {})
        return "list of sections" if "$ref" in item else f"list of {_plural(_type(item))}"
    if node.get("type") == "object":
        if "patternProperties" in node:
            return "sections by name"
        names = node.get("propertyNames", {}).get("enum", ())
        key = "category" if "Algebra" in names else "domain" if names else "name"
        inner = node.get("additionalProperties")
        return f"{_plural(_type(inner))} by {key}" if isinstance(inner, dict) else "mapping"
    if "const" in node:
        return f"`{node['const']}`"
    kind = str(node.get("type", "any value"))
    return _TYPES.get(kind, kind)


def _plural(words: str) -> str:
    if words in ("integer", "number"):
        return f"{words}s"
    return words.replace("list of", "lists of").replace("one of", "any of")


def _constraints(node: Node) -> str:
    found = [words.format(node[name]) for name, words in _LIMITS.items() if name in node]
    if {"minimum", "maximum"} <= node.keys():
        found = [f"{node['minimum']} to {node['maximum']}"]
    if pattern := node.get("pattern"):
        plain = "letters, digits, `_`, `.` and `-` only"
        found.append(plain if pattern == NAME else f"matching `{pattern}`")
    for one in node.get("anyOf", []):
        found += [inner] if (inner := _constraints(one)) else []
    for inside in ("items", "additionalProperties"):
        child = node.get(inside)
        if isinstance(child, dict) and (inner := _constraints(child)):
            found.append(f"each {inner}" if not inner.startswith("each") else inner)
    return ", ".join(found)
