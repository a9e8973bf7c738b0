"""Three-valued answers: True, False, and None for what only algebra can decide."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sws.verify.grammar import Tree
from sws.verify.values import Value

T = TypeVar("T")
Same = Callable[[Tree, Tree], bool | None]


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all are true: False as soon as one is, None where one is not known."""
    unknown = False
    for verdict in verdicts:
        if verdict is False:
            return False
        unknown = unknown or verdict is None
    return None if unknown else True


def any_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether one is true: None where none is and one is not known."""
    unknown = False
    for verdict in verdicts:
        if verdict:
            return True
        unknown = unknown or verdict is None
    return None if unknown else False


@dataclass(frozen=True)
class Comparing(ABC):
    """Equality of values, by a test `same` of two expressions."""

    same: Same

    @abstractmethod
    def equal(self, gold: Value, answer: Value) -> bool | None:
        """Whether two values are equal, gold first."""

    def _matched(
        self, left: Sequence[T], right: Sequence[T], alike: Callable[[T, T], bool | None]
    ) -> bool | None:
        """Whether members can be paired off, in any order."""
        if len(left) != len(right):
            return False
        rest, unknown = list(right), False
        for member in left:
            verdicts = [alike(member, other) for other in rest]
            if True in verdicts:
                rest.pop(verdicts.index(True))
            elif None in verdicts:
                unknown = True
            else:
                return False
        return None if unknown else True

    def _in_order(self, left: Sequence[Value], right: Sequence[Value]) -> bool | None:
        if len(left) != len(right):
            return False
        return all_of(self.equal(*pair) for pair in zip(left, right, strict=True))
