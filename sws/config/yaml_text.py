"""YAML as the configuration reads it: `1e-6` is a number, a key that comes twice an error."""

import re
from typing import Any

import yaml

_MERGE = "tag:yaml.org,2002:merge"
_FLOAT = re.compile(r"^[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+$")


class _Loader(yaml.SafeLoader):
    """PyYAML follows YAML 1.1, where `1e-6` is a text, and takes the last of two equal keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
            if name in seen and key.tag != _MERGE:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} comes twice", key.start_mark
                )
            seen.add(name or id(key))
        return super().construct_mapping(node, deep=deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789"))


def parse_yaml(text: str) -> Any:
    """The value of a YAML text. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)


def one_line(error: Exception) -> str:
    """A YAML error in one line: what is wrong, and where."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error)
    problem = str(getattr(error, "problem", None))
    if r"'\t'" in problem:
        problem = "a tab where YAML takes blanks only"
    return f"{problem}, line {mark.line + 1}, column {mark.column + 1}"
