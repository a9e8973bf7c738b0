"""What the parsers share: reading fenced blocks, and saying why something was not read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Messages = tuple[Mapping[str, str], ...]

_DECORATION = " \t*#-_>`'\""  # what decorates a line, or marks it as quoted
_NUMBERING = "0123456789.)"
KEY_LIMIT = 40  # characters of a key with other words in it


@dataclass(frozen=True)
class Unread:
    """A model's text that has no value in it, and why."""

    reason: str


def user(text: str) -> Messages:
    """A conversation of one user message."""
    return ({"role": "user", "content": text},)


def fenced(text: str, kind: str) -> str | None:
    """The content of the last closed block fenced as ```kind, or None."""
    content: str | None = None
    block: list[str] | None = None
    for line in text.split("\n"):
        bare = line.strip()
        if bare.lower() == f"```{kind}":
            block = []  # one before it that was never closed is given up
        elif block is not None and bare.endswith("```"):
            content = "\n".join([*block, bare.removesuffix("```")]).strip()
            block = None
        elif block is not None:
            block.append(line)
    return content


def stated(text: str, name: str, within: bool = False) -> list[str]:
    """What follows `name:` on each line that begins so, whatever its case and decoration.

    With `within` the name may stand among a few words: "final verdict:". Line by line, for a model
    may write megabytes and a pattern over them could take for ever.
    """
    found = []
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        key = key.strip(_DECORATION + _NUMBERING).lower()
        if colon and (key == name.lower() or (within and _among(name.lower(), key))):
            found.append(value.strip(_DECORATION))
    return found


def _among(name: str, key: str) -> bool:
    return len(key) <= KEY_LIMIT and name in re.findall(r"\w+", key)
