"""What every format gets, and what it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

#: Chat messages as Arrow has them.
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


class Item(NamedTuple):
    """A problem to export; `number` counts those exported, from 0."""

    number: int
    problem_id: str
    problem: str
    answer: str
    category: str | None
    source: str


@dataclass(frozen=True)
class Prompt:
    """What stands around a problem in a prompt, and how the trainer should score it.

    `suffix` follows the problem, `system` is a message before it, and `data_source` names the
    reward in trainers that choose one by name ('': the format's own default).
    """

    suffix: str = ""
    system: str = ""
    data_source: str = ""

    def text(self, item: Item) -> str:
        """The user's message: the problem and the suffix."""
        return f"{item.problem} {self.suffix}".rstrip()

    def messages(self, item: Item) -> list[dict[str, str]]:
        """The prompt as chat messages."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": self.text(item)}]


@dataclass(frozen=True)
class Format:
    """A trainer's format: its rows, its files, and how a trainer reads them.

    `suffixes` are the kinds of file that its loader reads, the usual one first; `usage` shows the
    settings, with {file} in the place of the file's name. `alternatives`: whether a reward of this
    package can be used, which takes answers of which any is right.
    """

    name: str
    trainer: str
    suffixes: tuple[str, ...]
    schema: pa.Schema
    row: Callable[[Item, Prompt], Mapping[str, Any]]
    usage: str
    alternatives: bool = True
