"""The configuration as a JSON Schema, for editors and as the source of all descriptions.

It describes what a file may hold: any part of the configuration, and the keys that are resolved
while files are read (`extends`, `roles.all`, a judge set to null).
"""

from collections.abc import Iterator
from typing import Any

from sws.config.schema import Config

Node = dict[str, Any]

_EXTENDS: Node = {
    "type": "string",
    "default": "",
    "description": "Presets only: the preset that this file builds on, with variants if any: "
    "`qwen2.5-7b+strict`.",
}
_ALL = "Settings of every role but the embedder, over those of the role itself."


def json_schema() -> Node:
    """The schema of params.yaml, presets and variants (JSON Schema, draft 2020-12)."""
    schema = Config.model_json_schema()
    schema["properties"] = {"extends": _EXTENDS, **schema["properties"]}
    roles = schema["$defs"]["RolesConfig"]["properties"]
    roles["all"] = {"$ref": "#/$defs/Role", "description": _ALL}
    judges = roles["judges"]["patternProperties"]
    for pattern, role in judges.items():
        judges[pattern] = {"anyOf": [role, {"type": "null"}]}
    roles["judges"]["additionalProperties"] = False
    for node in _nodes(schema):
        node.pop("title", None)
        if "$ref" in node or _holds_sections(node):
            node.pop("default", None)  # that of the section itself; editors would insert it whole
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SwS configuration",
        **schema,
    }


def _holds_sections(node: Node) -> bool:
    """Whether a node is a list or mapping of sections."""
    inner = [node.get("items", {}), *node.get("patternProperties", {}).values()]
    return any("$ref" in str(one) for one in inner)


def _nodes(schema: Node) -> Iterator[Node]:
    """Every node that describes a value, the schema itself included."""
    yield schema
    for key in ("properties", "$defs", "patternProperties"):
        for child in schema.get(key, {}).values():
            yield from _nodes(child)
    for child in schema.get("anyOf", []):
        yield from _nodes(child)
    if isinstance(schema.get("items"), dict):
        yield from _nodes(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _nodes(schema["additionalProperties"])
